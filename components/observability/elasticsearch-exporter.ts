/** The exporter of Elasticsearch's metrics, which Elasticsearch itself has not. Pure. */
import { spread } from "../base/availability";
import {
    httpProbes,
    resources,
    restrictedContainer,
    restrictedPod,
    secretVariable,
} from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { CERTIFICATE, elasticsearchUrl, NAMESPACE } from "./elasticsearch-objects";
import { userSecret } from "./elasticsearch-users";

export const EXPORTER = "elasticsearch-exporter";
export const exporterPods = {
    "app.kubernetes.io/name": EXPORTER,
    "app.kubernetes.io/component": "metrics",
} as const;
export const EXPORTER_PORT = 9114;

/** The exporter as a Deployment (elasticsearch_exporter v1.11.0: main.go, collector). */
export function exporterDeployment(image: ImagePin, replicas: number): Manifest {
    const secret = userSecret("platform-exporter");
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: EXPORTER, namespace: NAMESPACE },
        spec: {
            replicas,
            selector: { matchLabels: exporterPods },
            template: {
                metadata: { labels: exporterPods },
                spec: {
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(65_534),
                    topologySpreadConstraints: spread(exporterPods),
                    containers: [
                        {
                            name: "exporter",
                            image: image.reference,
                            args: [
                                `--es.uri=${elasticsearchUrl}`,
                                "--es.ca=/authority/ca.crt",
                                "--es.all",
                                "--es.timeout=20s",
                                "--collector.snapshots",
                                "--collector.slm",
                                "--collector.ilm",
                                "--collector.data-stream",
                                `--web.listen-address=:${EXPORTER_PORT}`,
                            ],
                            env: [
                                secretVariable("ES_USERNAME", secret, "username"),
                                secretVariable("ES_PASSWORD", secret, "password"),
                            ],
                            ports: [{ name: "metrics", containerPort: EXPORTER_PORT }],
                            ...httpProbes("/healthz", "metrics"),
                            resources: resources("10m", "32Mi", "128Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "authority", mountPath: "/authority", readOnly: true },
                            ],
                        },
                    ],
                    volumes: [
                        {
                            name: "authority",
                            secret: {
                                secretName: CERTIFICATE,
                                items: [{ key: "ca.crt", path: "ca.crt" }],
                                defaultMode: 0o440,
                            },
                        },
                    ],
                },
            },
        },
    };
}
