/** Alerts and dashboards of Ollama, which tells no metrics itself. Pure. */
import type { Alert } from "../base/alert";
import type { Dashboard } from "../base/dashboard";
import { OLLAMA } from "./ollama-values";
import { roomPanel, serverPanels } from "./server-dashboards";

const STATE = `job="kube-state-metrics", namespace="${OLLAMA}"`;
const ready = `kube_deployment_status_replicas_available{${STATE}, deployment="${OLLAMA}"}`;

/** Upstream publishes no rules. */
export const ollamaAlerts: readonly Alert[] = [
    {
        name: "OllamaDown",
        expression: `absent(${ready} > 0)`,
        for: "15m",
        severity: "warning",
        summary: "No language model answers",
        description:
            "Alerts come without an explanation, and workflows that ask the model fail. Nothing is lost.",
    },
    {
        name: "OllamaModelMissing",
        expression: `max by (namespace, job_name) (kube_job_failed{${STATE}, condition="true"}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "The language model could not be fetched",
        description:
            "Ollama answers, and has the model of before or none: whoever asks for the one of the " +
            "settings is told that it is not there.",
        explains: [{ alerts: ["JobFailed"], equal: ["namespace", "job_name"] }],
    },
];

/** The server, and room for models. */
export const ollamaDashboards: readonly Dashboard[] = [
    {
        name: OLLAMA,
        title: "Language model",
        purpose: "Whether the model answers, and what it uses of its node.",
        rows: [
            {
                title: "Server",
                panels: serverPanels({ namespace: OLLAMA, container: OLLAMA, ready }),
            },
            { title: "Room", panels: [roomPanel(OLLAMA)] },
        ],
    },
];
