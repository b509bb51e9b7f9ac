/** The pods of the stack as selectors and network policies see them: one entry for each maker. */
import { protocolOf } from "../../kubernetes/protocols";
import type { Labels, MadePods, Port } from "../../../operators/behaviour";
import type { Fact, Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import {
    isTree,
    isUnknown,
    read,
    readLabels,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { type AddedLabels, addedLabels } from "../../kubernetes/controller-labels";
import { mostReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import type { Workload } from "../../kubernetes/workloads";
import { TUNNEL_PORT } from "../../../operators/ambient";
import { type MeshSide, sideOf } from "../mesh/sides";
import { operatedPods, type PodsMade } from "../operated/made";
import type { Unjudged } from "../operated/resources";

export type { Labels, Port };

/** LabelledPods that one object makes. */
export interface LabelledPods {
    /** What findings are about; absent for pods that the cluster brings. */
    readonly fact?: Fact;
    /** `Kind/namespace/name`, with the part for operators that make several kinds. */
    readonly key: string;
    readonly namespace: string;
    readonly labels: Labels;
    readonly variants: readonly Labels[];
    /** Labels that all of them carry, with a value that only the update knows. */
    readonly open: AddedLabels["open"];
    /** Some label is unknown, so no selector can be compared with them. */
    readonly labelsUnknown: boolean;
    readonly ports: readonly Port[];
    /** Nothing says on which ports they listen. */
    readonly portsUnknown: boolean;
    /** Only the update knows which names their ports have. */
    readonly portNamesUnknown: boolean;
    /** On the network of the node, which no policy of a namespace selects. */
    readonly hostNetwork: boolean;
    /** The cluster's DNS is what they resolve names with. */
    readonly usesDns: boolean;
    readonly podSpec: Tree;
    /** They watch or change objects of the cluster, whatever their ServiceAccount says. */
    readonly usesApi: boolean;
    /** For pods that an operator makes. */
    readonly made?: MadePods;
    /** On which side of the mesh they are; absent where nobody can say. */
    readonly mesh?: MeshSide;
}

/** The pods, on the side of the mesh where they are; in it, they listen on its port as well. */
export function placed(facts: Facts, pods: LabelledPods, annotations: Labels = {}): LabelledPods {
    const mesh = sideOf(facts, { ...pods, annotations });
    return mesh === "out"
        ? { ...pods, mesh }
        : { ...pods, mesh, ports: [...pods.ports, { port: TUNNEL_PORT }] };
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
const HANDLERS = ["httpGet", "tcpSocket", "grpc"];

function declaredPorts(container: Tree): Port[] {
    return readList(container, "ports").flatMap((port): Port[] => {
        const number = read(port, ["containerPort"]);
        return number.state === "known" && typeof number.value === "number"
            ? [{ name: readString(port, "name"), port: number.value, protocol: protocolOf(port) }]
            : [];
    });
}

function probedPorts(container: Tree): Port[] {
    return PROBES.flatMap((probe) =>
        HANDLERS.flatMap((handler): Port[] => {
            const { port } = readTree(container, probe, handler);
            return typeof port === "number" ? [{ port }] : [];
        }),
    );
}

/** Ports in arguments and variables: `:8080`, `--port=8080`, `8080`. */
function mentionedPorts(container: Tree): Port[] {
    const texts = [
        ...readList(container, "command"),
        ...readList(container, "args"),
        ...readList(container, "env").map((entry) => readString(entry, "value")),
    ];
    return texts.flatMap((text): Port[] => {
        const port = typeof text === "string" ? /(?:^|[:=])(\d{2,5})$/.exec(text)?.[1] : undefined;
        return port === undefined ? [] : [{ port: Number(port) }];
    });
}

function holdsUnknownPort(container: Tree): boolean {
    const { ports } = container;
    return (
        isUnknown(ports) ||
        (Array.isArray(ports) &&
            ports.some(
                (port) =>
                    isUnknown(port) ||
                    (isTree(port) && (isUnknown(port.containerPort) || isUnknown(port.name))),
            ))
    );
}

/** Containers whose ports last as long as the pod. */
function serving({ containers }: Workload): Workload["containers"] {
    return containers.filter(({ role }) => role === "main" || role === "sidecar");
}

function ofTemplate(fact: WorkloadFact, facts: Facts): LabelledPods {
    const { workload } = fact;
    const { sets, open } = addedLabels(fact.object, fact.inputs, mostReplicas(facts, fact));
    const isHidden =
        workload.unread.length > 0 || serving(workload).some(({ tree }) => holdsUnknownPort(tree));
    const podSpec = workload.podSpec ?? {};
    const declared = serving(workload).flatMap(({ tree }) => declaredPorts(tree));
    const policy = readString(podSpec, "dnsPolicy");
    return {
        fact,
        key: fact.key,
        namespace: fact.object.namespace ?? "",
        labels: workload.podLabels,
        variants: sets,
        open,
        labelsUnknown: workload.podLabelsUnknown || workload.unread.length > 0,
        ports: [
            ...declared,
            ...serving(workload).flatMap(({ tree }) => [
                ...probedPorts(tree),
                ...mentionedPorts(tree),
            ]),
        ],
        portsUnknown: declared.length === 0 || isHidden,
        portNamesUnknown: isHidden,
        hostNetwork: podSpec.hostNetwork === true,
        usesDns: policy !== "None" && policy !== "Default",
        podSpec,
        usesApi: false,
    };
}

/**
 * The ordinals of a set that an operator keeps: most keep a StatefulSet, but no room says which, so
 * nobody can tell before the update.
 */
function openOrdinals({ name, count }: MadePods): AddedLabels["open"] {
    const { sets } = addedLabels(
        {
            apiVersion: "apps/v1",
            group: "apps",
            kind: "StatefulSet",
            name,
            labels: {},
            patch: false,
        },
        {},
        count,
    );
    const keys = [...new Set(sets.flatMap((set) => Object.keys(set)))];
    return Object.fromEntries(
        keys.map((key) => [key, (value: string) => sets.some((set) => set[key] === value)]),
    );
}

function ofOperator({ fact, pods }: PodsMade): LabelledPods {
    return {
        fact,
        key: `${fact.key} ${pods.part}`,
        namespace: fact.object.namespace ?? "",
        labels: pods.labels,
        variants: pods.variants ?? [],
        open: pods.stateful === true ? openOrdinals(pods) : {},
        labelsUnknown: false,
        ports: pods.ports,
        portsUnknown: false,
        portNamesUnknown: false,
        hostNetwork: pods.pod.hostNetwork === true,
        usesDns: true,
        podSpec: pods.pod,
        usesApi: pods.usesApi ?? false,
        made: pods,
    };
}

/** LabelledPods of which nobody can say anything but where they are. */
function hidden(fact: Unjudged["fact"]): LabelledPods {
    return {
        fact,
        key: fact.key,
        namespace: fact.object.namespace ?? "",
        labels: {},
        variants: [],
        open: {},
        labelsUnknown: true,
        ports: [],
        portsUnknown: true,
        portNamesUnknown: true,
        hostNetwork: false,
        usesDns: false,
        podSpec: {},
        usesApi: false,
    };
}

/** The pods of a stack by the URN of what makes them; sets that differ only in their node are one. */
export const podsByMaker = memoize((facts): ReadonlyMap<string, readonly LabelledPods[]> => {
    const { made, unjudged } = operatedPods(facts);
    const found = new Map<string, LabelledPods[]>();
    const add = (urn: string, pods: LabelledPods) => {
        const own = found.get(urn) ?? [];
        found.set(urn, own);
        if (!own.some(({ key }) => key === pods.key)) {
            own.push(pods);
        }
    };
    for (const fact of facts.workloads()) {
        const annotations = readLabels(fact.workload.podMetadata, "annotations");
        add(fact.urn, placed(facts, ofTemplate(fact, facts), annotations));
    }
    for (const item of made) {
        add(item.fact.urn, placed(facts, ofOperator(item), item.pods.annotations ?? {}));
    }
    for (const { fact } of unjudged) {
        add(fact.urn, hidden(fact));
    }
    return found;
});
