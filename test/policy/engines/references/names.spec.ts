import * as assert from "node:assert/strict";
import { isTree } from "../../../../policy/kernel/tree";
import { references } from "../../../../policy/criteria/high-availability/references";
import { type Inputs, judge, object, type Resource, type Result, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";
import { ofGateways } from "./gateways";
import { ofKubernetes } from "./kubernetes";
import { drivers, ofOperators } from "./operators";
import { ofPods } from "./pods";
import { type Manifest, NAME, type Row } from "./rows";

type Path = readonly (string | number)[];

/** CRDs of kinds outside of namespaces, which nothing else says. */
const definitions: readonly Manifest[] = [
    ["cert-manager.io", "ClusterIssuer"],
    ["gateway.networking.k8s.io", "GatewayClass"],
    ["kyverno.io", "ClusterPolicy"],
    ["policies.kyverno.io", "ValidatingPolicy"],
].map(([group, kind]) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${String(kind).toLowerCase()}s.${String(group)}` },
    spec: { group, scope: "Cluster", names: { kind } },
}));

function judged(...manifests: Manifest[]): Promise<Result> {
    const resources: Resource[] = [...definitions, ...drivers, ...manifests].map((manifest) =>
        object(manifest),
    );
    return judge([namespace("apps"), ...resources], { judgedBy: [references] });
}

/** Where the name stands. */
function find(value: unknown, path: Path = []): Path | undefined {
    if (typeof value === "string") {
        return value.includes(NAME) ? path : undefined;
    }
    const children: [string | number, unknown][] = Array.isArray(value)
        ? [...(value as unknown[]).entries()]
        : isTree(value)
          ? Object.entries(value)
          : [];
    return children
        .map(([key, child]) => find(child, [...path, key]))
        .find((found) => found !== undefined);
}

/** The same manifest with another value at a path. */
function changed(manifest: Manifest, path: Path, value: unknown): Manifest {
    const copy = structuredClone(manifest);
    const parent = path.slice(0, -1).reduce<Inputs>((tree, key) => tree[key] as Inputs, copy);
    parent[path.at(-1) ?? ""] = value;
    return copy;
}

function called({ kind, metadata }: Manifest): string {
    return [kind, metadata.namespace, metadata.name].filter((part) => part).join("/");
}

function proves([where, manifest, target]: Row): void {
    const key = called(manifest);
    const path = find(manifest) ?? [];

    it("is met where it is there", async () => {
        assert.deepEqual((await judged(manifest, target)).of("HA-14"), []);
        assert.equal((await judged(manifest, target)).verdict("HA-14").verdict, "met");
    });

    it("is violated where it is not", async () => {
        const found = (await judged(manifest)).of("HA-14");
        const message = `${key}: ${where} names ${called(target)}, which nothing defines`;
        assert.ok(found.length > 0);
        assert.ok(
            found.every((text) => text.startsWith(message)),
            found.join("\n"),
        );
    });

    it("suggests what was probably meant", async () => {
        const text = JSON.stringify(manifest).replace(NAME, "wanted-thign");
        const [found = ""] = (await judged(JSON.parse(text) as Manifest, target)).of("HA-14");
        assert.match(found, /names \S+wanted-thign, .*; perhaps wanted-thing is meant\.$/);
    });

    it("is not judged where anything on the way to the name is unknown", async () => {
        const isText = path.at(-1) === "value";
        // A text that only the update knows need not name anything.
        for (const length of [...path.keys()].slice(0, isText ? -1 : undefined)) {
            const part = path.slice(0, length + 1);
            const result = await judged(changed(manifest, part, UNKNOWN), target);
            assert.equal(result.verdict("HA-14").verdict, "not judged", part.join("."));
        }
    });
}

describe("HA-14", () => {
    for (const [title, row] of Object.entries(ofPods)) {
        describe(`of pods that name ${title}`, () => {
            proves(row);
        });
    }
    for (const [title, row] of Object.entries({ ...ofKubernetes, ...ofGateways, ...ofOperators })) {
        describe(`of ${title}`, () => {
            proves(row);
        });
    }
});
