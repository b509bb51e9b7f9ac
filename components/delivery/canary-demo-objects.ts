/** The objects of a page that goes out as a canary: podinfo 6.14.1, without its chart. Pure. */
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { analysisOf } from "./analysis";

/** Name of everything: the namespace, the Rollout, the route, the Service of the old version. */
export const CANARY_DEMO = "canary-demo";
/** Service of the new version. */
export const NEW_VERSION = `${CANARY_DEMO}-new`;

/** Labels of the pods of both versions. */
export const canaryDemoPods = { "app.kubernetes.io/name": CANARY_DEMO } as const;

/** Ports of a pod. */
export const canaryDemoPorts = { page: 9898, metrics: 9797 } as const;

/** A Service; Rollouts narrows its selector to the pods of one version. */
export function service(name: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: CANARY_DEMO },
        spec: {
            selector: canaryDemoPods,
            ports: [{ name: "http", port: 80, targetPort: "http" }],
        },
    };
}

const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold,
});

/** Steps of a new version: twenty of a hundred requests, half of them, all. */
const steps = [
    { setWeight: 20 },
    { pause: { duration: "6m" } },
    { setWeight: 50 },
    { pause: { duration: "6m" } },
];

/**
 * The Rollout. Its analysis begins with the first requests that the new version gets, and one that
 * fails brings every request back to the old version.
 */
export function rollout(image: string, replicas: number): Manifest {
    return {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Rollout",
        metadata: { name: CANARY_DEMO, namespace: CANARY_DEMO },
        spec: {
            replicas,
            revisionHistoryLimit: 3,
            progressDeadlineSeconds: 600,
            progressDeadlineAbort: true,
            selector: { matchLabels: canaryDemoPods },
            strategy: {
                canary: {
                    stableService: CANARY_DEMO,
                    canaryService: NEW_VERSION,
                    maxSurge: 1,
                    maxUnavailable: 0,
                    // Who still holds a connection to an old pod is let finish.
                    abortScaleDownDelaySeconds: 60,
                    trafficRouting: {
                        plugins: {
                            "argoproj-labs/gatewayAPI": {
                                httpRoute: CANARY_DEMO,
                                namespace: CANARY_DEMO,
                            },
                        },
                    },
                    analysis: { ...analysisOf(CANARY_DEMO, CANARY_DEMO), startingStep: 1 },
                    steps,
                },
            },
            template: {
                metadata: { labels: canaryDemoPods },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.app.name,
                    securityContext: restrictedPod(10_001),
                    topologySpreadConstraints: spread(canaryDemoPods),
                    containers: [
                        {
                            name: "podinfo",
                            image,
                            imagePullPolicy: "IfNotPresent",
                            command: [
                                "./podinfo",
                                `--port=${canaryDemoPorts.page}`,
                                `--port-metrics=${canaryDemoPorts.metrics}`,
                                "--level=warn",
                            ],
                            ports: [
                                { name: "http", containerPort: canaryDemoPorts.page },
                                { name: "metrics", containerPort: canaryDemoPorts.metrics },
                            ],
                            readinessProbe: probe("/readyz", 3),
                            livenessProbe: probe("/healthz", 6),
                            // Open connections go to others first.
                            lifecycle: { preStop: { sleep: { seconds: 10 } } },
                            resources: resources("10m", "32Mi", "64Mi"),
                            securityContext: restrictedContainer,
                        },
                    ],
                },
            },
        },
    };
}
