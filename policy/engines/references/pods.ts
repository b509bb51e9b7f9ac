/** The pods of the stack as selectors and network policies see them: one entry for each maker. */
import type { Fact, ObjectOf } from "../../kernel/facts";
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
import type { Labels, OperatedPods, Port } from "./operated";
import { OPERATED_PODS } from "./operated-pods";

export type { Labels, Port };

/** Pods that one object makes. */
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
    readonly operated?: OperatedPods;
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
const HANDLERS = ["httpGet", "tcpSocket", "grpc"];

function protocolOf(port: unknown): Port["protocol"] {
    const protocol = readString(port, "protocol");
    return protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
}

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

function ofOperator(fact: ObjectOf, operated: OperatedPods): LabelledPods {
    return {
        fact,
        key: `${fact.key} ${operated.part}`,
        namespace: fact.object.namespace ?? "",
        labels: operated.labels,
        variants: operated.variants ?? [],
        labelsUnknown: false,
        ports: operated.ports,
        portsUnknown: false,
        hostNetwork: operated.hostNetwork ?? false,
        usesDns: true,
        podSpec: { serviceAccountName: readString(fact.inputs, "spec", "serviceAccountName") },
        usesApi: operated.usesApi ?? false,
        operated,
    };
}

/** The pods that an object makes; none for most objects. */
export function labelledPodsOf(fact: ObjectOf): LabelledPods[] {
    const { group, kind } = fact.object;
    const operated = OPERATED_PODS[`${group}/${kind}`]?.(fact.inputs);
    if (operated !== undefined) {
        return operated.map((part) => ofOperator(fact, part));
    }
    // What an operator makes and the table above does not know has no labels to compare with.
    return fact.workload?.podSpec === undefined ? [] : [ofTemplate(fact, fact.workload)];
}
