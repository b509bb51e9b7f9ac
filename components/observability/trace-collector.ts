/** A collector of traces as a custom resource of the OpenTelemetry operator. Pure. */
import { collectorLabels } from "../../operators/opentelemetry-operator";
import { minimumAvailable, spread } from "../base/availability";
import { resources, restrictedContainer } from "../base/containers";
import { standardLabels } from "../base/labels";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { traceGateway } from "../base/traces";

/** ServiceAccount of the collectors, which ask the API for nothing. */
export const COLLECTORS = "trace-collectors";

/** Pods of a collector. */
export const collectorPods = (name: string, namespace: string = traceGateway.namespace) =>
    collectorLabels(namespace, name);

/** The account: without it the operator makes one whose token is in every pod. */
export function collectorAccount(namespace: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: COLLECTORS, namespace },
        automountServiceAccountToken: false,
    };
}

/** What differs between collectors. */
export interface TraceCollector {
    readonly name: string;
    /** Default: that of the gateway. */
    readonly namespace?: string;
    readonly image: ImagePin;
    readonly replicas: number;
    readonly memory: string;
    readonly config: Readonly<Record<string, unknown>>;
    /** Files besides the configuration. */
    readonly volumes?: readonly Readonly<Record<string, unknown>>[];
    readonly volumeMounts?: readonly Readonly<Record<string, unknown>>[];
}

/** A collector. */
export function traceCollector(of: TraceCollector): Manifest {
    const { name, namespace = traceGateway.namespace, image, replicas, memory, config } = of;
    const { volumes = [], volumeMounts = [] } = of;
    const pods = collectorPods(name, namespace);
    return {
        apiVersion: "opentelemetry.io/v1beta1",
        kind: "OpenTelemetryCollector",
        metadata: {
            name,
            namespace,
            labels: standardLabels({
                name: `${name}-collector`,
                component: "opentelemetry-collector",
            }),
        },
        spec: {
            mode: "deployment",
            // The pinned image says which; the operator would rewrite the configuration.
            upgradeStrategy: "none",
            image: image.reference,
            serviceAccount: COLLECTORS,
            replicas,
            priorityClassName: priorities.platform.name,
            podDisruptionBudget: { minAvailable: replicas > 1 ? minimumAvailable(replicas) : 0 },
            deploymentUpdateStrategy: {
                type: "RollingUpdate",
                rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
            },
            topologySpreadConstraints: spread(pods),
            podSecurityContext: {
                runAsNonRoot: true,
                runAsUser: 10_001,
                runAsGroup: 10_001,
                seccompProfile: { type: "RuntimeDefault" },
            },
            securityContext: restrictedContainer,
            resources: resources("50m", memory, "768Mi"),
            // What it holds is sent before it goes; a sampler waits for its decisions.
            terminationGracePeriodSeconds: 60,
            // With more than half of the memory in use Go collects garbage more often.
            env: [{ name: "GOMEMLIMIT", value: "600MiB" }],
            startupProbe: { periodSeconds: 2, failureThreshold: 30 },
            readinessProbe: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
            livenessProbe: { periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
            ...(volumes.length > 0 ? { volumes, volumeMounts } : {}),
            config,
        },
    };
}
