/** Metrics and alerts of Keycloak. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { serverLabels, serverPorts } from "./keycloak-objects";

/** What the servers offer. */
export const keycloakScrapes: readonly Scrape[] = [
    {
        name: "keycloak",
        pods: serverLabels,
        port: "management",
        number: serverPorts.management,
        metrics: [
            {
                source: "keycloak 26.7.3: /metrics of a running server (quarkus-micrometer 3.33: http.server.requests)",
                names: ["http_server_requests_seconds_count"],
            },
            {
                source: "keycloak 26.7.3: /metrics of a running server (agroal 2.8)",
                names: ["agroal_awaiting_count"],
            },
            {
                source: "keycloak 26.7.3: /metrics of a running server (infinispan 16.0)",
                names: ["vendor_cache_container_health_number_of_nodes"],
            },
            {
                source: "keycloak 26.7.3: /metrics of a running server (option event-metrics-user-enabled)",
                names: ["keycloak_user_events_total"],
            },
        ],
    },
];

/** Upstream publishes dashboards and no rules. */
export const keycloakAlerts: readonly Alert[] = [
    {
        name: "KeycloakDown",
        expression: 'absent(up{job="keycloak"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No Keycloak answers",
        description:
            "Nobody signs on anew to systems whose people come from the realm, and none of their tokens " +
            "is renewed. Pages behind the login of the gateway go on.",
    },
    {
        name: "KeycloakInstanceDown",
        expression: 'up{job="keycloak"} == 0',
        for: "15m",
        severity: "warning",
        summary: "Keycloak {{ $labels.pod }} does not answer",
        description: "People sign on through the other server, if there is one, without reserve.",
    },
    {
        name: "KeycloakErrors",
        expression:
            'sum(rate(http_server_requests_seconds_count{job="keycloak",outcome="SERVER_ERROR"}[5m])) > 0.1',
        for: "10m",
        severity: "critical",
        summary: "Keycloak answers with errors",
        description:
            "For ten minutes more than one request in ten seconds has failed: the database, the " +
            "directory or the login do not answer, and people are not let in.",
    },
    {
        name: "KeycloakDatabaseBusy",
        expression: 'max by (pod) (agroal_awaiting_count{job="keycloak"}) > 0',
        for: "10m",
        severity: "warning",
        summary: "Keycloak {{ $labels.pod }} waits for connections to its database",
        description: "All its connections are in use, and every request waits for one.",
    },
    {
        name: "KeycloakInstancesApart",
        expression:
            'min(vendor_cache_container_health_number_of_nodes{job="keycloak"}) < count(up{job="keycloak"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "Instances of Keycloak do not find each other",
        description:
            "Each keeps its own cache: what one learns, such as the end of a session, the others learn " +
            "late or not at all.",
    },
    {
        name: "KeycloakManyFailedSignOns",
        expression:
            'sum(increase(keycloak_user_events_total{job="keycloak",error!="",event=~"login|identity_provider_.*"}[15m])) > 50',
        for: "1m",
        severity: "warning",
        summary: "Many people fail to sign on to systems of the realm",
        description:
            "{{ $value | humanize }} sign-ons failed within 15 minutes: people are in no group of what " +
            "they open, the directory does not know them, or the login does not answer.",
    },
];
