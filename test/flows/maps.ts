/** Made-up flows for the tests of rows, document and picture: as many namespaces as wanted. */
import type { FlowEnd, Group, NamespaceInfo } from "../../scripts/flows/ends";
import type { AllowedFlow, FlowMap } from "../../scripts/flows/flow-map";

const LAYERS = [
    ...(["network", "storage", "security", "identity", "observability", "data"] as const),
    ...(["backup", "delivery", "tenancy", "apps", "ml", "edge"] as const),
];

/** A group of pods; by default the only one of its namespace. */
export function group(namespace: string, name = namespace): Group {
    return { kind: "pods", id: `${namespace}/${name}`, namespace, name, makers: [] };
}

/** A place, or an address. */
export function outside(id: string, isAddress = false): FlowEnd {
    return { kind: "outside", id, isAddress };
}

/** A flow on a TCP port, needed for the reasons. */
export function flow(from: FlowEnd, to: FlowEnd, port: number, ...reasons: string[]): AllowedFlow {
    const policies = ({ id, kind }: FlowEnd, way: string) =>
        kind === "pods" ? [`NetworkPolicy/${id.split("/")[0] ?? ""}/${way}`] : [];
    return {
        ...{ from, to, port: { protocol: "TCP", port }, reasons },
        egress: policies(from, "out"),
        ingress: policies(to, "in"),
    };
}

/** A map of namespaces with a group each and these flows. */
export function mapOf(
    namespaces: readonly NamespaceInfo[],
    flows: readonly AllowedFlow[],
): FlowMap {
    return { stack: "test", namespaces, flows, onNodes: [], open: [], refused: [] };
}

/** A namespace with these groups. */
export function home(name: string, layer: NamespaceInfo["layer"], ...groups: Group[]) {
    return {
        name,
        layer,
        tier: "app" as const,
        groups: groups.length > 0 ? groups : [group(name)],
    };
}

/**
 * A platform of many namespaces: all resolve names and most ask the API server, one scrapes all,
 * some share a database and single sign-on, and a few have partners of their own.
 */
export function platformOf(count: number): FlowMap {
    const homes = Array.from({ length: count }, (_, index) =>
        home(
            `${index % 4 === 0 ? "a-namespace-with-a-longer-name" : "namespace"}-${index}`,
            LAYERS[Math.floor((index * LAYERS.length) / count)],
        ),
    );
    const pods = homes.map(({ name }) => group(name));
    const at = (share: number) => pods[Math.floor(count * share)] ?? group("none");
    const [dns, metrics, database, login] = [at(0), at(0.4), at(0.5), at(0.3)];
    const flows = pods.flatMap((one, index) => [
        ...(one === dns ? [] : [flow(one, dns, 53, "names")]),
        ...(one === metrics ? [] : [flow(metrics, one, 8000 + (index % 5) * 10, "metrics")]),
        ...(index % 3 === 0 ? [] : [flow(one, outside("API server"), 6443, "a role")]),
        ...(index % 7 === 0 ? [flow(outside("API server"), one, 9443)] : []),
        ...(index % 9 === 0 ? [flow(one, outside("Internet"), 443)] : []),
        ...(index % 8 === 0 ? [flow(one, outside("10.0.0.5", true), 9000)] : []),
        ...(index > count / 2 ? [flow(outside("Gateway"), one, 8080, "a route")] : []),
        ...(index > count / 2 && one !== login ? [flow(one, login, 8443)] : []),
        ...(index % 4 === 1 && one !== database ? [flow(one, database, 5432, "data")] : []),
        ...(index % 5 === 0 ? [flow(one, pods[(index * 7 + 3) % count] ?? one, 7000 + index)] : []),
    ]);
    return mapOf(homes, flows);
}
