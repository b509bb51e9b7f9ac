/** Alerts and dashboards of the portal. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, highest, lines } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { BACKSTAGE, backstagePods, backstagePorts } from "./backstage-values";

export const backstageScrapes: readonly Scrape[] = [
    {
        name: BACKSTAGE,
        pods: backstagePods,
        port: "metrics",
        number: backstagePorts.metrics,
        metrics: [],
    },
];

export const backstageAlerts: readonly Alert[] = [
    {
        name: "BackstageDown",
        expression: `absent(up{job="${BACKSTAGE}"} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "The portal does not answer",
        description:
            "Nobody finds there what there is, or orders a place. What runs goes on, and an entry can be " +
            "written into the repository by hand.",
    },
];

const OF = `namespace="${BACKSTAGE}", container="backstage-backend"`;

/** Whether people can open it. */
export const backstageDashboards: readonly Dashboard[] = [
    {
        name: BACKSTAGE,
        title: "Portal",
        purpose: "Whether people can open the portal, and what it uses.",
        rows: [
            {
                title: "Portal",
                panels: [
                    lines(
                        "Memory",
                        `max by (pod) (container_memory_working_set_bytes{job="kubelet", ${OF}})`,
                        "{{ pod }}",
                        { unit: "bytes" },
                    ),
                    highest(
                        "Restarts",
                        `kube_pod_container_status_restarts_total{job="kube-state-metrics", ${OF}}`,
                        "pod",
                    ),
                    answering(BACKSTAGE),
                ],
            },
        ],
    },
];
