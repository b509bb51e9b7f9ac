/** Matrix. Pure. */
import { answering, type Dashboard, highest, rates, slowest } from "../base/dashboard";
import { MATRIX } from "./matrix-names";
import { roomPanel } from "./server-dashboards";

const SYNAPSE = 'job="matrix-synapse"';

/** Whether people reach each other, and alerts them. */
export const matrixDashboards: readonly Dashboard[] = [
    {
        name: MATRIX,
        title: "Matrix",
        purpose: "Whether people reach each other, and whether alerts come into their room.",
        rows: [
            {
                title: "Synapse",
                panels: [
                    rates(
                        "Answers by status",
                        `synapse_http_server_responses_total{${SYNAPSE}}`,
                        "code",
                        { unit: "reqps" },
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `synapse_http_server_response_time_seconds_bucket{${SYNAPSE}}`,
                        "",
                    ),
                    answering("matrix-synapse"),
                    roomPanel(MATRIX),
                ],
            },
            {
                title: "Around it",
                panels: [
                    answering("matrix-proxy|matrix-account|matrix-redis"),
                    highest("Ways into rooms", 'hookshot_connections{job="matrix-bridge"}', "pod"),
                    rates(
                        "Not brought into a room",
                        'hookshot_connection_event_failed{job="matrix-bridge"}',
                        "",
                    ),
                ],
            },
        ],
    },
];
