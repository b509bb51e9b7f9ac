/**
 * Selectors of Cilium's policies. They see more than the labels of a pod: its namespace with that
 * one's labels, its cluster and ServiceAccount, and what Cilium reserves for ends that are no pods.
 * Keys carry the source of a label before a colon; without one it is any source.
 *
 * cilium v1.20: `pkg/k8s/apis/cilium.io/utils/utils.go`, `pkg/policy/api/selector.go`.
 */
import { isMet, type Requirement, requirementsOf } from "../../kubernetes/selectors";
import type { Reading } from "../../kernel/tree";
import { accountOf } from "./made-by-pods";
import type { Labels, LabelledPods } from "./pods";
import type { StackView } from "./stack-view";
import { asSelector, type Selection } from "./selecting";

const NAMESPACE = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";
const CLUSTER = "io.cilium.k8s.policy.cluster";
const ACCOUNT = "io.cilium.k8s.policy.serviceaccount";
const RESERVED = "reserved:";

/** A selector of Cilium, split by what its conditions are about. */
export interface EndpointSelector {
    /** The only namespace that can meet it, if there is only one. */
    readonly only?: string;
    readonly inNamespace: (name: string, labels: Labels) => boolean;
    /** Its conditions on namespaces, as a label selector of Kubernetes. */
    readonly namespaces: Reading;
    readonly isAccount: (name: string) => boolean;
    /** Conditions on the labels of pods. */
    readonly pods: Reading;
    /** It names labels that Cilium reserves for ends that are no pods. */
    readonly namesReserved: boolean;
    /** Whether it selects an end that is no pod, by the labels that Cilium reserves for it. */
    readonly isReserved: (labels: readonly string[]) => boolean;
}

/** What Cilium adds to the labels of pods in a namespace. */
function labelsIn(name: string, labels: Labels, clusterName: string): Labels {
    const prefixed = Object.entries(labels).map(([key, value]) => [NAMESPACE_LABELS + key, value]);
    return {
        ...(Object.fromEntries(prefixed) as Labels),
        [NAMESPACE]: name,
        [CLUSTER]: clusterName,
    };
}

/** The same selector for pods, whose labels all have the source `k8s`. */
function bare(key: string): string {
    return key.replace(/^(?:k8s|any):/, "");
}

function isAboutNamespace({ key }: Requirement): boolean {
    return key === NAMESPACE || key === CLUSTER || key.startsWith(NAMESPACE_LABELS);
}

/** The label of a namespace that a condition is about. */
function plain(key: string): string {
    return key === NAMESPACE ? "kubernetes.io/metadata.name" : key.replace(NAMESPACE_LABELS, "");
}

/** As a label selector, with exact labels where an index can find them. */
function toSelector(requirements: readonly Requirement[]): Reading {
    const matchLabels: Record<string, string> = {};
    const matchExpressions: Requirement[] = [];
    for (const item of requirements) {
        const { key, operator, values } = item;
        const [value = ""] = values;
        if (operator === "In" && values.length === 1 && !(key in matchLabels)) {
            matchLabels[key] = value;
        } else {
            matchExpressions.push(item);
        }
    }
    return asSelector({ matchLabels, matchExpressions });
}

function onlyNamespace(requirements: readonly Requirement[]): string | undefined {
    const exact = requirements.find(
        ({ key, operator, values }) =>
            key === NAMESPACE && operator === "In" && values.length === 1,
    );
    return exact?.values[0];
}

function toEndpointSelector(
    raw: readonly Requirement[],
    clusterName: string,
    isPeer: boolean,
): EndpointSelector {
    const requirements = raw.map((item) => ({ ...item, key: bare(item.key) }));
    const ofNamespace = requirements.filter(isAboutNamespace);
    const ofAccount = requirements.filter(({ key }) => key === ACCOUNT);
    const rest = requirements.filter((item) => !isAboutNamespace(item) && item.key !== ACCOUNT);
    const namesReserved = raw.some(({ key }) => key.startsWith(RESERVED));
    return {
        only: onlyNamespace(ofNamespace),
        namesReserved,
        namespaces: toSelector(ofNamespace.map((item) => ({ ...item, key: plain(item.key) }))),
        inNamespace: (name, labels) => {
            const found = labelsIn(name, labels, clusterName);
            return ofNamespace.every((item) => isMet(item, found));
        },
        isAccount: (name) => ofAccount.every((item) => isMet(item, { [ACCOUNT]: name })),
        pods: toSelector(rest),
        isReserved: (labels) => {
            const found = Object.fromEntries(labels.map((label) => [RESERVED + label, ""]));
            const sourced = raw.map((item) =>
                /^(?:any:)?[^:]*$/.test(item.key)
                    ? { ...item, key: RESERVED + item.key.replace(/^any:/, "") }
                    : item,
            );
            return isPeer && namesReserved && sourced.every((item) => isMet(item, found));
        },
    };
}

/** The pods that a policy governs; one of a namespace never governs those of another. */
export function subject(
    selector: unknown,
    own: string | undefined,
    clusterName: string,
): EndpointSelector {
    const requirements = requirementsOf(selector);
    const inOwn = { key: NAMESPACE, operator: "In", values: [own ?? ""] };
    const kept = requirements.filter(
        ({ key, operator }) => key !== `k8s:${NAMESPACE}` || operator !== "In",
    );
    return toEndpointSelector(
        own === undefined ? requirements : [...kept, inOwn],
        clusterName,
        false,
    );
}

/** The other end of a rule: in the policy's own namespace, unless the selector names one. */
export function endpoint(
    selector: unknown,
    own: string | undefined,
    clusterName: string,
): EndpointSelector {
    const requirements = requirementsOf(selector);
    const namesOne = requirements.some(
        ({ key }) =>
            key.startsWith(RESERVED) ||
            bare(key) === NAMESPACE ||
            bare(key).startsWith(NAMESPACE_LABELS),
    );
    const inOwn = { key: NAMESPACE, operator: "In", values: [own ?? ""] };
    return toEndpointSelector(
        own === undefined || namesOne ? requirements : [...requirements, inOwn],
        clusterName,
        true,
    );
}

/** The pods of the stack that a selector selects, and those of which nobody can say. */
export function selectEndpoints(
    { only, inNamespace, isAccount, pods }: EndpointSelector,
    { selector, inventory: { namespaces } }: StackView,
): Selection {
    const names = only === undefined ? [...namespaces.keys()] : [only];
    const selections = names
        .filter((name) => inNamespace(name, namespaces.get(name)?.labels ?? {}))
        .map((name) => selector.pods(name, pods));
    const ofAccount = (item: LabelledPods) => isAccount(accountOf(item).split("/")[1] ?? "");
    return {
        pods: selections.flatMap((selection) => selection.pods).filter(ofAccount),
        maybe: selections.flatMap((selection) => selection.maybe).filter(ofAccount),
    };
}
