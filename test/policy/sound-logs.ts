/** Collectors of logs with the configurations that the program writes, in parts that tests replace. */
import { alloyConfiguration, tenantLogs } from "../../components/observability/alloy-config";
import { vectorFile } from "../../components/observability/vector-config";
import type { Parts } from "./change";
import { object, type Resource, standardLabels } from "./harness";
import { namespace } from "./objects";
import { running, within } from "./sound-backups";
import { everyNode } from "./sound-systems";

/** Where lines go. */
export const STORE_URL = "http://loki.logging.svc:3100";

/** The configuration of the agents. */
export function vectorMap(text: unknown): Resource {
    return within("logging", "v1", "ConfigMap", "vector", { data: { "vector.yaml": text } });
}

/** An agent on each node. */
export function logAgent(name = "vector"): Resource {
    return running(
        "logging",
        "DaemonSet",
        name,
        { image: "docker.io/timberio/vector:0.56.0-distroless-libc" },
        {
            ...everyNode,
            volumes: [
                { name: "pods", hostPath: { path: "/var/log/pods" } },
                { name: "audit", hostPath: { path: "/var/log/audit" } },
                { name: "config", projected: { sources: [{ configMap: { name } }] } },
            ],
        },
    );
}

const podLogs = tenantLogs("logging");

/** An agent for everybody but tenants, Alloy for these, and a store. */
export const loggedParts: Parts = {
    namespace: namespace("logging"),
    apps: namespace("apps"),
    tenants: namespace("tenant-a", { "platform/logs": "api" }),
    web: running("apps", "Deployment", "web", { image: "ghcr.io/example/web:1.2.3" }),
    tenant: running("tenant-a", "Deployment", "own", { image: "ghcr.io/example/web:1.2.3" }),
    agent: logAgent(),
    configuration: vectorMap(vectorFile({ url: STORE_URL, namespaces: "platform/logs!=api" })),
    alloy: running(
        "logging",
        "Deployment",
        "alloy",
        { image: "docker.io/grafana/alloy:v1.18.1" },
        { volumes: [{ name: "config", configMap: { name: "alloy" } }] },
    ),
    "configuration of Alloy": within("logging", "v1", "ConfigMap", "alloy", {
        data: { "config.alloy": alloyConfiguration(STORE_URL) },
    }),
    podLogs: object({
        ...podLogs,
        metadata: { ...podLogs.metadata, labels: standardLabels },
    }),
    store: running("logging", "StatefulSet", "loki", { image: "docker.io/grafana/loki:3.7.6" }),
};
