/** Ports at which nodes offer metrics: where machines open them, and who scrapes them. Pure. */

/** On control planes: `listen-metrics-urls` of etcd, and the defaults of the two of Kubernetes. */
export const controlPlanePorts = {
    etcd: 2381,
    controllerManager: 10_257,
    scheduler: 10_259,
} as const;
/** On every node. */
export const nodeExporterPort = 9100;
/** Kubelets, on every node. */
export const kubeletPort = 10_250;
/** On every node, for the node alone: where Talos sends what its services and its kernel write. */
export const machineLogPort = 5170;
