/** Last changes to containers of rendered workloads, for what a chart has no values for. Pure. */
import { isRecord, type Manifest } from "./object";

type Fields = Readonly<Record<string, unknown>>;

/** Deep merge: objects are merged, everything else is replaced. */
function merged(base: unknown, change: Fields): Fields {
    const start = isRecord(base) ? base : {};
    const entries = Object.entries(change).map(([key, value]) => [
        key,
        isRecord(value) ? merged(start[key], value) : value,
    ]);
    return { ...start, ...(Object.fromEntries(entries) as Fields) };
}

/** Changes the value at a path of keys; a path that is not there stays absent. */
function change(value: unknown, path: readonly string[], to: (inner: unknown) => unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) {
        return to(value);
    }
    return isRecord(value) && key in value
        ? { ...value, [key]: change(value[key], rest, to) }
        : value;
}

const PATHS: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec", "template", "spec"],
    StatefulSet: ["spec", "template", "spec"],
    DaemonSet: ["spec", "template", "spec"],
    Job: ["spec", "template", "spec"],
    CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** The workload with its pod spec changed; any other object as it is. */
export function changePod(manifest: Manifest, to: (pod: unknown) => unknown): Manifest {
    const path = PATHS[manifest.kind];
    return path === undefined ? manifest : (change(manifest, path, to) as Manifest);
}

/** The workload with fields merged into its pod spec; any other object as it is. */
export function patchPod(manifest: Manifest, fields: Fields): Manifest {
    return changePod(manifest, (spec) => merged(spec, fields));
}

/** Labels of the pods of a workload; undefined for any other object. */
export function podLabelsOf(manifest: Manifest): Readonly<Record<string, string>> | undefined {
    const path = PATHS[manifest.kind];
    let found: unknown = path === undefined ? undefined : manifest;
    for (const key of [...(path ?? []).slice(0, -1), "metadata", "labels"]) {
        found = isRecord(found) ? found[key] : undefined;
    }
    return isRecord(found)
        ? Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)]))
        : path && {};
}

/** The workload with fields merged into the metadata of its pods; any other object as it is. */
function patchPodMetadata(manifest: Manifest, metadata: Fields): Manifest {
    const path = PATHS[manifest.kind];
    return path === undefined
        ? manifest
        : (change(manifest, path.slice(0, -1), (template) =>
              merged(template, { metadata }),
          ) as Manifest);
}

/** The workload whose pods carry annotations besides their own; any other object as it is. */
export function annotatePods(
    manifest: Manifest,
    annotations: Readonly<Record<string, string>>,
): Manifest {
    return patchPodMetadata(manifest, { annotations });
}

/** The workload whose pods carry labels besides their own; any other object as it is. */
export function labelPods(manifest: Manifest, labels: Readonly<Record<string, string>>): Manifest {
    return patchPodMetadata(manifest, { labels });
}

/** The workload with its container of that name changed, wherever it has one. */
export function changeContainer(
    manifest: Manifest,
    name: string,
    to: (container: Fields) => unknown,
): Manifest {
    const path = PATHS[manifest.kind];
    const changed = (list: unknown) =>
        Array.isArray(list)
            ? list.map((item: unknown) => (isRecord(item) && item.name === name ? to(item) : item))
            : list;
    return path === undefined
        ? manifest
        : (change(manifest, [...path, "containers"], changed) as Manifest);
}

/** The workload with fields merged into its container of that name, wherever it has one. */
export function patchContainer(manifest: Manifest, name: string, fields: Fields): Manifest {
    return changeContainer(manifest, name, (container) => merged(container, fields));
}

/** Requests and limits of a container. */
export type ContainerResources = Readonly<{
    requests: { readonly cpu: string; readonly memory: string };
    limits: { readonly memory: string };
}>;

/**
 * Requests, and a limit for memory alone: a container that is throttled because a neighbour was idle
 * a moment ago stalls whoever waits for it, and requests already divide the CPU fairly.
 */
export function resources(cpu: string, memory: string, limit: string): ContainerResources {
    return { requests: { cpu, memory }, limits: { memory: limit } };
}

/** What the restricted Pod Security level wants of a container, and a root that nobody writes to. */
export const restrictedContainer = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} as const;

/** The same for the whole pod, whose volumes belong to the group. */
export function restrictedPod(user: number, group = user) {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: group,
        fsGroup: group,
        seccompProfile: { type: "RuntimeDefault" },
    } as const;
}

/** Readiness and liveness probe that ask one HTTP endpoint. */
export function httpProbes(path: string, port: number | string): Fields {
    const httpGet = { path, port, scheme: "HTTP" };
    return {
        readinessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        // Three times as patient: a killed pod helps less than a waiting one.
        livenessProbe: { httpGet, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
    };
}

/** An entry of `env` whose value is in a Secret. */
export type SecretVariable = Readonly<{
    name: string;
    valueFrom: Readonly<{ secretKeyRef: Readonly<{ name: string; key: string }> }>;
}>;

/** Entries of `env` whose values are known. */
export const variables = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));

/** The variable that is a key of a Secret. */
export function secretVariable(name: string, secret: string, key: string): SecretVariable {
    return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
