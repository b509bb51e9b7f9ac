/** The admission policies in the hands of Kyverno's own program, where it is at hand. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import type { Manifest } from "../../../components/base/object";
import { policyException } from "../../../components/security/kyverno-exceptions";
import { policies, policiesOf } from "../../../components/security/kyverno-policies";
import { signaturePolicies } from "../../../components/security/kyverno-signatures";
import { needsCharts, stack } from "../../fixtures/stack";
import { workloads } from "../workloads";
import { podOf, refusals } from "./admission";
import { container, init, labels, namespaces, pod, refused } from "./sample-pods";

interface Report {
    readonly results: readonly {
        readonly policy: string;
        readonly result: string;
        readonly message: string;
        readonly resources: readonly { kind: string; namespace?: string; name: string }[];
    }[];
}

/** Policies by object, sorted: those with a result. */
type Verdicts = Readonly<Record<string, readonly string[]>>;

const CHECKS = 5;
const keyOf = ({ kind, metadata }: Manifest) =>
    `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

function toVerdicts(entries: readonly (readonly [string, readonly string[]])[]): Verdicts {
    const named = entries.filter(([, names]) => names.length > 0);
    return Object.fromEntries(
        named
            .map(([key, names]) => [key, [...names].sort()] as const)
            .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
}

describe("kyverno", () => {
    const program = findExecutable("kyverno", (process.env.PATH ?? "").split(path.delimiter));
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "kyverno-"));
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function write(name: string, objects: readonly Manifest[]): string {
        const file = path.join(folder, name);
        // Every JSON document is a YAML document.
        fs.writeFileSync(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
        return file;
    }

    /** What Kyverno says to objects, by result. */
    function apply(
        context: Mocha.Context,
        objects: readonly Manifest[],
        exceptions: readonly Manifest[] = [],
        enforced = policies,
    ): (result: string) => Verdicts {
        if (program === undefined) {
            context.skip();
        }
        context.timeout(120_000);
        const { stdout, stderr } = spawnSync(
            program,
            [
                "apply",
                write("policies.yaml", enforced),
                ...["--resource", write("objects.yaml", [...namespaces(objects), ...objects])],
                ...exceptions.flatMap((exception, index) => [
                    "--exception",
                    write(`exception-${index}.yaml`, [exception]),
                ]),
                ...["--policy-report", "--output-format", "json"],
            ],
            { encoding: "utf8", maxBuffer: 256 * 1024 ** 2 },
        );
        const start = stdout.indexOf("{");
        assert.ok(start !== -1, `${stdout}${stderr}`);
        const { results } = JSON.parse(stdout.slice(start)) as Report;
        const failures = results.filter(({ result }) => result === "error");
        assert.deepEqual(failures, []);
        return (wanted) =>
            toVerdicts(
                objects.map((object) => [
                    keyOf(object),
                    results
                        .filter(
                            ({ result, resources: [resource] }) =>
                                result === wanted &&
                                resource !== undefined &&
                                keyOf({ apiVersion: "", ...resource, metadata: resource }) ===
                                    keyOf(object),
                        )
                        .map(({ policy }) => policy),
                ]),
            );
    }

    it("refuses each pod for the reason for which it should", function () {
        if (program === undefined) {
            console.log(`    (kyverno is not on the PATH: ${CHECKS} checks of policies skipped)`);
        }
        const named = refused.map(([policy, , { metadata, ...rest }], index) => ({
            policy,
            object: { ...rest, metadata: { ...metadata, name: `pod-${index}` } },
        }));
        const verdicts = apply(this, [pod(), ...named.map(({ object }) => object)])("fail");
        assert.deepEqual(
            verdicts,
            toVerdicts(named.map(({ policy, object }) => [keyOf(object), [policy]])),
        );
    });

    it("says the same of every workload of the platform as the pack", async function () {
        const prod = await stack("prod");
        needsCharts(this, prod);
        const expected: [string, readonly string[]][] = [];
        const objects: Manifest[] = [];
        for (const workload of workloads(prod)) {
            const made = podOf(workload);
            const single = {
                ...made,
                metadata: {
                    ...made.metadata,
                    name: workload.key.replaceAll("/", ".").toLowerCase(),
                },
            };
            objects.push(workload.manifest, single);
            expected.push([keyOf(workload.manifest), await refusals(workload.manifest)]);
            expected.push([keyOf(single), await refusals(single)]);
        }
        assert.deepEqual(apply(this, objects)("fail"), toVerdicts(expected));
    });

    it("refuses templates as it refuses their pods", function () {
        const template = (spec: unknown) => ({ metadata: { labels }, spec });
        const bad = {
            initContainers: [init],
            containers: [{ ...container, securityContext: { runAsNonRoot: true } }],
        };
        const metadata = { name: "shop", namespace: "shop", labels };
        const selector = { matchLabels: labels };
        const spec = { selector, template: template(bad) };
        const verdicts = apply(this, [
            { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
            { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec },
            { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec },
            { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template: template(bad) } },
            {
                apiVersion: "batch/v1",
                kind: "CronJob",
                metadata,
                spec: { jobTemplate: { spec: { template: template(bad) } } },
            },
        ])("fail");
        assert.deepEqual(
            verdicts,
            toVerdicts(
                ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"].map((kind) => [
                    `${kind}/shop/shop`,
                    ["require-read-only-root"],
                ]),
            ),
        );
    });

    it("lets an excepted workload and what it makes be, and nobody beside it", function () {
        const bad = [{ ...container, securityContext: { runAsNonRoot: true } }];
        const owned = (name: string, ...owner: readonly string[]) =>
            pod(
                { containers: bad },
                {
                    name,
                    labels,
                    ownerReferences: [{ apiVersion: "apps/v1", kind: owner[0], name: owner[1] }],
                },
            );
        const deployment = (name: string) => ({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace: "shop", labels },
            spec: {
                selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: { containers: bad } },
            },
        });
        const exception = policyException({
            criterion: "SEC-03",
            resource: "Deployment/shop/shop",
            reason: "It writes to its own root.",
            guard: "Nobody reaches it.",
            expires: "2099-05-31",
        });
        assert.ok(exception !== undefined);
        const objects = [
            deployment("shop"),
            deployment("shop-2"),
            owned("mine", "ReplicaSet", "shop-7d9c5b8f4"),
            owned("of-another", "ReplicaSet", "shop-2-7d9c5b8f4"),
            owned("of-a-set", "StatefulSet", "shop"),
            pod({ containers: bad }, { name: "alone" }),
        ];
        const verdicts = apply(this, objects, [exception]);
        const refusedStill = ["require-read-only-root"];
        assert.deepEqual(verdicts("fail"), {
            "Deployment/shop/shop-2": refusedStill,
            "Pod/shop/alone": refusedStill,
            "Pod/shop/of-a-set": refusedStill,
            "Pod/shop/of-another": refusedStill,
        });
        const skipped = verdicts("skip");
        assert.deepEqual(skipped["Deployment/shop/shop"], policiesOf("SEC-03").sort());
        assert.deepEqual(
            skipped["Pod/shop/mine"],
            [...policiesOf("SEC-03"), "require-labels"].sort(),
        );
    });

    it("asks for no signature where the source of an image does not sign", function () {
        const metadata = { name: "shop", namespace: "shop", labels };
        const spec = {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [container] } },
        };
        const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
        const enforced = signaturePolicies("enforce");
        const all = enforced.map(({ metadata: { name = "" } }) => name).sort();
        assert.deepEqual(apply(this, [pod(), deployment], [], enforced)("pass"), {
            "Deployment/shop/shop": all,
            "Pod/shop/shop": all,
        });
    });
});
