/** Metrics and alerts of Authelia. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { autheliaPorts } from "./authelia-configuration";
import { autheliaLabels } from "./authelia-objects";

/** What the pods offer. */
export const autheliaScrapes: readonly Scrape[] = [
    {
        name: "authelia",
        pods: autheliaLabels,
        port: "metrics",
        number: autheliaPorts.metrics,
        metrics: [
            {
                source: "authelia v4.39.20: internal/metrics/prometheus.go",
                names: [
                    "authelia_authn_duration_bucket",
                    "authelia_authz",
                    "authelia_request_duration_bucket",
                    "authelia_request_duration_openid_connect_bucket",
                ],
            },
            {
                source: "authelia v4.39.20: internal/metrics/prometheus.go",
                names: ["authelia_authn", "authelia_authn_second_factor", "authelia_request"],
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const autheliaAlerts: readonly Alert[] = [
    {
        name: "AutheliaDown",
        expression: 'absent(up{job="authelia"} == 1)',
        for: "3m",
        severity: "critical",
        summary: "No Authelia answers",
        description:
            "Nobody opens a page behind the login, signed on or not: the gateway lets in only whom " +
            "Authelia vouches for. Public routes go on.",
    },
    {
        name: "AutheliaReplicaDown",
        expression: 'up{job="authelia"} == 0',
        for: "15m",
        severity: "warning",
        summary: "Authelia {{ $labels.pod }} does not answer",
        description: "People sign on through the other replica, if there is one, without reserve.",
    },
    {
        name: "AutheliaErrors",
        expression: 'sum(rate(authelia_request{job="authelia",code=~"5.."}[5m])) > 0.1',
        for: "10m",
        severity: "critical",
        summary: "Authelia answers with errors",
        description:
            "For ten minutes more than one request in ten seconds has failed: sessions, the " +
            "directory or the database do not answer, and people are not let in.",
    },
    {
        name: "AutheliaManyFailedSignOns",
        expression:
            'sum(increase(authelia_authn{job="authelia",success="false"}[15m])) + ' +
            '(sum(increase(authelia_authn_second_factor{job="authelia",success="false"}[15m])) or vector(0)) > 50',
        for: "1m",
        severity: "warning",
        summary: "Many people fail to sign on, or somebody guesses",
        description:
            "{{ $value | humanize }} sign-ons failed within 15 minutes. After five wrong passwords " +
            "within two minutes a person is shut out for ten.",
    },
];

/** People get in: every guarded page asks for each request. */
export const autheliaObjectives: readonly Objective[] = [
    {
        name: "login-availability",
        percent: 99.9,
        indicator: {
            events: {
                errors: 'sum(rate(authelia_request{job="authelia", code=~"5.."}[$window]))',
                total: 'sum(rate(authelia_request{job="authelia"}[$window]))',
            },
        },
        description: "The login answers without an error of its own.",
        alert: "LoginErrorBudgetBurn",
    },
    {
        name: "login-latency",
        percent: 99,
        indicator: {
            events: {
                // Prometheus 3 writes every bound as a decimal, 1.0.
                good: 'sum(rate(authelia_request_duration_bucket{job="authelia", le=~"1(\\\\.0)?"}[$window]))',
                total: 'sum(rate(authelia_request_duration_bucket{job="authelia", le="+Inf"}[$window]))',
            },
        },
        description: "The login answers within a second, and so does every page that it guards.",
        alert: "LoginLatencyErrorBudgetBurn",
    },
];
