/**
 * What admission control refuses (SEC-05), in CEL: Kyverno enforces it, Gatekeeper can say the same.
 * Pure.
 */
import { allowedRegistries } from "../../trust/registries";
import { standardLabels } from "../base/labels";

/** One rule over the containers of a pod, or over the pod. */
export interface AdmissionRule {
    readonly name: string;
    /** The criterion by which preview judges the same; its exceptions are exceptions of the rule. */
    readonly criterion: string;
    readonly title: string;
    /** CEL over `object` and over the variables below; true admits. */
    readonly expression: string;
    /** What the person who is refused reads. */
    readonly message: string;
    /** Judged on pods alone, not already on the workload that makes them. */
    readonly podsOnly?: boolean;
}

/** A CEL list of strings; JSON writes them as CEL reads them. */
const list = (values: readonly string[]) => JSON.stringify(values);

/** Variables that the expressions use. */
export const variables = [
    {
        name: "containers",
        expression: "object.spec.containers + object.spec.?initContainers.orValue([])",
    },
    {
        // Debug containers have no resources and come later, but they are containers.
        name: "every",
        expression: "variables.containers + object.spec.?ephemeralContainers.orValue([])",
    },
];

/** The rules over pods; the workloads that make pods are judged by their templates. */
export const podRules: readonly AdmissionRule[] = [
    {
        name: "require-limits",
        criterion: "HA-08",
        title: "Requests and a memory limit on every container",
        expression:
            "variables.containers.all(c, c.?resources.?limits.?memory.hasValue() && " +
            "c.?resources.?requests.?memory.hasValue() && c.?resources.?requests.?cpu.hasValue())",
        message: "Every container needs requests for cpu and memory and a limit for memory.",
        // The namespace's LimitRange fills in what a template leaves out, but only on pods.
        podsOnly: true,
    },
    {
        name: "deny-privileged",
        criterion: "SEC-03",
        title: "No privileged containers, no host namespaces",
        expression:
            "variables.every.all(c, c.?securityContext.?privileged.orValue(false) == false) && " +
            "object.spec.?hostNetwork.orValue(false) == false && " +
            "object.spec.?hostPID.orValue(false) == false && " +
            "object.spec.?hostIPC.orValue(false) == false",
        message:
            "Containers must not be privileged, and pods must not share the node's network, process " +
            "or IPC namespace.",
    },
    {
        name: "restrict-registries",
        criterion: "SEC-04",
        title: "Images from the allowed registries only",
        expression: `variables.every.all(c, ${list(allowedRegistries)}.exists(r, c.image.startsWith(r)))`,
        message: `Images must come from ${allowedRegistries.join(", ")}, written in full.`,
    },
    {
        name: "deny-latest-tag",
        criterion: "IAC-02",
        title: "An exact image tag or a digest",
        expression:
            "variables.every.all(c, c.image.contains('@sha256:') || " +
            "(c.image.matches(':[^:/]+$') && !c.image.endsWith(':latest')))",
        message: "Images need an exact tag other than latest, or a digest.",
    },
    {
        name: "deny-host-path",
        criterion: "SEC-03",
        title: "No hostPath volumes",
        expression: "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
        message: "hostPath volumes open the node's disk to the pod; use a claim or an emptyDir.",
    },
    {
        name: "require-non-root",
        criterion: "SEC-03",
        title: "Containers run as non-root",
        expression:
            "variables.every.all(c, c.?securityContext.?runAsNonRoot.orValue(" +
            "object.spec.?securityContext.?runAsNonRoot.orValue(false)) == true && " +
            "c.?securityContext.?runAsUser.orValue(" +
            "object.spec.?securityContext.?runAsUser.orValue(1)) != 0)",
        message: "Set runAsNonRoot: true, on the pod or on every container, and no runAsUser: 0.",
    },
    {
        name: "require-read-only-root",
        criterion: "SEC-03",
        title: "Read-only root filesystem",
        expression:
            "variables.every.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false) == true)",
        message: "Set readOnlyRootFilesystem: true; write to an emptyDir or a claim instead.",
    },
];

const STANDARD_LABELS = Object.keys(standardLabels({ name: "any" }));

/** What is on its way out must not be held by a finalizer that nobody may remove any more. */
export const notLeaving = {
    name: "not-being-deleted",
    expression: "!has(object.metadata.deletionTimestamp)",
};

/** Who must carry the labels: what people and pipelines apply, not what a controller derives. */
export const labelRule: AdmissionRule = {
    name: "require-labels",
    criterion: "CMP-04",
    title: "The standard labels on every workload",
    expression: `${list(STANDARD_LABELS)}.all(l, l in object.metadata.?labels.orValue({}))`,
    message: `Workloads need the labels ${STANDARD_LABELS.join(", ")}.`,
};

/** What nobody made in the name of another: operators label what they make as their selectors need it. */
export const madeByHand = {
    name: "made-by-hand",
    expression: "object.metadata.?ownerReferences.orValue([]).size() == 0",
};

/** Kinds that carry the labels, by API group. */
export const labelled = {
    "": ["Pod"],
    apps: ["Deployment", "StatefulSet", "DaemonSet"],
    batch: ["Job", "CronJob"],
} as const;
