/** Applications of the repository. Pure. */
import { answering, type Dashboard, lines, number, rates, slowest, table } from "../base/dashboard";

const CONTROLLER = 'job="argocd-application-controller"';
const REPOSITORY = 'job="argocd-repo-server"';

const applications = (matchers: string) =>
    `count(argocd_app_info{${CONTROLLER}, ${matchers}}) or vector(0)`;

/** What differs from Git, what fails, and how fast commits arrive. */
export const argoCdDashboards: readonly Dashboard[] = [
    {
        name: "applications",
        title: "Applications from Git",
        purpose:
            "Whether every application runs as the repository has it, and what waits for somebody.",
        rows: [
            {
                title: "Now",
                panels: [
                    number(
                        "Applications that differ from Git",
                        applications('sync_status="OutOfSync", autosync_enabled="true"'),
                        { thresholds: { warning: 1, bad: 3 }, overview: true },
                    ),
                    number(
                        "Changes that wait for Sync",
                        applications('sync_status="OutOfSync", autosync_enabled="false"'),
                    ),
                    number(
                        "Applications that do not work",
                        applications('health_status=~"Degraded|Missing"'),
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    table(
                        "Each application",
                        `max by (name, sync_status, health_status, autosync_enabled) (argocd_app_info{${CONTROLLER}})`,
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines(
                        "Syncs, in an hour",
                        `sum by (name, phase) (increase(argocd_app_sync_total{${CONTROLLER}}[1h]))`,
                        "{{ name }} {{ phase }}",
                    ),
                    slowest(
                        "How long a comparison takes, slowest of a hundred",
                        `argocd_app_reconcile_bucket{${CONTROLLER}}`,
                        "",
                    ),
                    rates(
                        "Requests to the repository",
                        `argocd_git_request_total{${REPOSITORY}}`,
                        "request_type",
                    ),
                ],
            },
            {
                title: "What it stands on",
                panels: [
                    lines(
                        "Failed requests to the repository, in an hour",
                        `sum(increase(argocd_git_fetch_fail_total{${REPOSITORY}}[1h])) + sum(increase(argocd_git_lsremote_fail_total{${REPOSITORY}}[1h]))`,
                        "failed",
                    ),
                    lines(
                        "Requests to Redis that failed, in a second",
                        `sum(rate(argocd_redis_request_total{${CONTROLLER}, failed="true"}[$__rate_interval]))`,
                        "failed",
                    ),
                    lines(
                        "Sign-ons, in an hour",
                        'sum by (status) (increase(argocd_login_request_total{job="argocd-server"}[1h]))',
                        "{{ status }}",
                    ),
                    lines(
                        "Applications of each set",
                        'max by (name) (argocd_appset_owned_applications{job="argocd-applicationset-controller"})',
                        "{{ name }}",
                    ),
                    answering("argocd-.*"),
                ],
            },
        ],
    },
];
