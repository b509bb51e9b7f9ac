/** The flows of a recorded stack: the rules of its NetworkPolicies by their names. */
import { flowNamesOf } from "../../components/base/flow-names";
import type { RecordedStack } from "../fixtures/stack";

type Labels = Readonly<Record<string, string>>;

/** The other end of a flow as its rule names it. */
export interface FlowPeer {
    readonly namespaceSelector?: { readonly matchLabels?: Labels };
    readonly podSelector?: { readonly matchLabels?: Labels };
    readonly ipBlock?: { readonly cidr: string };
}

/** One declared flow. */
export interface DeclaredFlow {
    readonly namespace: string;
    readonly name: string;
    readonly direction: "in" | "out";
    /** Own pods; without labels all of the namespace. */
    readonly pods: Labels;
    readonly peers: readonly FlowPeer[];
    readonly ports: readonly unknown[];
}

interface Rule {
    readonly from?: readonly FlowPeer[];
    readonly to?: readonly FlowPeer[];
    readonly ports?: readonly unknown[];
}

interface PolicySpec {
    readonly podSelector: { readonly matchLabels?: Labels };
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
}

/** Every flow that components declared. */
export function declaredFlows(recorded: RecordedStack): DeclaredFlow[] {
    return recorded.ofKind("NetworkPolicy").flatMap((policy) => {
        const { namespace = "" } = policy.metadata;
        const { podSelector, ingress = [], egress = [] } = policy.spec as PolicySpec;
        const direction = ingress.length > 0 ? ("in" as const) : ("out" as const);
        const rules = [...ingress, ...egress];
        return flowNamesOf(policy).map((name, index) => {
            const { from = [], to = [], ports = [] } = rules[index] ?? {};
            const pods = podSelector.matchLabels ?? {};
            return { namespace, name, direction, pods, peers: [...from, ...to], ports };
        });
    });
}

/** `<namespace> <name> <in|out>` of each flow, in order. */
export function flowTexts(flows: readonly DeclaredFlow[]): string[] {
    return flows
        .map(({ namespace, name, direction }) => `${namespace} ${name} ${direction}`)
        .sort();
}
