/** Metrics, alerts and dashboard of JupyterHub; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, lines, rates, slowest, sums } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { roomPanel } from "../apps/server-dashboards";
import { hubPods, HUB_PORT, NOTEBOOKS } from "./jupyterhub-names";

/** The hub, which tells of notebooks too. */
export const jupyterhubScrapes: readonly Scrape[] = [
    {
        name: "jupyterhub",
        pods: hubPods,
        port: "http",
        number: HUB_PORT,
        path: "/hub/metrics",
        metrics: [
            {
                source: "jupyterhub 5.5.0: jupyterhub/metrics.py",
                names: [
                    "jupyterhub_active_users",
                    "jupyterhub_request_duration_seconds_bucket",
                    "jupyterhub_running_servers",
                    "jupyterhub_server_spawn_duration_seconds_bucket",
                    "jupyterhub_server_spawn_duration_seconds_count",
                ],
            },
        ],
    },
];

const JOB = 'job="jupyterhub"';
const spawned = "jupyterhub_server_spawn_duration_seconds";
const spawns = (matchers = "") => `sum(increase(${spawned}_count{${JOB}${matchers}}[1h]))`;

/** That its name does not answer from outside, and that a volume fills, the common alerts say. */
export const jupyterhubAlerts: readonly Alert[] = [
    {
        name: "JupyterHubDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody can start a notebook",
        description:
            "The hub does not answer. Notebooks that run go on; who has no session yet gets to none.",
    },
    {
        name: "JupyterHubSpawnsFailing",
        // Of two one may be a person's own fault.
        expression: `${spawns(', status="failure"')} > 2 and ${spawns(', status="failure"')} / ${spawns()} > 0.5`,
        for: "10m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the notebooks do not start",
        description:
            "A quota, a volume, an image or room on the nodes is missing, mostly; notebooks that run go on.",
    },
    {
        name: "JupyterHubFull",
        expression: `${spawns(', status="too-many-users"')} > 0`,
        for: "1m",
        severity: "warning",
        summary: "Somebody got no notebook, because so many run as may",
        description:
            "As many notebooks run at once as systems.jupyterhub.people says; one that nobody used for an hour ends by itself.",
    },
];

/** Whether people get notebooks, and what these use. */
export const jupyterhubDashboards: readonly Dashboard[] = [
    {
        name: "jupyterhub",
        title: "JupyterHub",
        purpose: "Whether people get their notebooks, and what these use.",
        rows: [
            {
                title: "Hub",
                panels: [
                    sums("Notebooks that run", `jupyterhub_running_servers{${JOB}}`, ""),
                    sums("People who were there", `jupyterhub_active_users{${JOB}}`, "period"),
                    slowest(
                        "Slowest of a hundred requests",
                        `jupyterhub_request_duration_seconds_bucket{${JOB}}`,
                        "",
                    ),
                    answering("jupyterhub"),
                ],
            },
            {
                title: "Notebooks",
                panels: [
                    rates("Starts, by what came of them", `${spawned}_count{${JOB}}`, "status"),
                    slowest("Slowest start", `${spawned}_bucket{${JOB}}`, "status"),
                    lines(
                        "Memory",
                        `max by (pod) (container_memory_working_set_bytes{job="kubelet", namespace="${NOTEBOOKS}", container="notebook"})`,
                        "{{ pod }}",
                        { unit: "bytes" },
                    ),
                    roomPanel(NOTEBOOKS),
                ],
            },
        ],
    },
];
