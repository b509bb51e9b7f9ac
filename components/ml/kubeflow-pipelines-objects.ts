/** The parts of Kubeflow Pipelines as objects. Pure. */
import { leavesDeadNode, spread } from "../base/availability";
import { restrictedContainer, restrictedPod } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { PROXY_CONFIGURATION, proxyConfiguration } from "./kubeflow-pipelines-configuration";
import {
    PIPELINES,
    PIPELINES_USER,
    type PipelinesPart,
    pipelinesPods,
    pipelinesPorts,
    pipelinesServices,
} from "./kubeflow-pipelines-names";
import { pipelinesPrograms, type PipelinesPrograms } from "./kubeflow-pipelines-programs";

/** Parts that keep nothing and take turns. */
const SHARED: readonly PipelinesPart[] = ["ml-pipeline-ui", "metadata-envoy"];

/** Parts without an account of the API of the cluster. */
const WITHOUT_ACCOUNT: readonly PipelinesPart[] = ["metadata-grpc", "metadata-envoy"];

/** Names of the files with which two parts show the API who they are. */
const TOKENS: Partial<Readonly<Record<PipelinesPart, string>>> = {
    "ml-pipeline-persistenceagent": "persistenceagent-sa-token",
    "ml-pipeline-scheduledworkflow": "scheduledworkflow-sa-token",
};

/** How many pods a part has: one, where two would do the same work twice. */
export function replicasOf(part: PipelinesPart, replicas: number): number {
    return SHARED.includes(part) ? replicas : 1;
}

/** Volumes of a part, and where they are mounted. */
function volumesOf(part: PipelinesPart) {
    const token = TOKENS[part];
    const audience = "pipelines.kubeflow.org";
    return [
        {
            mount: { name: "tmp", mountPath: "/tmp" },
            volume: { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
        },
        ...(token === undefined
            ? []
            : [
                  {
                      mount: { name: "token", mountPath: "/var/run/secrets/kubeflow/tokens" },
                      volume: {
                          name: "token",
                          projected: {
                              sources: [
                                  {
                                      serviceAccountToken: {
                                          path: token,
                                          expirationSeconds: 3600,
                                          audience,
                                      },
                                  },
                              ],
                          },
                      },
                  },
              ]),
        ...(part === "metadata-envoy"
            ? [
                  {
                      mount: { name: "configuration", mountPath: "/etc/envoy", readOnly: true },
                      volume: { name: "configuration", configMap: { name: PROXY_CONFIGURATION } },
                  },
              ]
            : []),
    ];
}

/** A part as a Deployment. */
export function pipelinesDeployment(
    of: PipelinesPrograms & { readonly replicas: number },
    part: PipelinesPart,
): Manifest {
    const labels = pipelinesPods(part);
    const { alive, ready = alive, ports = {}, ...program } = pipelinesPrograms(of)[part];
    const replicas = replicasOf(part, of.replicas);
    const isShared = SHARED.includes(part);
    const volumes = volumesOf(part);
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: part, namespace: PIPELINES, labels },
        spec: {
            replicas,
            // Of those that work alone the old one ends before the new one begins.
            strategy: isShared
                ? { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
                : { type: "Recreate" },
            selector: { matchLabels: labels },
            template: {
                metadata: {
                    labels,
                    ...(part === "metadata-envoy"
                        ? {
                              annotations: {
                                  "platform/configuration": contentDigest(proxyConfiguration.data),
                              },
                          }
                        : {}),
                },
                spec: {
                    ...(WITHOUT_ACCOUNT.includes(part)
                        ? { automountServiceAccountToken: false }
                        : { serviceAccountName: part }),
                    enableServiceLinks: false,
                    priorityClassName: priorities.app.name,
                    securityContext: restrictedPod(PIPELINES_USER),
                    ...(isShared
                        ? { topologySpreadConstraints: spread(labels) }
                        : { tolerations: leavesDeadNode }),
                    containers: [
                        {
                            name: part,
                            image: of.images[part],
                            imagePullPolicy: "IfNotPresent",
                            ...program,
                            ports: Object.entries(ports).map(([name, containerPort]) => ({
                                name,
                                containerPort,
                            })),
                            // The database may come a while after it.
                            startupProbe: probe(ready, 10, 60),
                            readinessProbe: probe(ready, 15, 3),
                            livenessProbe: probe(alive, 30, 6),
                            securityContext: restrictedContainer,
                            volumeMounts: volumes.map(({ mount }) => mount),
                        },
                    ],
                    volumes: volumes.map(({ volume }) => volume),
                },
            },
        },
    };
}

function probe(what: Readonly<Record<string, unknown>>, every: number, patience: number) {
    return { ...what, periodSeconds: every, timeoutSeconds: 5, failureThreshold: patience };
}

interface ServedPort {
    readonly name: string;
    readonly port: number;
    readonly targetPort: string;
    readonly appProtocol?: string;
}

const service = (
    name: string,
    part: PipelinesPart | "mysql",
    ports: readonly ServedPort[],
): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: PIPELINES },
    spec: { selector: pipelinesPods(part), ports },
});

/** Where the parts and their database are reached. */
export const pipelinesServiceObjects: readonly Manifest[] = [
    service(pipelinesServices.mysql, "mysql", [
        { name: "tcp-mysql", port: pipelinesPorts.mysql, targetPort: "mysql" },
    ]),
    service(pipelinesServices.api, "ml-pipeline", [
        { name: "http", port: pipelinesPorts.http, targetPort: "http" },
        { name: "grpc", port: pipelinesPorts.grpc, targetPort: "grpc", appProtocol: "grpc" },
    ]),
    service(pipelinesServices.page, "ml-pipeline-ui", [
        { name: "http", port: 80, targetPort: "http" },
    ]),
    service(pipelinesServices.metadata, "metadata-grpc", [
        { name: "grpc", port: pipelinesPorts.metadata, targetPort: "grpc", appProtocol: "grpc" },
    ]),
    service(pipelinesServices.metadataWeb, "metadata-envoy", [
        { name: "http", port: pipelinesPorts.metadataWeb, targetPort: "http" },
    ]),
];
