/** Pods whose volumes stay on the Proxmox host where they were made. */
import type { Fact, Facts } from "../../kernel/facts";
import { readList, readString, readTree } from "../../kernel/tree";
import type { PodSet } from "./pod-set";

/**
 * Provisioners that make a volume on the host of the node where its pod was first: with the node gone
 * the pod may only go to another node of that host (proxmox-csi-plugin v0.19.1: pkg/csi/controller.go,
 * AccessibleTopology). Which host that is, is known only once the pod ran.
 */
const ON_A_HOST: ReadonlySet<string> = new Set(["csi.proxmox.sinextra.dev"]);

/** Classes of such provisioners; a class that binds at once leads to storage that all hosts share. */
function classesOf(facts: Facts): ReadonlyMap<string | undefined, string> {
    const found = facts
        .objects("storage.k8s.io", "StorageClass")
        .filter(
            ({ inputs }) =>
                ON_A_HOST.has(readString(inputs, "provisioner") ?? "") &&
                readString(inputs, "volumeBindingMode") === "WaitForFirstConsumer",
        );
    return new Map(
        found.flatMap(({ object, inputs }): [string | undefined, string][] => {
            const annotations = readTree(inputs, "metadata", "annotations");
            return annotations["storageclass.kubernetes.io/is-default-class"] === "true"
                ? [
                      [object.name, object.name],
                      [undefined, object.name],
                  ]
                : [[object.name, object.name]];
        }),
    );
}

/** Class of each claim that a pod of the set has, made for it or named by it. */
function claimedClasses(facts: Facts, { claims, namespace, spec }: PodSet) {
    const named = readList(spec, "volumes").map((volume) =>
        readString(volume, "persistentVolumeClaim", "claimName"),
    );
    return [
        ...claims.map(({ storageClass }) => storageClass),
        ...facts
            .objects("", "PersistentVolumeClaim")
            .filter(({ object }) => object.namespace === namespace && named.includes(object.name))
            .map(({ inputs }) => readString(inputs, "spec", "storageClassName")),
    ];
}

/** The sets with volumes that never leave their host, each with the class that says so. */
export function boundToHosts(
    facts: Facts,
    sets: readonly PodSet[],
): { readonly fact: Fact; readonly storageClass: string }[] {
    const classes = classesOf(facts);
    return classes.size === 0
        ? []
        : sets.flatMap((set) => {
              const [storageClass] = claimedClasses(facts, set).flatMap(
                  (name) => classes.get(name) ?? [],
              );
              return storageClass === undefined ? [] : [{ fact: set.fact, storageClass }];
          });
}
