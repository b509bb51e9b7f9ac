/** Mutations of single flows: the rules of NetworkPolicies, of which one holds several. */
import { FLOWS_ANNOTATION, flowNamesOf } from "../../components/base/flow-names";
import type { Inputs, StackResource } from "../../preview/recorded-stack";
import { at, change, isKind, list, type Mutation } from "../define";

const SIDES = ["ingress", "egress"] as const;

/** A rule of a policy. */
interface Place {
    readonly side: (typeof SIDES)[number];
    readonly index: number;
}

/** A flow where it stands. */
interface StandingFlow extends Place {
    readonly policy: StackResource;
    /** Undefined for a policy of a chart. */
    readonly name: string | undefined;
}

function flowsOf(stack: readonly StackResource[]): StandingFlow[] {
    return stack
        .filter((resource) => isKind(resource, "networking.k8s.io/NetworkPolicy"))
        .flatMap((policy) => {
            const names = flowNamesOf(policy.inputs);
            return SIDES.flatMap((side) =>
                list(policy.inputs, "spec", side).map((_, index) => ({
                    ...{ policy, side, index },
                    name: names[index],
                })),
            );
        });
}

/** The sides on which flows of a name stand, in alphabetical order. */
function sidesOf(name: string, all: readonly StandingFlow[]): string {
    return all
        .filter((flow) => flow.name === name)
        .map(({ side }) => side)
        .sort()
        .join();
}

type Edit = (inputs: Inputs, place: Place) => void;

/** A mutant for each flow of the stack that is wanted. */
function eachFlow(
    headline: Parameters<typeof change>[0],
    wanted: (flow: StandingFlow, all: readonly StandingFlow[]) => boolean,
    edit: Edit,
): Mutation {
    const [id, expected, text] = headline;
    return {
        id,
        expected,
        change: text,
        mutants: (stack) => {
            const all = flowsOf(stack);
            return all
                .filter((flow) => wanted(flow, all))
                .flatMap((flow) =>
                    change(
                        headline,
                        () => true,
                        (inputs) => {
                            edit(inputs, flow);
                        },
                    ).mutants([flow.policy]),
                );
        },
    };
}

/** Lets others through instead of those whom the rule names. */
function open(peers: readonly Inputs[]): Edit {
    return (inputs, { side, index }) => {
        at(inputs, "spec", side, index)[side === "ingress" ? "from" : "to"] = peers;
    };
}

const removeFlow: Edit = (inputs, { side, index }) => {
    const names = flowNamesOf(inputs).filter((_, place) => place !== index);
    at(inputs, "metadata", "annotations")[FLOWS_ANNOTATION] = names.join(",");
    at(inputs, "spec")[side] = list(inputs, "spec", side).filter((_, place) => place !== index);
};

/** What collects metrics is no part of the stack yet, so nobody can say that it needs a flow. */
const isCollected = (name: string) => name.endsWith("-metrics");

/** SEC-01. */
export const flowMutations: readonly Mutation[] = [
    eachFlow(
        ["open-flow", "SEC-01", "opens a flow to the whole internet"],
        () => true,
        open([{ ipBlock: { cidr: "0.0.0.0/0" } }]),
    ),
    eachFlow(["flow-without-peers", "SEC-01", "opens a flow to everybody"], () => true, open([])),
    eachFlow(
        ["whole-cluster", "SEC-01", "opens a flow to every pod"],
        () => true,
        open([{ namespaceSelector: {}, podSelector: {} }]),
    ),
    eachFlow(
        ["two-halves", "SEC-01", "opens a flow to the world in halves"],
        () => true,
        open(["0.0.0.0/1", "128.0.0.0/1"].map((cidr) => ({ ipBlock: { cidr } }))),
    ),
    eachFlow(
        ["useless-except", "SEC-01", "excepts an address from everybody"],
        () => true,
        open([{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }]),
    ),
    eachFlow(
        ["no-webhook-flow", "SEC-01", "removes the flow that a webhook needs"],
        ({ name, policy }) =>
            (name === "webhook" || name === "webhooks") &&
            // It registers its webhooks while it runs, so nothing in the stack needs the flow.
            at(policy.inputs, "metadata").namespace !== "kyverno",
        removeFlow,
    ),
    eachFlow(
        ["one-sided-connection", "SEC-01", "removes one end of a connection"],
        ({ name }, all) =>
            name !== undefined &&
            !isCollected(name) &&
            // Two that go out by the same name are no ends of one connection.
            sidesOf(name, all) === "egress,ingress",
        removeFlow,
    ),
];
