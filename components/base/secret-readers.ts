/** Pods that read a Secret are started anew when it has a new value: those that are there read it once. */
import type * as pulumi from "@pulumi/pulumi";
import { secretRevision } from "./labels";
import { isRecord } from "./object";
import type { SecretPlan } from "./secret-plan";

type Tree = Readonly<Record<string, unknown>>;

function listAt(tree: unknown, field: string): readonly unknown[] {
    const found = isRecord(tree) ? tree[field] : undefined;
    return Array.isArray(found) ? found : [];
}

function at(tree: unknown, ...path: readonly string[]): unknown {
    return path.reduce((value, field) => (isRecord(value) ? value[field] : undefined), tree);
}

/** Names of the Secrets that a pod reads: by its variables, its volumes and what these project. */
export function secretsOfPod(podSpec: unknown): string[] {
    const containers = ["containers", "initContainers"].flatMap((field) => listAt(podSpec, field));
    const names = [
        ...containers
            .flatMap((container) => listAt(container, "env"))
            .map((variable) => at(variable, "valueFrom", "secretKeyRef", "name")),
        ...containers
            .flatMap((container) => listAt(container, "envFrom"))
            .map((source) => at(source, "secretRef", "name")),
        ...listAt(podSpec, "volumes").flatMap((volume) => [
            at(volume, "secret", "secretName"),
            ...listAt(at(volume, "projected"), "sources").map((source) =>
                at(source, "secret", "name"),
            ),
        ]),
    ];
    return [...new Set(names.filter((name) => typeof name === "string"))].sort();
}

/** Where the template of the pods is, in kinds whose pods are replaced when it changes. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    // grafana-operator: what it makes of it is a Deployment.
    Grafana: ["spec", "deployment", "spec", "template"],
};

function replaced(
    tree: unknown,
    path: readonly string[],
    change: (leaf: unknown) => unknown,
): unknown {
    const [field, ...rest] = path;
    const record: Tree = isRecord(tree) ? tree : {};
    return field === undefined
        ? change(tree)
        : { ...record, [field]: replaced(record[field], rest, change) };
}

/** The object with the generations of the Secrets that its pods read, if any was renewed. */
export function withRevisions<T extends Tree>(manifest: T, plan: SecretPlan): T {
    const path = TEMPLATES[String(manifest.kind)];
    const namespace = at(manifest, "metadata", "namespace");
    if (path === undefined || typeof namespace !== "string") {
        return manifest;
    }
    const revisions = secretsOfPod(at(manifest, ...path, "spec"))
        .flatMap((name) => plan.revisionOf(namespace, name) ?? [])
        .join(" ");
    return revisions === ""
        ? manifest
        : (replaced(manifest, [...path, "metadata", "annotations"], (annotations) => ({
              ...(isRecord(annotations) ? annotations : {}),
              [secretRevision]: revisions,
          })) as T);
}

/** For the root of everything: Kubernetes objects below it carry what {@link withRevisions} adds. */
export function restartReaders(plan: SecretPlan): pulumi.ResourceTransformation {
    return ({ type, props, opts }) =>
        type.startsWith("kubernetes:")
            ? { props: withRevisions(props as Tree, plan), opts }
            : undefined;
}
