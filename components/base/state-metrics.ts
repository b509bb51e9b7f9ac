/** Series of kube-state-metrics, which many systems tell it about themselves. Pure: no Pulumi. */
import type { ChartValue, ChartValues } from "./chart-renderer";
import type { MetricSource, Scrape } from "./scrape";

/** Labels of its pods, as the chart kube-prometheus-stack 88.5.3 sets them. */
export const stateMetricsPods = {
    "app.kubernetes.io/name": "kube-state-metrics",
    "app.kubernetes.io/instance": "kube-prometheus-stack",
} as const;

/**
 * Further series of the same pods and port as everything else of kube-state-metrics.
 *
 * @param name of what they are about, unique on the platform
 */
export function stateMetrics(name: string, source: MetricSource): Scrape {
    return {
        name,
        job: "kube-state-metrics",
        namespace: "monitoring",
        pods: stateMetricsPods,
        port: "http",
        number: 8080,
        byChart: true,
        metrics: [source],
    };
}

/** A custom resource of which kube-state-metrics makes series. */
export interface CustomState {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    /** How the API calls it. */
    readonly resource: string;
    /** Start of the names of its series. */
    readonly prefix: string;
    /** Labels of every series. */
    readonly labelsFromPath: Readonly<Record<string, readonly string[]>>;
    readonly metrics: readonly ChartValue[];
}

/**
 * Values for kube-state-metrics
 * (kube-state-metrics v2.20.0: docs/metrics/extend/customresourcestate-metrics.md).
 */
export function customStates(states: readonly CustomState[]): ChartValues {
    return states.length === 0
        ? {}
        : {
              customResourceState: {
                  enabled: true,
                  config: {
                      kind: "CustomResourceStateMetrics",
                      spec: {
                          resources: states.map(
                              ({ group, version, kind, prefix, labelsFromPath, metrics }) => ({
                                  groupVersionKind: { group, version, kind },
                                  metricNamePrefix: prefix,
                                  labelsFromPath,
                                  metrics,
                              }),
                          ),
                      },
                  },
              },
              rbac: {
                  extraRules: states.map(({ group, resource }) => ({
                      apiGroups: [group],
                      resources: [resource],
                      verbs: ["list", "watch"],
                  })),
              },
          };
}
