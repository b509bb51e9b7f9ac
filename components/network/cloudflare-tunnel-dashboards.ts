/** The way in from the internet. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="cloudflared"';

/** Connections and requests of the tunnel. */
export const cloudflareTunnelDashboards: readonly Dashboard[] = [
    {
        name: "tunnel",
        title: "Tunnel",
        purpose: "Whether people outside reach the platform, and what they get.",
        rows: [
            {
                title: "Tunnel",
                panels: [
                    number("Connections", `sum(cloudflared_tunnel_ha_connections{${JOB}})`, {
                        thresholds: { warning: 4, bad: 1 },
                        overview: true,
                    }),
                    lines(
                        "Requests by status",
                        `sum by (status_code) (rate(cloudflared_tunnel_response_by_code{${JOB}}[$__rate_interval]))`,
                        "{{ status_code }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Share that fails inside",
                        `sum(rate(cloudflared_tunnel_request_errors{${JOB}}[10m])) / ` +
                            `(sum(rate(cloudflared_tunnel_total_requests{${JOB}}[10m])) > 0)`,
                        "errors",
                        { unit: "percentunit" },
                    ),
                    answering("cloudflared"),
                ],
            },
        ],
    },
];
