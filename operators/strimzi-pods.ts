/** What the pods of Strimzi have in common (1.2.0: cluster-operator/.../cluster/model). */
import type { Labels, MadeBudget, MadeClaim, Resource, Tree } from "./behaviour";
import { container } from "./pods";
import { labelsAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** Ports of brokers, of Kafka Connect and of what stands beside them. */
export const kafkaPorts = {
    controlPlane: 9090,
    replication: 9091,
    agent: 8443,
    metrics: 9404,
    topicOperator: 8080,
    userOperator: 8081,
    connect: 8083,
    bridge: 8080,
} as const;

/** Labels by which selectors find pods (operator-common/.../Labels.java, strimziSelectorLabels). */
export function strimziLabels(cluster: string, kind: string, name: string): Labels {
    return { "strimzi.io/cluster": cluster, "strimzi.io/kind": kind, "strimzi.io/name": name };
}

/** Labels of all brokers and controllers of a Kafka. */
export function kafkaLabels(cluster: string): Labels {
    return strimziLabels(cluster, "Kafka", `${cluster}-kafka`);
}

/** Labels that a resource and its template give the pods. */
export function ownLabels({ metadata }: Resource, template: Tree): Labels {
    return {
        ...labelsAt(metadata, "labels"),
        ...labelsAt(template, "pod", "metadata", "labels"),
    };
}

/** WorkloadUtils.java: the template of the pod, and containers with the template's variables. */
export function podOf(template: Tree, containers: readonly Tree[]): Tree {
    const pod = treeAt(template, "pod");
    return present({
        affinity: pod.affinity,
        tolerations: pod.tolerations,
        topologySpreadConstraints: pod.topologySpreadConstraints,
        priorityClassName: pod.priorityClassName,
        schedulerName: pod.schedulerName,
        imagePullSecrets: pod.imagePullSecrets,
        volumes: treesAt(pod, "volumes"),
        containers,
    });
}

/** ProbeUtils.java: every container has both, with these where the resource says nothing. */
const defaultProbe: Tree = { timeoutSeconds: 5, initialDelaySeconds: 15 };

/** A container with the variables that its template adds. */
export function containerOf(name: string, owner: Tree, template: Tree): Tree {
    const env = treesAt(template, "env");
    return {
        ...container(name, owner.resources, textAt(owner, "image")),
        livenessProbe: { ...defaultProbe, ...treeAt(owner, "livenessProbe") },
        readinessProbe: { ...defaultProbe, ...treeAt(owner, "readinessProbe") },
        ...(template.securityContext === undefined
            ? {}
            : { securityContext: template.securityContext }),
        ...(env.length > 0 ? { env } : {}),
    };
}

/** PodDisruptionBudgetUtils.java: all but one, or but what the template says. */
export function budgetOf(
    name: string,
    selector: Labels,
    template: Tree,
    replicas: number,
): MadeBudget {
    const away = numberAt(1, treeAt(template, "podDisruptionBudget"), "maxUnavailable");
    return { name, selector, minAvailable: Math.max(0, replicas - away) };
}

/** VolumeUtils.java: the volumes of a storage, of which a JBOD has several. */
export function claimsOf(storage: Tree): MadeClaim[] {
    const volumes = storage.type === "jbod" ? treesAt(storage, "volumes") : [storage];
    return volumes.flatMap((volume) => {
        const storageClass = textAt(volume, "class");
        return volume.type === "persistent-claim" && volume.size !== undefined
            ? [
                  {
                      name: storage.type === "jbod" ? `data-${numberAt(0, volume, "id")}` : "data",
                      ...(storageClass === undefined ? {} : { storageClass }),
                      size: volume.size,
                  },
              ]
            : [];
    });
}
