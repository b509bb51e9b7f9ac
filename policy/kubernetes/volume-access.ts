/** How many pods may mount a claim at the same time: its access modes, and what its class can do. */
import { numberIn } from "./scaling";
import type { Facts, ObjectOf } from "../kernel/facts";
import {
    holdsUnknown,
    isTree,
    read,
    readList,
    readString,
    readTree,
    type Tree,
} from "../kernel/tree";

/** Who may mount a claim. */
export type Access =
    /** Pods on any number of nodes; only to read it where `readOnly` is said. */
    | { readonly by: "many"; readonly readOnly: boolean }
    /** Pods on one node, or one pod in the cluster. */
    | { readonly by: "node" | "pod"; readonly mode: string }
    /** Its volume never leaves its node, and neither do its pods. */
    | { readonly by: "its node" }
    | { readonly by: "unknown"; readonly why: string };

/** A claim that pods name. */
export interface NamedClaim {
    readonly namespace: string;
    readonly name: string;
}

/**
 * Provisioners whose volumes are directories or disks of one node; the scheduler sends every pod of
 * the claim there: local-path-provisioner v0.0.32, OpenEBS 4, TopoLVM v0.38, Kubernetes 1.35.
 */
const ON_A_NODE: ReadonlySet<string> = new Set([
    ...["kubernetes.io/no-provisioner", "rancher.io/local-path", "topolvm.io"],
    ...["openebs.io/local", "local.csi.openebs.io", "zfs.csi.openebs.io"],
]);
/**
 * Block devices: ceph-csi v3.16 (internal/rbd/controllerserver.go) refuses a file system that several
 * nodes write to.
 */
const BLOCK_DEVICE = /(?:^|\.)rbd\.csi\.ceph\.com$/;

function provisionerOf(facts: Facts, spec: Tree): string | undefined {
    const name = readString(spec, "storageClassName");
    const found = facts
        .objects("storage.k8s.io", "StorageClass")
        .find(({ object, inputs }) =>
            name === undefined
                ? read(inputs, [
                      "metadata",
                      "annotations",
                      "storageclass.kubernetes.io/is-default-class",
                  ]).state === "known"
                : object.name === name,
        );
    return readString(found?.inputs, "provisioner");
}

function accessOf(facts: Facts, spec: Tree): Access {
    if (
        ["accessModes", "storageClassName", "volumeMode"].some((field) => holdsUnknown(spec[field]))
    ) {
        return { by: "unknown", why: "its access modes are known only at the update" };
    }
    const modes = readList(spec, "accessModes").map(String);
    const provisioner = provisionerOf(facts, spec) ?? "";
    const isFiles = readString(spec, "volumeMode") !== "Block";
    if (modes.includes("ReadWriteOncePod")) {
        return { by: "pod", mode: "ReadWriteOncePod" };
    }
    if (modes.includes("ReadWriteMany")) {
        return BLOCK_DEVICE.test(provisioner) && isFiles
            ? { by: "node", mode: "ReadWriteMany, which its class cannot give a file system" }
            : { by: "many", readOnly: false };
    }
    if (ON_A_NODE.has(provisioner)) {
        return { by: "its node" };
    }
    return modes.includes("ReadOnlyMany")
        ? { by: "many", readOnly: true }
        : { by: "node", mode: modes.join(", ") || "no access mode" };
}

/** The spec of the claim that a StatefulSet makes under the name: template, set and ordinal. */
function ofStatefulSet(facts: Facts, { namespace, name }: NamedClaim): Tree | undefined {
    for (const { object, inputs } of facts.objects("apps", "StatefulSet")) {
        if (object.namespace !== namespace) {
            continue;
        }
        const template = readList(inputs, "spec", "volumeClaimTemplates").find((item) =>
            isOrdinalOf(`${readString(item, "metadata", "name") ?? ""}-${object.name}-`, name),
        );
        if (template !== undefined) {
            return readTree(template, "spec");
        }
    }
    return undefined;
}

function isOrdinalOf(prefix: string, name: string): boolean {
    return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
}

function declared(facts: Facts, { namespace, name }: NamedClaim): ObjectOf | undefined {
    return facts
        .objects("", "PersistentVolumeClaim")
        .find(({ object }) => object.namespace === namespace && object.name === name);
}

/** Who may mount a claim. */
export function accessTo(facts: Facts, claim: NamedClaim): Access {
    const fact = declared(facts, claim);
    if (fact !== undefined && read(fact.inputs, ["spec"]).state === "unknown") {
        return { by: "unknown", why: "its access modes are known only at the update" };
    }
    const spec = fact === undefined ? ofStatefulSet(facts, claim) : readTree(fact.inputs, "spec");
    return spec === undefined
        ? { by: "unknown", why: "the claim is not in the stack" }
        : accessOf(facts, spec);
}

/** The claims that volumes of a pod name, and whether each is only read. */
export function claimsNamed(
    podSpec: Tree,
): { readonly name: string; readonly readOnly: boolean }[] {
    return readList(podSpec, "volumes")
        .filter(isTree)
        .flatMap((volume) => {
            const name = readString(volume, "persistentVolumeClaim", "claimName");
            const readOnly = readTree(volume, "persistentVolumeClaim").readOnly === true;
            return name === undefined ? [] : [{ name, readOnly }];
        });
}

/** Names of the claims that a StatefulSet makes for pods from its first ordinal on. */
export function claimsOfSet({ object, inputs }: ObjectOf, count: number): string[] {
    const start = numberIn(read(inputs, ["spec", "ordinals", "start"]), 0);
    return readList(inputs, "spec", "volumeClaimTemplates").flatMap((template) => {
        const name = readString(template, "metadata", "name");
        return name === undefined || start === "unknown"
            ? []
            : Array.from(
                  { length: count },
                  (_, index) => `${name}-${object.name}-${start + index}`,
              );
    });
}
