/**
 * What a pod asks for, as Kubernetes 1.35 computes it (component-helpers resource/helpers.go), after
 * the API server filled in the defaults.
 */
import { isTree, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { type Amounts, largest, plus, toExactAmounts, wholeAmounts } from "./amounts";

/** Default requests and limits of containers that name none. */
export interface ContainerDefaults {
    readonly requests: Tree;
    readonly limits: Tree;
}

/** Resources that a pod may ask for as a whole. */
const POD_LEVEL = /^(cpu|memory|hugepages-.*)$/;
/** What a container is taken to ask for that says nothing (pkg/scheduler/util/pod_resources.go). */
const NOMINAL = { cpu: "100m", memory: "200Mi" } as const;

/** The defaults that a LimitRange gives containers (pkg/apis/core/v1/defaults.go). */
export function containerDefaults(limitRanges: readonly Tree[]): ContainerDefaults[] {
    return limitRanges
        .flatMap((range) => readList(range, "spec", "limits"))
        .filter((limit) => readString(limit, "type") === "Container")
        .map((limit) => {
            const limits = { ...readTree(limit, "max"), ...readTree(limit, "default") };
            const requests = {
                ...readTree(limit, "min"),
                ...limits,
                ...readTree(limit, "defaultRequest"),
            };
            return { limits, requests };
        });
}

/** A limit without a request is the request too, before any LimitRange is asked. */
function withLimitsAsRequests(container: unknown): unknown {
    const limits = readTree(container, "resources", "limits");
    const requests = { ...limits, ...readTree(container, "resources", "requests") };
    return isTree(container) ? { ...container, resources: { requests, limits } } : container;
}

function withContainerDefaults(
    container: unknown,
    defaults: readonly ContainerDefaults[],
): unknown {
    let limits = readTree(container, "resources", "limits");
    let requests = readTree(container, "resources", "requests");
    for (const range of defaults) {
        limits = { ...range.limits, ...limits };
        requests = { ...range.requests, ...requests };
    }
    return isTree(container) ? { ...container, resources: { requests, limits } } : container;
}

/**
 * Limits of the whole pod bring requests of the whole pod: what its containers ask for, or else the
 * limits (pkg/apis/core/v1/defaults.go, defaultPodRequests).
 */
function podLevelDefaults(spec: Tree): Tree {
    const limits = readTree(spec, "resources", "limits");
    if (Object.keys(limits).length === 0) {
        return {};
    }
    const { cpu, memory } = ofContainers(spec, "requests");
    const requests = {
        ...limits,
        ...(cpu === undefined ? {} : { cpu: cpu / 1000 }),
        ...(memory === undefined ? {} : { memory }),
        ...readTree(spec, "resources", "requests"),
    };
    return { resources: { limits, requests } };
}

/** On the host's network every container port is a port of the host. */
function withHostPorts(container: unknown, hostNetwork: boolean): unknown {
    return hostNetwork && isTree(container) && Array.isArray(container.ports)
        ? {
              ...container,
              ports: (container.ports as unknown[]).map((port) =>
                  isTree(port) ? { hostPort: port.containerPort, ...port } : port,
              ),
          }
        : container;
}

/** A pod spec with the defaults that the API server and LimitRanges give its containers. */
export function withDefaults(spec: Tree, defaults: readonly ContainerDefaults[]): Tree {
    const hostNetwork = spec.hostNetwork === true;
    const complete = (tree: Tree, change: (container: unknown) => unknown): Tree =>
        Object.fromEntries(
            ["containers", "initContainers"].map((field) => [
                field,
                readList(tree, field).map(change),
            ]),
        );
    const stated = { ...spec, ...complete(spec, withLimitsAsRequests) };
    return {
        ...stated,
        ...podLevelDefaults(stated),
        ...complete(stated, (container) =>
            withHostPorts(withContainerDefaults(container, defaults), hostNetwork),
        ),
    };
}

function isSidecar(container: unknown): boolean {
    return readString(container, "restartPolicy") === "Always";
}

/** What all containers ask for at the same time, at worst. */
function ofContainers(spec: Tree, field: "requests" | "limits"): Amounts {
    const amounts = (container: unknown) => toExactAmounts(readTree(container, "resources", field));
    const main = readList(spec, "containers").map(amounts).reduce(plus, {});
    let [total, sidecars, peak] = [main, {}, {}] as [Amounts, Amounts, Amounts];
    for (const container of readList(spec, "initContainers")) {
        const own = amounts(container);
        if (isSidecar(container)) {
            total = plus(total, own);
            sidecars = plus(sidecars, own);
            peak = largest(peak, sidecars);
        } else {
            peak = largest(peak, plus(own, sidecars));
        }
    }
    return largest(total, peak);
}

function ofPod(spec: Tree, field: "requests" | "limits"): Amounts {
    return Object.fromEntries(
        Object.entries(toExactAmounts(readTree(spec, "resources", field))).filter(([resource]) =>
            POD_LEVEL.test(resource),
        ),
    );
}

function overhead(spec: Tree): Amounts {
    return toExactAmounts(readTree(spec, "overhead"));
}

/** What the scheduler takes the pod to ask for: the number that must fit on its node. */
export function podRequests(spec: Tree): Amounts {
    const asked = { ...ofContainers(spec, "requests"), ...ofPod(spec, "requests") };
    return wholeAmounts(plus(asked, overhead(spec)));
}

/**
 * What the scheduler takes the pod to ask for when it compares nodes: no container asks for nothing,
 * unless it says so or the pod speaks for it (pkg/scheduler/framework/types.go).
 */
export function nominalRequests(spec: Tree): Amounts {
    const ofWhole = ofPod(spec, "requests");
    const stated =
        Object.keys(ofWhole).length === 0 ? {} : { ...ofContainers(spec, "requests"), ...ofWhole };
    const missing = Object.fromEntries(
        Object.entries(NOMINAL).filter(([resource]) => stated[resource] === undefined),
    );
    const fill = (container: unknown): Tree => ({
        ...readTree(container),
        resources: { requests: { ...missing, ...readTree(container, "resources", "requests") } },
    });
    return podRequests({
        ...spec,
        containers: readList(spec, "containers").map(fill),
        initContainers: readList(spec, "initContainers").map(fill),
    });
}

/** What a quota counts as the pod's limits. */
export function podLimits(spec: Tree): Amounts {
    const limits = { ...ofContainers(spec, "limits"), ...ofPod(spec, "limits") };
    const added = Object.entries(overhead(spec)).filter(
        ([resource]) => (limits[resource] ?? 0) > 0,
    );
    return wholeAmounts(plus(limits, Object.fromEntries(added)));
}

/** A port of its node that a pod takes. */
export interface HostPort {
    readonly ip: string;
    readonly protocol: string;
    readonly port: number;
}

/** Ports of the host, of everything that runs as long as the pod does. */
export function requestedHostPorts(spec: Tree): HostPort[] {
    return [
        ...readList(spec, "initContainers").filter(isSidecar),
        ...readList(spec, "containers"),
    ].flatMap((container) =>
        readList(container, "ports").flatMap((tree) => {
            const port = Number(isTree(tree) ? tree.hostPort : 0);
            return port > 0
                ? [
                      {
                          ip: readString(tree, "hostIP") ?? "0.0.0.0",
                          protocol: readString(tree, "protocol") ?? "TCP",
                          port,
                      },
                  ]
                : [];
        }),
    );
}
