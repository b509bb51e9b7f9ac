/** Alerts and dashboards of Audiobookshelf, which tells no metrics itself. Pure. */
import type { Alert } from "../base/alert";
import type { Dashboard } from "../base/dashboard";
import { AUDIOBOOKSHELF } from "./audiobookshelf-manifests";
import { roomPanel, serverPanels } from "./server-dashboards";

const STATE = `job="kube-state-metrics", namespace="${AUDIOBOOKSHELF}"`;
const ready = `kube_statefulset_status_replicas_ready{${STATE}, statefulset="${AUDIOBOOKSHELF}"}`;

/** That a volume fills, and that its name does not answer from outside, the common alerts say. */
export const audiobookshelfAlerts: readonly Alert[] = [
    {
        name: "AudiobookshelfDown",
        expression: `absent(${ready} > 0)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody can listen",
        description:
            "Audiobookshelf is not ready. What was loaded onto a telephone plays on; where people were " +
            "is brought along when it answers again.",
    },
];

/** The server, and room for more. */
export const audiobookshelfDashboards: readonly Dashboard[] = [
    {
        name: AUDIOBOOKSHELF,
        title: "Audiobookshelf",
        purpose: "Whether people can listen, and how much more its volumes hold.",
        rows: [
            {
                title: "Server",
                panels: serverPanels({
                    namespace: AUDIOBOOKSHELF,
                    container: AUDIOBOOKSHELF,
                    ready,
                }),
            },
            { title: "Room", panels: [roomPanel(AUDIOBOOKSHELF)] },
        ],
    },
];
