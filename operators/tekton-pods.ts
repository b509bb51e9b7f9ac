/** Pods that Tekton's own controllers make of their kinds. Pure. */
import type { Labels, MadePods, Resource } from "./behaviour";
import { tcp } from "./pods";
import { labelsAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** What everything that Tekton runs for itself is restricted to. */
export const ownSecurity = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65_532,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Labels of the pods of an EventListener (resources/labels.go). */
export function eventListenerLabels(name: string): Labels {
    return {
        "app.kubernetes.io/managed-by": "EventListener",
        "app.kubernetes.io/part-of": "Triggers",
        eventlistener: name,
    };
}

/** Where an EventListener takes calls, in its container and at its Service. */
export const EVENT_LISTENER_PORT = 8080;

/** triggers: resources/deployment.go; of the template only some fields are taken. */
export function eventListenerPods({ spec, metadata }: Resource): MadePods[] {
    const own = treeAt(spec, "resources", "kubernetesResource");
    const template = treeAt(own, "spec", "template");
    const pod = treeAt(template, "spec");
    const [container] = treesAt(pod, "containers");
    const count = numberAt(1, own, "replicas");
    return [
        {
            part: "listeners",
            name: `el-${metadata.name}`,
            labels: {
                ...labelsAt(template, "metadata", "labels"),
                ...eventListenerLabels(metadata.name),
            },
            annotations: labelsAt(template, "metadata", "annotations"),
            count,
            most: count + 1,
            pod: {
                serviceAccountName:
                    textAt(pod, "serviceAccountName") ?? textAt(spec, "serviceAccountName"),
                ...present({
                    affinity: pod.affinity,
                    topologySpreadConstraints: pod.topologySpreadConstraints,
                    tolerations: pod.tolerations,
                }),
                securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                    {
                        name: "event-listener",
                        resources: container?.resources ?? {},
                        ports: [EVENT_LISTENER_PORT, 9000].map((containerPort) => ({
                            containerPort,
                        })),
                        livenessProbe: { httpGet: { path: "/live", port: EVENT_LISTENER_PORT } },
                        readinessProbe: { httpGet: { path: "/live", port: EVENT_LISTENER_PORT } },
                        securityContext: ownSecurity,
                    },
                ],
            },
            ports: [tcp(EVENT_LISTENER_PORT), tcp(9000)],
            isMain: true,
            usesApi: true,
        },
    ];
}

/** pipeline: pkg/pod/pod.go; steps are containers of one pod, one after the other. */
export function taskPods({ spec, metadata }: Resource): MadePods[] {
    const template = treeAt(spec, "stepTemplate");
    return [
        {
            part: "steps",
            name: metadata.name,
            labels: {
                ...metadata.labels,
                "app.kubernetes.io/managed-by": "tekton-pipelines",
                "tekton.dev/task": metadata.name,
            },
            count: 1,
            passing: true,
            pod: {
                // The account and the class of priority are those of the run.
                ...present({ volumes: spec?.volumes }),
                containers: treesAt(spec, "steps").map(
                    ({ name = "step", computeResources, ...step }) => ({
                        ...template,
                        ...step,
                        name: `step-${typeof name === "string" ? name : "step"}`,
                        resources: computeResources ?? {},
                        securityContext: {
                            ...treeAt(template, "securityContext"),
                            ...treeAt(step, "securityContext"),
                        },
                    }),
                ),
            },
            ports: [],
        },
    ];
}
