/** Metrics and alerts of Argo CD. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { argoCdParts, argoCdPods } from "./argo-cd-values";

const release = "argo-cd v3.4.4";

function scrape(part: keyof typeof argoCdParts, file: string, names: readonly string[]): Scrape {
    const { component, metrics } = argoCdParts[part];
    return {
        name: `argocd-${component}`,
        pods: argoCdPods(part),
        port: "metrics",
        number: metrics,
        metrics: [{ source: `${release}: ${file}`, names }],
    };
}

/** The ports are those of the chart. */
export const argoCdScrapes: readonly Scrape[] = [
    scrape("controller", "controller/metrics/metrics.go", [
        "argocd_app_info",
        "argocd_app_sync_total",
        "argocd_app_reconcile_bucket",
        "argocd_redis_request_total",
    ]),
    scrape("server", "server/metrics/metrics.go", ["argocd_login_request_total"]),
    scrape("repoServer", "reposerver/metrics/metrics.go", [
        ...["argocd_git_request_total", "argocd_git_fetch_fail_total"],
        ...["argocd_git_lsremote_fail_total"],
    ]),
    scrape("applicationSet", "applicationset/metrics/metrics.go", [
        "argocd_appset_owned_applications",
    ]),
];

const CONTROLLER = 'job="argocd-application-controller"';
const REPOSITORY = 'job="argocd-repo-server"';

/** Upstream has examples in its documentation alone (docs/operator-manual/metrics.md). */
export const argoCdAlerts: readonly Alert[] = [
    {
        name: "ArgoCDSyncFailed",
        expression: `sum by (name) (increase(argocd_app_sync_total{${CONTROLLER},phase=~"Error|Failed"}[15m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "The application {{ $labels.name }} could not be brought to what is in Git",
        description:
            "It was tried again and failed again. What ran before goes on; what is in Git does not run.",
    },
    {
        name: "ArgoCDApplicationOutOfSync",
        expression: `max by (name) (argocd_app_info{${CONTROLLER},sync_status="OutOfSync",autosync_enabled="true"}) == 1`,
        for: "30m",
        severity: "warning",
        summary: "The application {{ $labels.name }} has differed from Git for half an hour",
        description:
            "It heals itself, so something changes it again and again, or refuses what Git has.",
    },
    {
        name: "ArgoCDApplicationAwaitsSync",
        expression: `max by (name) (argocd_app_info{${CONTROLLER},sync_status="OutOfSync",autosync_enabled="false"}) == 1`,
        for: "1d",
        severity: "info",
        summary: "A change of {{ $labels.name }} waits for somebody who presses Sync",
        description:
            "It owns a part of the network, certificates, load balancing or storage, so nothing happens by itself.",
    },
    {
        name: "ArgoCDApplicationDegraded",
        expression: `max by (name) (argocd_app_info{${CONTROLLER},health_status="Degraded"}) == 1`,
        for: "15m",
        severity: "warning",
        summary: "The application {{ $labels.name }} is as Git has it, and does not work",
        description:
            "Pods of it fail or a rollout was taken back. Its last commit is the first suspect.",
    },
    {
        name: "ArgoCDRepositoryUnreachable",
        expression: `sum(increase(argocd_git_lsremote_fail_total{${REPOSITORY}}[15m])) + sum(increase(argocd_git_fetch_fail_total{${REPOSITORY}}[15m])) > 5`,
        for: "15m",
        severity: "warning",
        summary: "The repository of applications cannot be read",
        description:
            "Applications stay as they are; commits do not arrive. The server is down, or refuses the key.",
        explains: [{ alerts: ["ArgoCDSyncFailed", "ArgoCDApplicationOutOfSync"] }],
    },
    {
        name: "ArgoCDDown",
        expression: `absent(up{${CONTROLLER}} == 1) or absent(up{${REPOSITORY}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Argo CD does not work: {{ $labels.job }} does not answer",
        description: "Applications run on, but nothing is healed and no commit arrives.",
    },
];
