/** What keeps a workload available while nodes come and go. Pure: no Pulumi. */
import type { ChartValue, ChartValues } from "./chart-renderer";
import type { Manifest } from "./object";

type Labels = Readonly<Record<string, string>>;

/** How many pods of a workload must stay up during a voluntary disruption (HA-05). */
export function minimumAvailable(replicas: number): number {
    return replicas >= 3 ? 2 : 1;
}

/**
 * The PodDisruptionBudget of a workload; none for a single replica, which it would nail to its
 * node.
 */
export function podDisruptionBudget(
    name: string,
    namespace: string,
    labels: Labels,
    replicas: number,
): Manifest[] {
    return replicas < 2
        ? []
        : [
              {
                  apiVersion: "policy/v1",
                  kind: "PodDisruptionBudget",
                  metadata: { name, namespace },
                  spec: {
                      minAvailable: minimumAvailable(replicas),
                      selector: { matchLabels: labels },
                      // A crashing pod must not keep a broken node from being drained.
                      unhealthyPodEvictionPolicy: "AlwaysAllow",
                  },
              },
          ];
}

/** The same as values, in the form that many charts have for it. */
export function budgetValues(replicas: number): {
    readonly enabled: boolean;
    readonly minAvailable: number;
    readonly unhealthyPodEvictionPolicy: "AlwaysAllow";
} {
    return {
        enabled: replicas > 1,
        minAvailable: minimumAvailable(replicas),
        unhealthyPodEvictionPolicy: "AlwaysAllow",
    };
}

/** Label of a node's Proxmox host, as the machine configuration sets it. */
export const HOST_LABEL = "topology.kubernetes.io/zone";

/**
 * Topology spread constraints: replicas are on different nodes and evenly on the Proxmox hosts, so
 * that neither the loss of a node nor of a host takes more of them than it must (HA-06, HA-16).
 *
 * Both must be kept. A host whose nodes are all closed to the pods, by the taint of control planes
 * or of a lost node, is left out: while it is gone its pods may go to the others. On a site with
 * one host the second constraint always holds.
 *
 * @param labels the pods to count; charts that add the selector themselves pass none
 * @param waitsForItsHost for members of a quorum that stay where they once came to be: the place of
 * one whose host is gone stays empty, rather than two being on one host ever after
 */
export function spread(labels?: Labels, { waitsForItsHost = false } = {}): ChartValue[] {
    const selector = labels === undefined ? {} : { labelSelector: { matchLabels: labels } };
    return [
        {
            maxSkew: 1,
            topologyKey: "kubernetes.io/hostname",
            whenUnsatisfiable: "DoNotSchedule",
            ...selector,
        },
        {
            maxSkew: 1,
            topologyKey: HOST_LABEL,
            whenUnsatisfiable: "DoNotSchedule",
            ...(waitsForItsHost ? {} : { nodeTaintsPolicy: "Honor" }),
            ...selector,
        },
    ];
}

/**
 * The same as affinity, where there is no field for constraints: never two replicas on one node,
 * and on different Proxmox hosts where there are others with room.
 */
export function keepApart(labels: Labels): { readonly podAntiAffinity: ChartValues } {
    const term = (topologyKey: string) => ({
        labelSelector: { matchLabels: labels },
        topologyKey,
    });
    return {
        podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [term("kubernetes.io/hostname")],
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: term(HOST_LABEL) },
            ],
        },
    };
}

/**
 * Tolerations of a workload with one replica: it leaves a dead node after half a minute instead of
 * Kubernetes' five (HA-04).
 */
export const leavesDeadNode: ChartValue[] = ["not-ready", "unreachable"].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 30,
}));
