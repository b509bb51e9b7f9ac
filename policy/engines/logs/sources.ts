/** What reads logs, whose, and whether they arrive where they are kept. */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, type Ternary } from "../../kernel/ternary";
import { read, readLabels, readList, readString } from "../../kernel/tree";
import { hostsIn } from "../references/hosts";
import { programsOf } from "../../kubernetes/programs";
import type { WorkloadFact } from "../../kubernetes/scaling";

/** Pods of which somebody may read the logs. */
export interface LoggedPods {
    readonly namespace: string;
    readonly namespaceLabels: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    /** Labels that only the update will know. */
    readonly labelsUnknown: boolean;
}

/** One source of a collector. */
export interface LogSource {
    readonly fact: WorkloadFact;
    /** As its configuration calls it. */
    readonly name: string;
    /** What it reads: files of its node, or what the API gives. */
    readonly by: "files" | "API";
    /** The logs of containers, or of the API server. */
    readonly of: "containers" | "audit";
    readonly reads: (pods: LoggedPods) => Ternary;
    /** Whether what it reads gets to a store. */
    readonly arrives: Ternary;
    /** Why it does not. */
    readonly lost: string;
    /** Whether all that its program reads is among the sources, the audit log too. */
    readonly complete: boolean;
}

/** Whether the pods of a workload see a folder of their node. */
export function mounts({ workload }: WorkloadFact, folder: string): Ternary {
    const volumes = read(workload.podSpec, ["volumes"]);
    return volumes.state === "unknown"
        ? "unknown"
        : readList(workload.podSpec, "volumes").some((volume) => {
              const path = readString(volume, "hostPath", "path");
              return (
                  path !== undefined &&
                  `${folder}/`.startsWith(path.endsWith("/") ? path : `${path}/`)
              );
          });
}

/** What a ConfigMap holds of a workload's configuration, or that nobody can see it. */
export interface ConfigurationFile {
    readonly name: string;
    /** Undefined where only the update, or a Secret, knows it. */
    readonly text: string | undefined;
}

/** Every file of the ConfigMaps that a workload mounts; a Secret or a missing map hides its files. */
export function configurationOf(
    facts: Facts,
    { object, workload }: WorkloadFact,
): ConfigurationFile[] {
    const volumes = readList(workload.podSpec, "volumes");
    const sources = [
        ...volumes,
        ...volumes.flatMap((volume) => readList(volume, "projected", "sources")),
    ];
    return sources.flatMap((source): ConfigurationFile[] => {
        const named = read(source, ["configMap", "name"]);
        if (named.state === "absent") {
            const hidden = read(source, ["secret"]).state !== "absent";
            return hidden ? [{ name: "a Secret", text: undefined }] : [];
        }
        const map = facts
            .objects("", "ConfigMap")
            .find(
                (other) =>
                    other.object.namespace === object.namespace &&
                    named.state === "known" &&
                    other.object.name === named.value,
            );
        const data = read(map?.inputs, ["data"]);
        return data.state !== "known"
            ? [{ name: "a ConfigMap", text: undefined }]
            : Object.keys(data.value as object).map((name) => {
                  const text = readString(data.value, name);
                  return { name, text };
              });
    });
}

/** Namespaces of the stores of logs in the stack. */
export function storesOf(facts: Facts): readonly string[] {
    const elastic: readonly ObjectOf[] = facts.objects(
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
    );
    return [
        ...new Set([
            ...programsOf(facts, "loki").map(({ fact }) => fact.object.namespace ?? "default"),
            ...elastic.map(({ object }) => object.namespace ?? "default"),
        ]),
    ];
}

/** The namespace in which an address is; undefined for one outside of the stack. */
export function addressed(facts: Facts, address: unknown): string | undefined {
    const names = new Set(facts.objects("", "Namespace").map(({ object }) => object.name));
    return hostsIn(String(address), (name) => names.has(name))[0]?.namespace;
}

/** Whether an address is that of a store of the stack; of one outside of it nobody can say. */
export function isStore(facts: Facts, address: unknown): Ternary {
    const namespace = addressed(facts, address);
    return namespace === undefined ? "unknown" : storesOf(facts).includes(namespace);
}

/** The pods of a workload, with the labels that the API server gives their namespace. */
export function loggedPods(facts: Facts, { object, workload }: WorkloadFact): LoggedPods {
    const name = object.namespace ?? "default";
    const namespace = facts.objects("", "Namespace").find((other) => other.object.name === name);
    const labels = read(namespace?.inputs, ["metadata", "labels"]);
    return {
        namespace: name,
        namespaceLabels: {
            ...readLabels(namespace?.inputs, "metadata", "labels"),
            "kubernetes.io/metadata.name": name,
        },
        labels: workload.podLabels,
        labelsUnknown: workload.podLabelsUnknown || labels.state === "unknown",
    };
}

/** Whether the pods are read by a source that sees its files. */
export function covers({ by, reads, fact }: LogSource, pods: LoggedPods): Ternary {
    return allOf([reads(pods), by === "API" ? true : mounts(fact, "/var/log/pods")]);
}
