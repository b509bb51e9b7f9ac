/** The constraints in the hands of Gatekeeper's own program, where it is at hand. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import type { Manifest } from "../../../components/base/object";
import {
    gatekeeperPolicies,
    podsOfWorkloads,
} from "../../../components/security/gatekeeper-policies";
import { needsCharts, stack } from "../../fixtures/stack";
import { workloads } from "../workloads";
import { podOf, refusals } from "./admission";
import { container, init, labels, namespaces, pod, refused } from "./sample-pods";

interface Result {
    readonly constraint: Manifest;
    readonly violatingObject: Manifest;
    readonly enforcementAction: string;
}

const CHECKS = 5;
const keyOf = ({ kind, metadata }: Manifest) =>
    `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

describe("gator", () => {
    const program = findExecutable("gator", (process.env.PATH ?? "").split(path.delimiter));
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gator-"));
        if (program === undefined) {
            console.log(`    (gator is not on the PATH: ${CHECKS} checks of constraints skipped)`);
        }
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Constraints that objects violate, by object; those that violate none are left out. */
    function test(
        context: Mocha.Context,
        objects: readonly Manifest[],
        policies = gatekeeperPolicies("deny", []),
    ): Readonly<Record<string, readonly string[]>> {
        if (program === undefined) {
            context.skip();
        }
        context.timeout(240_000);
        const file = path.join(folder, "all.yaml");
        const all = [
            ...policies.flatMap(({ template, constraint }) => [template, constraint]),
            ...podsOfWorkloads,
            ...namespaces(objects),
            ...objects,
        ];
        // Every JSON document is a YAML document.
        fs.writeFileSync(file, all.map((object) => JSON.stringify(object)).join("\n---\n"));
        const { stdout, stderr } = spawnSync(program, ["test", "-f", file, "-o", "json"], {
            encoding: "utf8",
            maxBuffer: 256 * 1024 ** 2,
        });
        assert.doesNotMatch(stderr, /error|invalid/i);
        // It writes `null` for no results.
        const results = (JSON.parse(stdout) ?? []) as readonly Result[];
        const found = new Map<string, Set<string>>();
        for (const { constraint, violatingObject } of results) {
            const key = keyOf(violatingObject);
            const names = found.get(key) ?? new Set();
            found.set(key, names.add(constraint.metadata.name ?? ""));
        }
        return Object.fromEntries(
            [...found].map(([key, names]) => [key, [...names].sort()] as const).sort(),
        );
    }

    it("refuses each pod for the reason for which it should", function () {
        const named = refused.map(([policy, , { metadata, ...rest }], index) => ({
            policy,
            object: { ...rest, metadata: { ...metadata, name: `pod-${index}` } },
        }));
        assert.deepEqual(
            test(this, [pod(), ...named.map(({ object }) => object)]),
            Object.fromEntries(
                named.map(({ policy, object }) => [keyOf(object), [policy]] as const).sort(),
            ),
        );
    });

    it("says the same of every workload of the platform as the pack", async function () {
        const prod = await stack("prod");
        needsCharts(this, prod);
        const objects: Manifest[] = [];
        const expected: [string, string[]][] = [];
        for (const workload of workloads(prod)) {
            const made = podOf(workload);
            const name = workload.key.replaceAll("/", ".").toLowerCase();
            // With the owner that the API server would have asked for.
            const ownerReferences = [{ apiVersion: "v1", kind: "Any", name, uid: name }];
            const single = { ...made, metadata: { ...made.metadata, name, ownerReferences } };
            objects.push(single);
            expected.push([keyOf(single), (await refusals(single)).sort()]);
        }
        assert.deepEqual(
            test(this, objects),
            Object.fromEntries(expected.filter(([, names]) => names.length > 0).sort()),
        );
    });

    it("refuses templates as it refuses their pods", function () {
        const bad = {
            initContainers: [init],
            containers: [{ ...container, securityContext: { runAsNonRoot: true } }],
        };
        const template = { metadata: { labels }, spec: bad };
        const metadata = { name: "shop", namespace: "shop", labels };
        const kinds = ["Deployment", "StatefulSet", "DaemonSet"];
        const found = test(this, [
            ...kinds.map((kind) => ({ apiVersion: "apps/v1", kind, metadata, spec: { template } })),
            { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template } },
            {
                apiVersion: "batch/v1",
                kind: "CronJob",
                metadata,
                spec: { jobTemplate: { spec: { template } } },
            },
        ]);
        assert.deepEqual(
            found,
            Object.fromEntries(
                [...kinds, "Job", "CronJob"]
                    .sort()
                    .map((kind) => [`${kind}/shop/shop`, ["require-read-only-root"]]),
            ),
        );
    });

    it("leaves exempt namespaces alone", function () {
        const bad = { ...pod({ hostNetwork: true }) };
        const exempt = { ...bad, metadata: { ...bad.metadata, namespace: "kube-system" } };
        assert.deepEqual(test(this, [exempt]), {});
    });

    it("lets an excepted workload and what it makes be, and nobody beside it", function () {
        const bad = [{ ...container, securityContext: { runAsNonRoot: true } }];
        const policies = gatekeeperPolicies("deny", [
            {
                criterion: "SEC-03",
                resource: "Deployment/shop/left",
                reason: "it writes",
                guard: "nothing",
                expires: "2999-01-01",
            },
        ]);
        const owned = (name: string, owner: string) =>
            pod(
                { containers: bad },
                {
                    name,
                    labels,
                    ownerReferences: [
                        { apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: name },
                    ],
                },
            );
        const deployment = (name: string) => ({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace: "shop", labels },
            spec: { template: { metadata: { labels }, spec: { containers: bad } } },
        });
        const objects = [
            deployment("left"),
            deployment("right"),
            owned("left-1", "left-7c9f6d5b8"),
            owned("right-1", "right-7c9f6d5b8"),
        ];
        assert.deepEqual(test(this, objects, policies), {
            "Deployment/shop/right": ["require-read-only-root"],
            "Pod/shop/right-1": ["require-read-only-root"],
        });
    });
});
