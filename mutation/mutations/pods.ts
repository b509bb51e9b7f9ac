/** Mutations inside pods and around their volumes: what the API server takes and what never starts. */
import {
    add,
    at,
    change,
    changeContainer,
    changePod,
    drop,
    isKind,
    list,
    podSpecOf,
} from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const LONG_RUNNING = ["Deployment", "StatefulSet", "DaemonSet"];
const deployment = (resource: StackResource) => isKind(resource, "Deployment");

function probe(container: Inputs, name: string, changes: Inputs): void {
    container[name] = { ...at(container, name), ...changes };
}

/** A claim of a namespace, and a change of the Deployment beside it that mounts it. */
function sharing(
    id: string,
    expected: string,
    text: string,
    accessMode: string,
    spec: Inputs,
): Mutation {
    return add([id, expected, text], deployment, ({ inputs }) => {
        const { namespace, labels } = at(inputs, "metadata");
        const metadata = { name: "shared", namespace, labels };
        const copy = structuredClone(inputs);
        const own = { app: "sharing" };
        copy.metadata = { ...at(copy, "metadata"), name: "sharing" };
        copy.spec = { ...at(copy, "spec"), selector: { matchLabels: own }, ...spec };
        at(copy, "spec", "template").metadata = { labels: own };
        podSpecOf(copy).volumes = [
            ...list(podSpecOf(copy), "volumes"),
            { name: "shared", persistentVolumeClaim: { claimName: "shared" } },
        ];
        const claim = {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata,
            spec: {
                accessModes: [accessMode],
                storageClassName: "ceph-block",
                resources: { requests: { storage: "1Gi" } },
            },
        };
        return [claim, copy];
    });
}

/** HA-04, HA-07, HA-08, HA-13, HA-14. */
export const podMutations: readonly Mutation[] = [
    sharing("shared-claim", "HA-13", "mounts one disk in three pods", "ReadWriteOnce", {
        replicas: 3,
    }),
    sharing("counted-claim", "HA-04", "counts three pods on one disk", "ReadWriteOncePod", {
        replicas: 3,
    }),
    sharing("surging-claim", "HA-13", "starts the new pod while the old holds", "ReadWriteOnce", {
        replicas: 1,
        strategy: { type: "RollingUpdate" },
    }),
    change(
        ["no-deadline", "HA-13", "makes up for missed starts at any time"],
        (resource) => isKind(resource, "CronJob"),
        (inputs) => {
            drop(at(inputs, "spec"), "startingDeadlineSeconds");
        },
    ),
    changeContainer(
        ["impatient-liveness", "HA-07", "kills it a second after its start"],
        (container) => {
            drop(container, "startupProbe");
            const times = { initialDelaySeconds: 0, periodSeconds: 1, failureThreshold: 1 };
            probe(container, "livenessProbe", times);
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["liveness-is-readiness", "HA-07", "restarts where it should wait"],
        (container) => {
            container.livenessProbe = structuredClone(container.readinessProbe);
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["request-above-limit", "HA-08", "requests more memory than its limit"],
        (container) => {
            container.resources = {
                requests: { cpu: "10m", memory: "64Mi" },
                limits: { memory: "32Mi" },
            };
        },
    ),
    changeContainer(["unreadable-quantity", "HA-08", "writes 128MB"], (container) => {
        const resources = at(container, "resources");
        container.resources = {
            ...resources,
            limits: { ...at(resources, "limits"), memory: "128MB" },
        };
    }),
    change(
        ["no-disk-limit", "HA-08", "leaves the node's disk to everybody"],
        (resource) =>
            isKind(resource, "LimitRange") &&
            // The collector's namespace has no pod before the collector comes.
            !["monitoring", "cilium-secrets", "talos-backup"].includes(
                String(at(resource.inputs, "metadata").namespace),
            ),
        (inputs) => {
            for (const limit of list(inputs, "spec", "limits")) {
                drop(at(limit, "default"), "ephemeral-storage");
            }
        },
    ),
    changeContainer(
        ["missing-port", "HA-14", "probes a port that it does not have"],
        (container) => {
            probe(container, "readinessProbe", { httpGet: { path: "/", port: "nobody" } });
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["missing-hook-port", "HA-14", "asks a port before it stops that it does not have"],
        (container) => {
            container.lifecycle = { preStop: { httpGet: { path: "/", port: "nobody" } } };
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["missing-volume", "HA-14", "mounts a volume that is not there"],
        (container) => {
            container.volumeMounts = [
                ...list(container, "volumeMounts"),
                { name: "nobody", mountPath: "/nobody" },
            ];
        },
    ),
    changePod(["twice-a-volume", "HA-14", "has two volumes of one name"], (pod) => {
        pod.volumes = [
            ...list(pod, "volumes"),
            { name: "twice", emptyDir: {} },
            { name: "twice", emptyDir: {} },
        ];
    }),
    changeContainer(["missing-container", "HA-14", "asks for a container's limit"], (container) => {
        const resourceFieldRef = { containerName: "nobody", resource: "limits.memory" };
        container.env = [
            ...list(container, "env"),
            { name: "LIMIT", valueFrom: { resourceFieldRef } },
        ];
    }),
    change(
        ["strange-template", "HA-14", "selects pods that it does not make"],
        deployment,
        (inputs) => {
            at(inputs, "spec").selector = { matchLabels: { app: "nobody" } };
        },
    ),
    change(
        ["missing-target-port", "HA-14", "leads to a port that no container names"],
        (resource) =>
            isKind(resource, "Service") &&
            Object.keys(at(resource.inputs, "spec", "selector")).length > 0,
        (inputs) => {
            for (const port of list(inputs, "spec", "ports")) {
                port.targetPort = "nobody";
            }
        },
    ),
    add(
        ["missing-ordinal", "HA-14", "serves a pod that the set never has"],
        deployment,
        ({ inputs }) => ({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "ordinal", namespace: at(inputs, "metadata").namespace },
            spec: {
                selector: { "statefulset.kubernetes.io/pod-name": "nobody-9" },
                ports: [{ port: 80 }],
            },
        }),
    ),
];
