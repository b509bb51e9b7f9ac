/** Where programs ask for metrics, by name: what answers comes long after those who ask. Pure. */

/** The Service of Prometheus, as its chart makes it, in the namespace of what collects. */
export const metricsTarget = { service: "kube-prometheus-stack-prometheus", port: 9090 } as const;

/** Its address, from any namespace. */
export function metricsUrl(namespace: string): string {
    return `http://${metricsTarget.service}.${namespace}.svc.cluster.local:${metricsTarget.port}`;
}
