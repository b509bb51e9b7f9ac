/** Metrics and alerts of what is asked from outside. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { blackboxPort, PROBES } from "./blackbox-probes";

/** Name of the release and of its pods. */
export const BLACKBOX = "blackbox-exporter";

/** The exporter's pods, as the chart prometheus-blackbox-exporter 11.17.2 labels them. */
export const blackboxPods = {
    "app.kubernetes.io/name": "prometheus-blackbox-exporter",
    "app.kubernetes.io/instance": BLACKBOX,
} as const;

const pods = { pods: blackboxPods, port: "http", number: blackboxPort };

/** The exporter itself, and what it finds out for the Probe objects. */
export const blackboxScrapes: readonly Scrape[] = [
    {
        name: BLACKBOX,
        ...pods,
        // Alerts ask only whether it answers.
        metrics: [],
    },
    {
        name: PROBES,
        ...pods,
        path: "/probe",
        // Probe objects, which the system makes of routes, instead of a PodMonitor.
        byChart: true,
        metrics: [
            {
                source: "blackbox_exporter v0.28.0: prober/handler.go, prober/http.go, prober/tcp.go",
                names: [
                    "probe_duration_seconds",
                    "probe_http_status_code",
                    "probe_ssl_earliest_cert_expiry",
                    "probe_success",
                ],
            },
        ],
    },
];

const JOB = `job="${PROBES}"`;

/** The project publishes no rules; these are the two that its README gives as examples. */
export const blackboxAlerts: readonly Alert[] = [
    {
        name: "EndpointDown",
        expression: `probe_success{${JOB}} == 0`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.instance }} does not answer as it should",
        description:
            "Asked by its name as people ask, it gives no answer, a wrong one, or does not ask who " +
            "somebody is.",
    },
    {
        name: "ServedCertificateExpiresIn24Hours",
        expression: `min by (endpoint, instance) (probe_ssl_earliest_cert_expiry{${JOB}}) - time() < 86400`,
        for: "15m",
        severity: "critical",
        summary: "The certificate that {{ $labels.instance }} shows expires within a day",
        description:
            "{{ $value | humanizeDuration }} are left of what is served. Either it was not renewed, " +
            "or whoever serves it has not taken up the renewed one.",
    },
    {
        name: "BlackboxExporterDown",
        expression: `absent(up{job="${BLACKBOX}"} == 1) or absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody looks at the platform from outside",
        description:
            "The exporter does not answer, or asks nothing. Pages may fail, and certificates may end, " +
            "without an alert that says so.",
    },
];
