/** Pods of CloudNativePG (1.30: pkg/specs/pods.go, jobs.go, and the defaults of its webhook). */
import type { Fact, ObjectFact } from "../../../kernel/facts";
import { readList, readString, readTree, type Tree } from "../../../kernel/tree";
import { toAmount } from "../amounts";
import { type Claim, podSet, type PodSet } from "../pod-set";
import { joinAntiAffinity, part, present } from "./placement";

type ObjectOf = Fact & { readonly object: ObjectFact };

function affinity(name: string, config: Tree): Tree {
    const term = {
        labelSelector: {
            matchExpressions: [
                { key: "cnpg.io/cluster", operator: "In", values: [name] },
                { key: "cnpg.io/podRole", operator: "In", values: ["instance"] },
            ],
        },
        topologyKey: readString(config, "topologyKey") ?? "kubernetes.io/hostname",
    };
    const isRequired = config.podAntiAffinityType === "required";
    const generated: Tree =
        config.enablePodAntiAffinity === false
            ? {}
            : isRequired
              ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
              : {
                    preferredDuringSchedulingIgnoredDuringExecution: [
                        { weight: 100, podAffinityTerm: term },
                    ],
                };
    return joinAntiAffinity(
        present({
            nodeAffinity: config.nodeAffinity,
            podAffinity: config.additionalPodAffinity,
            podAntiAffinity: config.additionalPodAntiAffinity,
        }),
        generated,
    );
}

function claim(name: string, storage: Tree): Claim[] {
    const template = readTree(storage, "pvcTemplate");
    const size = storage.size ?? readTree(template, "resources", "requests").storage;
    return size === undefined
        ? []
        : [
              {
                  name,
                  storageClass:
                      readString(storage, "storageClass") ??
                      readString(template, "storageClassName"),
                  bytes: toAmount("storage", size),
              },
          ];
}

/** The instances, and the job that makes the next one. */
export function postgresPods(fact: ObjectOf): PodSet[] {
    const { object, key } = fact;
    const spec = readTree(fact.inputs, "spec");
    const config = readTree(spec, "affinity");
    const tablespaces = readList(spec, "tablespaces").flatMap((tablespace) =>
        claim(readString(tablespace, "name") ?? "", readTree(tablespace, "storage")),
    );
    const body = present({
        priorityClassName: spec.priorityClassName,
        nodeSelector: config.nodeSelector,
        tolerations: readList(config, "tolerations"),
        topologySpreadConstraints: spec.topologySpreadConstraints,
        affinity: affinity(object.name, config),
    });
    const pods = {
        fact,
        namespace: object.namespace ?? "default",
        spec: {
            ...body,
            initContainers: [part("bootstrap-controller", spec.resources)],
            containers: [part("postgres", spec.resources)],
        },
    };
    return [
        podSet({
            ...pods,
            key,
            name: object.name,
            labels: {
                "cnpg.io/cluster": object.name,
                "cnpg.io/podRole": "instance",
                "app.kubernetes.io/name": "postgresql",
                "app.kubernetes.io/instance": object.name,
                "app.kubernetes.io/component": "database",
                "app.kubernetes.io/managed-by": "cloudnative-pg",
            },
            count: Number(spec.instances ?? 1),
            claims: [
                ...claim("data", readTree(spec, "storage")),
                ...claim("wal", readTree(spec, "walStorage")),
                ...tablespaces,
            ],
        }),
        podSet({
            ...pods,
            key: `${key} job`,
            name: `${object.name}-job`,
            labels: { "cnpg.io/cluster": object.name },
            count: 0,
            most: 1,
            passing: true,
        }),
    ];
}
