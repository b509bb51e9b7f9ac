/** Names and ports of the chart matrix-stack 26.8.1, whose release and namespace are called alike. Pure. */

/** Name of the namespace and of the release. */
export const MATRIX = "matrix" as const;

const of = (instance: string) =>
    ({ "app.kubernetes.io/instance": `${MATRIX}-${instance}` }) as const;

/** Labels of the pods, by what selects them. */
export const matrixPods = {
    /** Synapse, all of its processes. */
    synapse: { "k8s.element.io/synapse-instance": `${MATRIX}-synapse` },
    /** The one process that nothing can stand in for. */
    main: of("synapse-main"),
    /** In front of Synapse: sends each request to the process that answers it. */
    proxy: of("haproxy"),
    /** Signs people on. */
    account: of("matrix-authentication-service"),
    /** The program in the browser. */
    web: of("element-web"),
    /** Brings what others tell into rooms. */
    bridge: of("hookshot"),
    /** By which the processes of Synapse tell each other what is new. */
    redis: of("redis"),
    /** Makes the room of the alerts. */
    room: { "app.kubernetes.io/name": "matrix-room" },
} as const;

/** Processes of Synapse beside the main one, by what they do: what people wait for. */
export const matrixWorkers = ["client-reader", "synchrotron"] as const;

/** Labels of the pods of one process of Synapse. */
export const matrixProcess = (process: string) => of(`synapse-${process}`);

/** Ports at the pods. */
export const matrixPorts = {
    synapse: 8008,
    /** At which a process says that it is well, also to the proxy. */
    health: 8080,
    replication: 9093,
    synapseMetrics: 9001,
    proxy: 8008,
    wellKnown: 8010,
    proxyMetrics: 8405,
    account: 8080,
    accountMetrics: 8081,
    /** The chart's Service takes 80 to it (configs/element-web/default.conf.tpl). */
    web: 8080,
    bridge: 9993,
    hooks: 7775,
    bridgeMetrics: 7777,
    redis: 6379,
    redisMetrics: 9121,
} as const;

/** Labels of host names below the site's domain. */
export const matrixHosts = { server: "matrix", account: "account", web: "chat" } as const;

/** Services of the chart. */
export const matrixServices = {
    proxy: `${MATRIX}-synapse`,
    wellKnown: `${MATRIX}-well-known`,
    account: `${MATRIX}-matrix-authentication-service`,
    web: `${MATRIX}-element-web`,
    bridge: `${MATRIX}-hookshot`,
} as const;

/** Address of Synapse for programs of the namespace. */
export const homeserver = `http://${matrixServices.proxy}.${MATRIX}.svc:${matrixPorts.proxy}`;

/** Claim of what people send each other besides words. */
export const mediaLabels = {
    "app.kubernetes.io/instance": `${MATRIX}-synapse`,
    "app.kubernetes.io/component": "matrix-server",
} as const;

/** MiB of what somebody sends at once. */
export const LARGEST_FILE = 20;
