/** One row for each place of an object that names another, with what it names. */
import type { Inputs } from "../../harness";

/** A manifest as tests write it. */
export type Manifest = Inputs & { apiVersion: string; kind: string; metadata: Inputs };

/** The name that every row uses for what it names. */
export const NAME = "wanted-thing";

/** What names, where messages say so, and what would be there. */
export type Row = readonly [where: string, object: Manifest, target: Manifest];

/** An object of namespace apps. */
export function inApps(apiVersion: string, kind: string, fields: Inputs, name = "own"): Manifest {
    return { apiVersion, kind, metadata: { name, namespace: "apps" }, ...fields };
}

/** An object outside of namespaces. */
export function global(apiVersion: string, kind: string, fields: Inputs, name = "own"): Manifest {
    return { apiVersion, kind, metadata: { name }, ...fields };
}

/** A Deployment of such pods. */
export function pods(podSpec: Inputs, container: Inputs = {}): Manifest {
    const labels = { app: "own" };
    const spec = { containers: [{ name: "main", ...container }], ...podSpec };
    return inApps("apps/v1", "Deployment", {
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
}

/** What a row names: an object of that name, with keys or ports to take. */
export function target(apiVersion: string, kind: string, fields: Inputs = {}): Manifest {
    return inApps(apiVersion, kind, fields, NAME);
}

const VALUES = { data: { key: "eA==" } };
export const secret = target("v1", "Secret", VALUES);
export const configMap = target("v1", "ConfigMap", VALUES);
export const service = target("v1", "Service", {
    spec: { ports: [{ name: "http", port: 80 }, { port: 443 }] },
});
export const deployment = target("apps/v1", "Deployment", {
    spec: { template: { metadata: { labels: { app: NAME } }, spec: { containers: [] } } },
});
export const role = target("rbac.authorization.k8s.io/v1", "Role");
export const clusterRole = global("rbac.authorization.k8s.io/v1", "ClusterRole", {}, NAME);
export const storageClass = global(
    "storage.k8s.io/v1",
    "StorageClass",
    { provisioner: "kubernetes.io/no-provisioner" },
    NAME,
);
export const claim = target("v1", "PersistentVolumeClaim");
