/**
 * Stand-ins for what no controller of the rehearsal makes: the pods of operators and those that
 * Talos brings. They have the requests, labels and placement of the table that the N+1 proof uses,
 * and run under the controller that treats them as theirs would: most are replaced elsewhere when they
 * hold no volumes, and waited for when they do.
 */
import type { Manifest } from "../components/base/object";
import type { Capacity } from "../policy/engines/scheduling/stack";
import { type Claim, type PodSet } from "../policy/engines/scheduling/pod-set";
import { operatedPods } from "../policy/engines/operated/made";
import { standInPod } from "../policy/engines/scheduling/stand-ins";
import { isTree, readTree } from "../policy/kernel/tree";
import type { RehearsedStack } from "./stack";

/** A stand-in, and what it stands for. */
export interface StandIn {
    readonly manifest: Manifest;
    /** The workload, as the proof calls it. */
    readonly key: string;
}

const LABEL = "rehearsal/stand-in";
/** Marks the image of a static pod in the API; drains leave it. */
export const MIRROR = "kubernetes.io/config.mirror";
/** Admitted under every Pod Security level; what the real pods may do is the operator's affair. */
const POD_SECURITY = {
    runAsNonRoot: true,
    runAsUser: 65_532,
    seccompProfile: { type: "RuntimeDefault" },
};
const CONTAINER_SECURITY = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
};

/** Pods that a controller of Kubernetes itself makes. */
function isNative({ fact: { workload } }: PodSet): boolean {
    return workload !== undefined;
}

function withSecurity(spec: Manifest["spec"]): Record<string, unknown> {
    const tree = isTree(spec) ? spec : {};
    const secured = (field: string) =>
        (Array.isArray(tree[field]) ? tree[field] : [])
            .filter(isTree)
            .map((container) => ({ ...container, securityContext: CONTAINER_SECURITY }));
    return {
        ...tree,
        securityContext: POD_SECURITY,
        automountServiceAccountToken: false,
        initContainers: secured("initContainers"),
        containers: secured("containers"),
    };
}

function claimTemplate({ name, storageClass, bytes }: Claim): Record<string, unknown> {
    return {
        metadata: { name },
        spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
            resources: { requests: { storage: String(bytes) } },
        },
    };
}

/** The controller that makes the pods of a set. */
function controllerOf(set: PodSet, name: string): Manifest {
    const { namespace, labels, claims, count, perNode } = set;
    const spec = withSecurity(readTree(standInPod(set, 0), "spec"));
    const metadata = { name, namespace };
    if (typeof spec.nodeName === "string") {
        // A static pod as the kubelet shows it (kubernetes: pkg/kubelet/config/common.go).
        const annotations = { [MIRROR]: name };
        const tolerations = [{ operator: "Exists", effect: "NoExecute" }];
        return {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { ...metadata, labels, annotations },
            spec: { ...spec, tolerations },
        };
    }
    const own = { [LABEL]: name };
    const shared = {
        selector: { matchLabels: own },
        template: { metadata: { labels: { ...labels, ...own } }, spec },
    };
    if (perNode) {
        return { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec: shared };
    }
    const replicated = { ...shared, replicas: count };
    return claims.length === 0 && set.made?.stateful !== true
        ? { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: replicated }
        : {
              apiVersion: "apps/v1",
              kind: "StatefulSet",
              metadata,
              spec: {
                  ...replicated,
                  serviceName: name,
                  podManagementPolicy: "Parallel",
                  volumeClaimTemplates: claims.map(claimTemplate),
              },
          };
}

/** Pods that come with the cluster, not with an object of the stack. */
function isOfCluster({ fact: { object } }: PodSet): boolean {
    return object === undefined;
}

/**
 * The stand-ins of a stack; sets of the same name are numbered.
 *
 * @param withCluster those too that a cluster made by Talos has by itself
 */
export function standInsOf({ sets }: Pick<Capacity, "sets">, withCluster = true): StandIn[] {
    const needed = sets.filter(
        (set) =>
            !isNative(set) && (set.perNode || set.count > 0) && (withCluster || !isOfCluster(set)),
    );
    const total = new Map<string, number>();
    const id = ({ namespace, name }: PodSet) => `${namespace}/${name}`;
    needed.forEach((set) => total.set(id(set), (total.get(id(set)) ?? 0) + 1));
    const used = new Map<string, number>();
    return needed.map((set) => {
        const number = (used.get(id(set)) ?? 0) + 1;
        used.set(id(set), number);
        const name = (total.get(id(set)) ?? 0) > 1 ? `${set.name}-${number}` : set.name;
        return { key: set.key, manifest: controllerOf(set, name) };
    });
}

/**
 * The autoscalers that KEDA would make, each asking for the most pods that it may: what is counted
 * on is placed too. The controller of Kubernetes scales to the least number without asking a metric.
 */
export function autoscalersOf({ facts }: Pick<RehearsedStack, "facts">): StandIn[] {
    return facts.objects("keda.sh", "ScaledObject").map(({ inputs, object, key }) => {
        const { name, namespace } = object;
        const { scaleTargetRef } = readTree(inputs, "spec");
        const most = Number(readTree(inputs, "spec").maxReplicaCount ?? 100);
        return {
            key,
            manifest: {
                apiVersion: "autoscaling/v2",
                kind: "HorizontalPodAutoscaler",
                metadata: { name, namespace },
                spec: {
                    scaleTargetRef: {
                        apiVersion: "apps/v1",
                        kind: "Deployment",
                        ...(isTree(scaleTargetRef) ? scaleTargetRef : {}),
                    },
                    minReplicas: most,
                    maxReplicas: most,
                },
            },
        };
    });
}

/** Custom resources whose pods nobody rehearses, each with the reason. */
export function withoutStandIns({
    facts,
    capacity,
}: Pick<RehearsedStack, "facts" | "capacity">): string[] {
    return operatedPods(facts, capacity.cluster.nodes).unjudged.map(
        ({ fact, why }) => `${fact.key}: ${why}`,
    );
}
