/** The pods of the stack as selectors and network policies see them: one entry for each maker. */
import { protocolOf } from "../../kubernetes/protocols";
import type { Labels, MadePods, Port } from "../../../operators/behaviour";
import type { Fact, ObjectOf } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import {
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import type { Workload } from "../../kubernetes/workloads";
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
    /** Some label is unknown, so no selector can be compared with them. */
    readonly labelsUnknown: boolean;
    readonly ports: readonly Port[];
    /** Nothing says on which ports they listen. */
    readonly portsUnknown: boolean;
    /** On the network of the node, which no policy of a namespace selects. */
    readonly hostNetwork: boolean;
    /** The cluster's DNS is what they resolve names with. */
    readonly usesDns: boolean;
    readonly podSpec: Tree;
    /** They watch or change objects of the cluster, whatever their ServiceAccount says. */
    readonly usesApi: boolean;
    /** For pods that an operator makes. */
    readonly made?: MadePods;
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
                (port) => isUnknown(port) || (isTree(port) && isUnknown(port.containerPort)),
            ))
    );
}

function ofTemplate(fact: ObjectOf, workload: Workload): LabelledPods {
    const podSpec = workload.podSpec ?? {};
    const serving = workload.containers.filter(({ role }) => role === "main" || role === "sidecar");
    const declared = serving.flatMap(({ tree }) => declaredPorts(tree));
    const policy = readString(podSpec, "dnsPolicy");
    return {
        fact,
        key: fact.key,
        namespace: fact.object.namespace ?? "",
        labels: workload.podLabels,
        variants: [],
        labelsUnknown: workload.podLabelsUnknown || workload.unread.length > 0,
        ports: [
            ...declared,
            ...serving.flatMap(({ tree }) => [...probedPorts(tree), ...mentionedPorts(tree)]),
        ],
        portsUnknown:
            declared.length === 0 ||
            workload.unread.length > 0 ||
            serving.some(({ tree }) => holdsUnknownPort(tree)),
        hostNetwork: podSpec.hostNetwork === true,
        usesDns: policy !== "None" && policy !== "Default",
        podSpec,
        usesApi: false,
    };
}

function ofOperator({ fact, pods }: PodsMade): LabelledPods {
    return {
        fact,
        key: `${fact.key} ${pods.part}`,
        namespace: fact.object.namespace ?? "",
        labels: pods.labels,
        variants: pods.variants ?? [],
        labelsUnknown: false,
        ports: pods.ports,
        portsUnknown: false,
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
        labelsUnknown: true,
        ports: [],
        portsUnknown: true,
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
        add(fact.urn, ofTemplate(fact, fact.workload));
    }
    for (const item of made) {
        add(item.fact.urn, ofOperator(item));
    }
    for (const { fact } of unjudged) {
        add(fact.urn, hidden(fact));
    }
    return found;
});
