/**
 * What a pod asks for, as Kubernetes 1.35 computes it (component-helpers resource/helpers.go), after
 * the API server filled in the defaults.
 */
import { isTree, readList, readString, readTree, type Tree } from "../machinery/tree";
import { type Amounts, largest, plus, toAmounts } from "./amounts";

/** Default requests and limits of containers that name none. */
export interface ContainerDefaults {
    readonly requests: Tree;
    readonly limits: Tree;
}

const POD_LEVEL = /^(cpu|memory|hugepages-.*)$/;

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

function withContainerDefaults(
    container: unknown,
    defaults: readonly ContainerDefaults[],
): unknown {
    if (!isTree(container)) {
        return container;
    }
    let limits = readTree(container, "resources", "limits");
    // A limit without a request is the request too, before any LimitRange is asked.
    let requests: Tree = { ...limits, ...readTree(container, "resources", "requests") };
    for (const range of defaults) {
        limits = { ...range.limits, ...limits };
        requests = { ...range.requests, ...requests };
    }
    return { ...container, resources: { requests, limits } };
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
    const complete = (field: string) =>
        readList(spec, field).map((container) =>
            withHostPorts(withContainerDefaults(container, defaults), hostNetwork),
        );
    const initContainers = complete("initContainers");
    return {
        ...spec,
        containers: complete("containers"),
        ...(initContainers.length > 0 ? { initContainers } : {}),
    };
}

function isSidecar(container: unknown): boolean {
    return readString(container, "restartPolicy") === "Always";
}

function sum(spec: Tree, field: "requests" | "limits"): Amounts {
    const amounts = (container: unknown) => toAmounts(readTree(container, "resources", field));
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
    const podLevel = Object.fromEntries(
        Object.entries(toAmounts(readTree(spec, "resources", field))).filter(([resource]) =>
            POD_LEVEL.test(resource),
        ),
    );
    return { ...largest(total, peak), ...podLevel };
}

/** What the scheduler takes the pod to ask for: the number that must fit on its node. */
export function podRequests(spec: Tree): Amounts {
    return plus(sum(spec, "requests"), toAmounts(readTree(spec, "overhead")));
}

/** What a quota counts as the pod's limits. */
export function podLimits(spec: Tree): Amounts {
    const limits = sum(spec, "limits");
    const overhead = Object.entries(toAmounts(readTree(spec, "overhead"))).filter(
        ([resource]) => (limits[resource] ?? 0) > 0,
    );
    return plus(limits, Object.fromEntries(overhead));
}

/** A port of its node that a pod takes. */
export interface HostPort {
    readonly ip: string;
    readonly protocol: string;
    readonly port: number;
}

/** Ports of the host, of everything that runs as long as the pod does. */
export function hostPorts(spec: Tree): HostPort[] {
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
