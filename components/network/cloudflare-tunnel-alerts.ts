/** Metrics and alerts of the Cloudflare tunnel. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels of the tunnel's pods. */
export const tunnelPods = { "app.kubernetes.io/name": "cloudflared" } as const;
/** Port of metrics and health; without `--metrics` cloudflared takes one at random. */
export const TUNNEL_METRICS_PORT = 2000;

export const cloudflareTunnelScrapes: readonly Scrape[] = [
    {
        name: "cloudflared",
        pods: tunnelPods,
        port: "metrics",
        number: TUNNEL_METRICS_PORT,
        metrics: [
            {
                source: "cloudflared 2026.8.2: supervisor/metrics.go",
                names: ["cloudflared_tunnel_ha_connections"],
            },
            {
                source: "cloudflared 2026.8.2: proxy/metrics.go",
                names: [
                    "cloudflared_tunnel_request_errors",
                    "cloudflared_tunnel_response_by_code",
                    "cloudflared_tunnel_total_requests",
                ],
            },
        ],
    },
];

/** Cloudflare publishes no rules; four connections of each pod are its design. */
export const cloudflareTunnelAlerts: readonly Alert[] = [
    {
        name: "CloudflareTunnelDown",
        expression:
            'sum(cloudflared_tunnel_ha_connections{job="cloudflared"}) == 0 ' +
            'or absent(up{job="cloudflared"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No connection to Cloudflare is left",
        description:
            "Nobody reaches the platform from the internet. From the local network everything is " +
            "as before.",
    },
    {
        name: "CloudflareTunnelDegraded",
        expression: 'min by (pod) (cloudflared_tunnel_ha_connections{job="cloudflared"}) < 3',
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.pod }} has {{ $value }} of four connections to Cloudflare",
        description:
            "The others carry the traffic. With the rest of them everybody outside loses the platform.",
    },
    {
        name: "CloudflareTunnelErrors",
        expression:
            'sum(rate(cloudflared_tunnel_request_errors{job="cloudflared"}[10m])) ' +
            '/ sum(rate(cloudflared_tunnel_total_requests{job="cloudflared"}[10m])) > 0.05',
        for: "10m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests through the tunnel fail inside",
        description:
            "Visitors see Cloudflare's error page. The tunnel is up, but where it leads does not " +
            "answer: the gateway, or an address in the tunnel's settings at Cloudflare.",
    },
];
