/** What Tekton's operator makes of a TektonConfig. Pure. */
import type { MadeObject, MadePods, MadeService, Resource, Tree } from "./behaviour";
import { tcp } from "./pods";
import { ownSecurity } from "./tekton-pods";
import { type Part, type TektonPart, tektonParts, tektonPorts } from "./tekton-parts";
import { labelsAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** Whether a TektonConfig leaves a Deployment out. */
export const isDisabled = (spec: Tree | undefined, part: Part): boolean =>
    part.of === "trigger" &&
    (treeAt(spec, "trigger").disabled === true || textAt(spec, "profile") === "lite");

/** What a TektonConfig says of one Deployment: options win over the release, field by field. */
export function podsOf({ spec }: Resource, part: Part): MadePods {
    const options = treeAt(spec, part.of, "options");
    const own = treeAt(options, "deployments", part.name, "spec");
    const template = treeAt(own, "template");
    const pod = treeAt(template, "spec");
    const autoscaler = treeAt(options, "horizontalPodAutoscalers", part.name, "spec");
    const count =
        part.scaled === true
            ? numberAt(1, autoscaler, "minReplicas")
            : numberAt(1, own, "replicas");
    const changed = treesAt(pod, "containers").find(({ name }) => name === part.container);
    const priority =
        textAt(pod, "priorityClassName") ?? textAt(spec, "config", "priorityClassName");
    return {
        part: part.name,
        name: part.name,
        namespace: textAt(spec, "targetNamespace") ?? "tekton-pipelines",
        labels: { ...labelsAt(template, "metadata", "labels"), ...part.labels },
        annotations: labelsAt(template, "metadata", "annotations"),
        count,
        most: part.scaled === true ? numberAt(5, autoscaler, "maxReplicas") : count + 1,
        pod: {
            serviceAccountName: part.account,
            ...present({
                priorityClassName: priority,
                affinity: pod.affinity,
                topologySpreadConstraints: pod.topologySpreadConstraints,
                tolerations: pod.tolerations ?? treeAt(spec, "config").tolerations,
                nodeSelector: pod.nodeSelector ?? treeAt(spec, "config").nodeSelector,
            }),
            // common/transformers.go, AddDeploymentRestrictedPSA, over what the release says itself.
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: part.container,
                    resources: changed?.resources ?? part.resources ?? {},
                    ports: Object.entries(part.ports).map(([name, containerPort]) => ({
                        name,
                        containerPort,
                    })),
                    securityContext: ownSecurity,
                },
            ],
        },
        ports: Object.entries(part.ports).map(([name, port]) => tcp(port, name)),
        usesApi: true,
    };
}

/** Accounts that come with the Deployments. */
export function accountsOf({ spec }: Resource): MadeObject[] {
    const namespace = textAt(spec, "targetNamespace") ?? "tekton-pipelines";
    return Object.values(tektonParts)
        .filter((part) => !isDisabled(spec, part))
        .map(({ account: name }) => ({ kind: "/ServiceAccount", name, namespace }));
}

/** Services of the webhooks, and of what filters events. */
export function servicesOf({ spec }: Resource): MadeService[] {
    const namespace = textAt(spec, "targetNamespace") ?? "tekton-pipelines";
    return (["webhook", "proxyWebhook", "triggersWebhook", "interceptors"] as const)
        .map((key): [TektonPart, Part] => [key, tektonParts[key]])
        .filter(([, part]) => !isDisabled(spec, part))
        .map(([key, part]) => ({
            name: part.name,
            namespace,
            selector: part.labels,
            ports: [{ port: key === "interceptors" ? 8443 : 443, target: tektonPorts.webhook }],
        }));
}
