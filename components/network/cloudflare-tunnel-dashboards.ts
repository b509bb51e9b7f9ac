/** The way in from the internet. Pure. */
import { answering, type Dashboard, highest, lines, number, rates, sums } from "../base/dashboard";

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
    {
        name: "tunnel-connections",
        title: "Connections of the tunnel",
        purpose: "Where the tunnel ends at Cloudflare, and how good the line to there is.",
        rows: [
            {
                title: "Line",
                panels: [
                    highest(
                        "There and back",
                        `quic_client_smoothed_rtt{${JOB}}`,
                        "pod, conn_index",
                        {
                            unit: "ms",
                        },
                    ),
                    rates("Packets lost", `quic_client_lost_packets{${JOB}}`, "pod, reason"),
                    sums("Places", `cloudflared_tunnel_server_locations{${JOB}}`, "edge_location"),
                ],
            },
            {
                title: "Requests",
                panels: [
                    sums(
                        "At the same time",
                        `cloudflared_tunnel_concurrent_requests_per_tunnel{${JOB}}`,
                        "pod",
                    ),
                    rates("All", `cloudflared_tunnel_total_requests{${JOB}}`, "pod", {
                        unit: "reqps",
                    }),
                    rates(
                        "Streams that failed",
                        `cloudflared_proxy_connect_streams_errors{${JOB}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
];
