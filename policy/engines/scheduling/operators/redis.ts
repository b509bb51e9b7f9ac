/** Pods of OT-CONTAINER-KIT/redis-operator (v0.26.0: internal/k8sutils/statefulset.go). */
import type { Fact, ObjectFact } from "../../../kernel/facts";
import { isTree, readList, readString, readTree } from "../../../kernel/tree";
import { toAmount } from "../amounts";
import { podSet, type PodSet } from "../pod-set";
import { part, present } from "./placement";

type ObjectOf = Fact & { readonly object: ObjectFact };

/** The stateful set of a RedisReplication or of a RedisSentinel. */
export function redisPods(role: "replication" | "sentinel"): (fact: ObjectOf) => PodSet[] {
    return (fact) => {
        const { object, key } = fact;
        const spec = readTree(fact.inputs, "spec");
        const { resources } = readTree(spec, "kubernetesConfig");
        const exporter = readTree(spec, "redisExporter");
        const init = readTree(spec, "initContainer");
        const name = role === "sentinel" ? `${object.name}-sentinel` : object.name;
        const template = readTree(spec, "storage", "volumeClaimTemplate", "spec");
        const size = readTree(template, "resources", "requests").storage;
        return [
            podSet({
                key,
                fact,
                namespace: object.namespace ?? "default",
                name,
                labels: { app: name, redis_setup_type: role, role },
                spec: present({
                    nodeSelector: spec.nodeSelector,
                    affinity: spec.affinity,
                    tolerations: spec.tolerations,
                    topologySpreadConstraints: spec.topologySpreadConstraints,
                    priorityClassName: spec.priorityClassName,
                    hostNetwork: spec.hostNetwork,
                    initContainers: [
                        part("init-config", resources),
                        ...(init.enabled === true ? [part("init", init.resources)] : []),
                    ],
                    containers: [
                        part(name, resources),
                        ...(exporter.enabled === true
                            ? [part("redis-exporter", exporter.resources)]
                            : []),
                        ...readList(spec, "sidecars").filter(isTree),
                    ],
                }),
                count: Number(spec.clusterSize ?? 1),
                claims:
                    size === undefined
                        ? []
                        : [
                              {
                                  name,
                                  storageClass: readString(template, "storageClassName"),
                                  bytes: toAmount("storage", size),
                              },
                          ],
            }),
        ];
    };
}
