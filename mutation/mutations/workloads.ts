/** Mutations of workloads: what keeps them available. */
import { add, at, change, changeContainer, changePod, drop, isKind, list, remove } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const LONG_RUNNING = ["Deployment", "StatefulSet", "DaemonSet"];

function replicated(resource: StackResource): boolean {
    return isKind(resource, "Deployment") && Number(at(resource.inputs, "spec").replicas) >= 2;
}

function budgetOf(inputs: Inputs): Inputs {
    return at(inputs, "spec");
}

const budget = (resource: StackResource) => isKind(resource, "PodDisruptionBudget");

function scaler({ inputs }: StackResource, spec: Inputs): Inputs {
    const { name, namespace, labels } = at(inputs, "metadata");
    const scaleTargetRef = { apiVersion: inputs.apiVersion, kind: inputs.kind, name };
    return {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name, namespace, labels },
        spec: { scaleTargetRef, maxReplicas: 5, ...spec },
    };
}

/** HA: replicas, budgets, spread, probes, resources, updates, autoscaling. */
export const workloadMutations: readonly Mutation[] = [
    change(["one-replica", "HA-04", "runs one replica"], replicated, (inputs) => {
        at(inputs, "spec").replicas = 1;
    }),
    change(["no-replica-count", "HA-04", "drops the replica count"], replicated, (inputs) => {
        drop(at(inputs, "spec"), "replicas");
    }),
    change(
        ["two-critical-replicas", "HA-04", "runs two replicas of a critical workload"],
        ({ name, ...resource }) =>
            isKind({ name, ...resource }, "Deployment") &&
            /kyverno-admission-controller|cert-manager-webhook/.test(name),
        (inputs) => {
            at(inputs, "spec").replicas = 2;
        },
    ),
    remove(["no-budget", "HA-05", "removes the PodDisruptionBudget"], budget),
    change(["blocking-budget", "HA-05", "keeps every pod"], budget, (inputs) => {
        drop(budgetOf(inputs), "maxUnavailable");
        budgetOf(inputs).minAvailable = "100%";
    }),
    change(["empty-budget", "HA-05", "keeps no pod"], budget, (inputs) => {
        drop(budgetOf(inputs), "maxUnavailable");
        budgetOf(inputs).minAvailable = 0;
    }),
    change(["aimless-budget", "HA-05", "selects no pod"], budget, (inputs) => {
        budgetOf(inputs).selector = { matchLabels: { app: "nobody" } };
    }),
    change(
        ["no-operator-budget", "HA-05", "turns the operator's budget off"],
        (resource) =>
            isKind(resource, "postgresql.cnpg.io/Cluster", "RedisReplication", "RedisSentinel"),
        (inputs) => {
            const spec = at(inputs, "spec");
            if (inputs.kind === "Cluster") {
                spec.enablePDB = false;
            } else {
                spec.pdb = { enabled: false };
            }
        },
    ),
    change(["no-spread", "HA-06", "removes spread and anti-affinity"], replicated, (inputs) => {
        const pod = at(inputs, "spec", "template", "spec");
        drop(pod, "topologySpreadConstraints");
        drop(at(pod, "affinity"), "podAntiAffinity");
    }),
    change(["foreign-spread", "HA-06", "spreads somebody else's pods"], replicated, (inputs) => {
        const pod = at(inputs, "spec", "template", "spec");
        drop(pod, "affinity");
        for (const constraint of list(pod, "topologySpreadConstraints")) {
            constraint.labelSelector = { matchLabels: { app: "nobody" } };
        }
    }),
    changeContainer(
        ["no-readiness-probe", "HA-07", "removes the readiness probe"],
        (container) => {
            drop(container, "readinessProbe");
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["no-liveness-probe", "HA-07", "removes the liveness probe"],
        (container) => {
            drop(container, "livenessProbe");
        },
        ...LONG_RUNNING,
    ),
    changeContainer(
        ["empty-probe", "HA-07", "lets the liveness probe ask nothing"],
        (container) => {
            container.livenessProbe = { periodSeconds: 10 };
        },
        ...LONG_RUNNING,
    ),
    changeContainer(["no-memory-limit", "HA-08", "removes the memory limit"], (container) => {
        drop(at(container, "resources", "limits"), "memory");
    }),
    changeContainer(["no-requests", "HA-08", "removes requests and limits"], (container) => {
        drop(container, "resources");
    }),
    changePod(
        ["bare-init-container", "HA-08", "adds an init container without resources"],
        (pod) => {
            const [container] = list(pod, "containers");
            pod.initContainers = [
                ...list(pod, "initContainers"),
                { ...container, name: "bare", resources: {} },
            ];
        },
    ),
    change(
        ["no-operated-resources", "HA-08", "removes the resources that an operator gives"],
        (resource) => isKind(resource, "postgresql.cnpg.io/Cluster", "CephCluster"),
        (inputs) => {
            drop(at(inputs, "spec"), "resources");
        },
    ),
    change(["greedy-update", "HA-13", "replaces every pod at once"], replicated, (inputs) => {
        at(inputs, "spec").strategy = {
            type: "RollingUpdate",
            rollingUpdate: { maxUnavailable: "100%" },
        };
    }),
    change(
        ["recreate", "HA-13", "stops all pods before it starts new ones"],
        replicated,
        (inputs) => {
            at(inputs, "spec").strategy = { type: "Recreate" };
        },
    ),
    changePod(["no-priority", "HA-13", "removes the priority class"], (pod) => {
        drop(pod, "priorityClassName");
    }),
    add(
        ["scaling-to-one", "HA-15", "adds an autoscaler that goes down to one pod"],
        replicated,
        (resource) => scaler(resource, {}),
    ),
    add(
        ["scaling-fixed-replicas", "HA-15", "adds an autoscaler beside fixed replicas"],
        replicated,
        (resource) => scaler(resource, { minReplicas: 2 }),
    ),
];
