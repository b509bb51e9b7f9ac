/** What the people of a tenant see: what is left of their quota, and what of it their pods use. Pure. */
import { type Dashboard, lines, number, table } from "../base/dashboard";
import { type Tenant, tenantNamespace } from "../tenant-schema";

const STATE = 'job="kube-state-metrics"';
const KUBELET = 'job="kubelet"';
const share = { unit: "percentunit" } as const;

/** The dashboard of one tenant. */
export function tenantDashboard(tenant: Pick<Tenant, "name" | "kind">): Dashboard {
    const within = `namespace="${tenantNamespace(tenant)}"`;
    const quota = (type: string) =>
        `sum by (resource) (kube_resourcequota{${STATE}, ${within}, type="${type}"})`;
    const asked = (resource: string) =>
        `sum by (pod) (kube_pod_container_resource_requests{${STATE}, ${within}, resource="${resource}"})`;
    const fullest = (metric: string) => `max by (persistentvolumeclaim) (${metric})`;
    const volumes = (part: string) => `kubelet_volume_stats_${part}_bytes{${KUBELET}, ${within}}`;
    return {
        name: `tenant-${tenant.name}`,
        title: `Tenant ${tenant.name}`,
        purpose: `What is left for ${tenant.name}, and what of it is used.`,
        rows: [
            {
                title: "Quota",
                panels: [
                    number("In use", `${quota("used")} / (${quota("hard")} > 0)`, {
                        legend: "{{ resource }}",
                        ...share,
                        thresholds: { warning: 0.8, bad: 0.95 },
                    }),
                    table("Left", `${quota("hard")} - ${quota("used")}`),
                ],
            },
            {
                title: "Pods",
                panels: [
                    lines(
                        "Processors",
                        `sum by (pod) (rate(container_cpu_usage_seconds_total{${KUBELET}, ${within}, container!=""}[5m]))`,
                        "{{ pod }}",
                        { unit: "cores" },
                    ),
                    lines(
                        "Memory",
                        `sum by (pod) (container_memory_working_set_bytes{${KUBELET}, ${within}, container!=""})`,
                        "{{ pod }}",
                        { unit: "bytes" },
                    ),
                    lines("Processors asked for", asked("cpu"), "{{ pod }}", { unit: "cores" }),
                    lines("Memory asked for", asked("memory"), "{{ pod }}", { unit: "bytes" }),
                ],
            },
            {
                title: "Volumes",
                panels: [
                    lines(
                        "In use",
                        fullest(`1 - ${volumes("available")} / ${volumes("capacity")}`),
                        "{{ persistentvolumeclaim }}",
                        share,
                    ),
                ],
            },
        ],
    };
}
