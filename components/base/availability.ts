/** What keeps a workload available while nodes come and go. Pure: no Pulumi. */
import type { ChartValue } from "./chart-renderer";
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

/**
 * Topology spread constraints: never two replicas on one node while another node is free, and
 * evenly over the failure domains (Proxmox hosts) where possible.
 *
 * @param labels the pods to count; charts that add the selector themselves pass none
 */
export function spread(labels?: Labels): ChartValue[] {
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
            topologyKey: "topology.kubernetes.io/zone",
            whenUnsatisfiable: "ScheduleAnyway",
            ...selector,
        },
    ];
}
