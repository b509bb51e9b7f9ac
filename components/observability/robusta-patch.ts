/** What the chart robusta 0.47.0 has no values for: rights that only look, and probes. Pure. */
import { httpProbes, patchContainer } from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { asConfigMap, mountingOpenFiles } from "../base/open-files";
import { ROBUSTA, robustaPorts } from "./robusta-values";

const LOOKING = new Set(["get", "list", "watch"]);
/** What nobody needs who looks: values of Secrets, and ways into pods and nodes, which `get` opens. */
const CLOSED = /^(secrets|nodes\/proxy|(pods|services)\/(exec|attach|portforward|proxy)|\*)$/;

const strings = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** A rule without whatever does more than look; none where nothing is left. */
function looking(rule: unknown): readonly object[] {
    if (!isRecord(rule)) {
        return [];
    }
    const verbs = strings(rule.verbs).filter((verb) => LOOKING.has(verb));
    const kinds = strings(rule.resources).filter((kind) => !CLOSED.test(kind));
    return verbs.length === 0 || kinds.length === 0 ? [] : [{ ...rule, resources: kinds, verbs }];
}

/** The role with rights to look alone: the chart lets its runner delete, create and change. */
function readOnly(manifest: Manifest): Manifest {
    const rules: readonly unknown[] = Array.isArray(manifest.rules) ? manifest.rules : [];
    return { ...manifest, rules: rules.flatMap(looking) };
}

/** What the chart calls the Secret with its configuration; it names variables, and holds no secret. */
const CONFIGURATION = "robusta-playbooks-config-secret";

const metricsPort = { tcpSocket: { port: robustaPorts.forwarder } };
/** kubewatch says nothing of itself but by the port of its metrics. */
const forwarderProbes = {
    readinessProbe: { ...metricsPort, periodSeconds: 10, timeoutSeconds: 5 },
    livenessProbe: { ...metricsPort, periodSeconds: 30, timeoutSeconds: 5 },
};
/** It loads its playbooks first, for minutes on a busy node. */
const runnerChanges = {
    ports: [{ name: "http", containerPort: robustaPorts.runner }],
    ...httpProbes("/healthz", robustaPorts.runner),
    startupProbe: {
        httpGet: { path: "/healthz", port: robustaPorts.runner },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 60,
    },
};

/** Never two at once: each would send every alert, or hand in every event. */
const oneAfterTheOther = (manifest: Manifest): Manifest =>
    isRecord(manifest.spec)
        ? { ...manifest, spec: { ...manifest.spec, strategy: { type: "Recreate" } } }
        : manifest;

/** The object as the platform wants it; none of kinds that only HolmesGPT's operator, which is off, reads. */
export function patchRobusta(manifest: Manifest): Manifest | undefined {
    switch (manifest.kind) {
        case "CustomResourceDefinition":
            return undefined;
        case "ClusterRole":
        case "Role":
            return readOnly(manifest);
        case "Secret":
            return manifest.metadata.name === CONFIGURATION ? asConfigMap(manifest) : manifest;
    }
    const workload = mountingOpenFiles(manifest, [CONFIGURATION]);
    switch (`${manifest.kind}/${manifest.metadata.name}`) {
        case `Deployment/${ROBUSTA}-runner`:
            return oneAfterTheOther(patchContainer(workload, "runner", runnerChanges));
        case `Deployment/${ROBUSTA}-forwarder`:
            return oneAfterTheOther(patchContainer(workload, "kubewatch", forwarderProbes));
        default:
            return workload;
    }
}
