/** Pages of tenants: a name, and the Service of the pods behind it. Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { Manifest } from "../base/object";
import { type Tenant, tenantNamespace } from "../tenant-schema";

/** One page of a tenant. */
export type TenantHost = Tenant["hosts"][number];

/** The pages of a tenant, which its group alone opens. */
export function tenantPages({ name, group, hosts }: Tenant): GuardedPage[] {
    return hosts.map((host) => ({
        what: `a page of the tenant ${name}`,
        host: host.name,
        guard: "sign-on",
        groups: [group],
    }));
}

/** Labels of the pods behind a page. */
export function hostPods({ name }: TenantHost): Readonly<Record<string, string>> {
    return { "app.kubernetes.io/name": name };
}

/** The Service of a page: which pods are behind it, the labels of the tenant's pods say. */
export function hostService(tenant: Tenant, host: TenantHost): Manifest {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: host.name, namespace: tenantNamespace(tenant) },
        spec: {
            selector: hostPods(host),
            ports: [{ name: "http", port: 80, targetPort: host.port }],
        },
    };
}
