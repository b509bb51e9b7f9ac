/**
 * Admission webhooks: which requests they are asked about, with the API's own defaults for what is
 * absent (kubernetes v1.36: pkg/apis/admissionregistration/v1/defaults.go). Default `matchPolicy` is
 * Equivalent, which adds nothing here: none of the vital resources is served in two versions.
 */
import { kyvernoPolicyKinds, policyWebhook } from "../../../operators/kyverno-webhooks";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, not, type Ternary } from "../../kernel/ternary";
import {
    holdsUnknown,
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { NAME_LABEL } from "../../kubernetes/namespaces";
import { selects } from "../../kubernetes/selectors";
import { podsBehind, serviceNamed } from "../reachability/backends";
import { hostsIn } from "../references/hosts";
import type { Labels, LabelledPods } from "../references/pods";
import { stackViewOf } from "../references/stack-view";
import { meets } from "./expressions";
import { configuredWebhooks, kyvernoConfigs } from "./kyverno-settings";
import { type ApiRequest, toContext } from "./requests";

/** A webhook of a configuration. */
export interface Webhook {
    readonly fact: ObjectOf;
    readonly name: string;
    readonly tree: Tree;
    /** Requests are refused while it does not answer. */
    readonly failsClosed: Ternary;
    /** Where in the cluster it answers, if it does. */
    readonly backend?: { readonly namespace: string; readonly name: string };
    /** What decides whether it is asked is known only at the update. */
    readonly isUnknown: boolean;
}

/** Pods and what makes them, as selectors of objects see them. */
export interface Guarded {
    readonly namespace: string;
    readonly pods: readonly Labels[];
    readonly workloads: readonly Labels[];
    /** Nobody can say what labels they carry. */
    readonly labelsUnknown: boolean;
}

const DECIDING = ["rules", "namespaceSelector", "objectSelector", "matchConditions"];

function failsClosed({ object }: ObjectOf, tree: Tree): Ternary {
    const policy = read(tree, ["failurePolicy"]);
    if (policy.state === "unknown") {
        return "unknown";
    }
    // The default of v1beta1 was Ignore; that of Kyverno's policies is Fail in every version.
    return policy.state === "known"
        ? policy.value !== "Ignore"
        : object.apiVersion !== "admissionregistration.k8s.io/v1beta1";
}

function backendOf(facts: Facts, tree: Tree): Webhook["backend"] {
    const name = readString(tree, "clientConfig", "service", "name");
    const namespace = readString(tree, "clientConfig", "service", "namespace");
    if (name !== undefined && namespace !== undefined) {
        return { name, namespace };
    }
    const { namespaces } = stackViewOf(facts).inventory;
    const url = readString(tree, "clientConfig", "url") ?? "";
    const [host] = hostsIn(url, (other) => namespaces.has(other));
    return host && { name: host.service, namespace: host.namespace };
}

/** The webhooks of a configuration, or unknown. */
export function webhooksOf(facts: Facts, fact: ObjectOf): readonly Webhook[] | "unknown" {
    const list = readList(fact.inputs, "webhooks");
    if (read(fact.inputs, ["webhooks"]).state === "unknown" || list.some(isUnknown)) {
        return "unknown";
    }
    return list.filter(isTree).map((tree) => toWebhook(facts, fact, tree));
}

function toWebhook(facts: Facts, fact: ObjectOf, tree: Tree): Webhook {
    return {
        fact,
        name: readString(tree, "name") ?? "?",
        tree,
        failsClosed: failsClosed(fact, tree),
        backend: backendOf(facts, tree),
        isUnknown: DECIDING.some((field) => holdsUnknown(tree[field])),
    };
}

/** Policies of Kyverno with the webhook that it makes of each; none where Kyverno is not in the stack. */
export function kyvernoWebhooks(
    facts: Facts,
): { readonly fact: ObjectOf; readonly webhooks: readonly Webhook[] | "unknown" }[] {
    const [config] = kyvernoConfigs(facts);
    if (config === undefined) {
        return [];
    }
    const configured = configuredWebhooks(config);
    const policies = Object.entries(kyvernoPolicyKinds).flatMap(([group, kinds]) =>
        kinds.flatMap((kind) => facts.objects(group, kind)),
    );
    return policies.map((fact) => {
        const { kind, name, namespace } = fact.object;
        const spec = readTree(fact.inputs, "spec");
        if (
            configured === "unknown" ||
            read(fact.inputs, ["spec"]).state === "unknown" ||
            [spec.matchConstraints, spec.rules, spec.evaluation].some(holdsUnknown)
        ) {
            return { fact, webhooks: spec.failurePolicy === "Ignore" ? [] : "unknown" };
        }
        const tree = policyWebhook(
            { kind, name, namespace, spec },
            configured,
            config.object.namespace ?? "kyverno",
        );
        return { fact, webhooks: tree === undefined ? [] : [toWebhook(facts, fact, tree)] };
    });
}

function labelsOf(pods: LabelledPods): Labels[] {
    return pods.variants.length === 0
        ? [pods.labels]
        : pods.variants.map((more) => ({ ...pods.labels, ...more }));
}

function toGuarded(namespace: string, pods: readonly LabelledPods[]): Guarded {
    return {
        namespace,
        pods: pods.flatMap(labelsOf),
        workloads: pods.flatMap(({ fact }): Labels[] =>
            fact?.object === undefined ? [] : [fact.object.labels],
        ),
        labelsUnknown: pods.some(({ labelsUnknown }) => labelsUnknown),
    };
}

/** The pods that answer for a webhook; of a Service that is not in the stack nobody knows them. */
export function guardedBackend(facts: Facts, backend: NonNullable<Webhook["backend"]>): Guarded {
    const view = stackViewOf(facts);
    const service = serviceNamed(view, backend);
    const pods = service === undefined ? [] : podsBehind(view, service);
    const guarded = toGuarded(backend.namespace, pods);
    return pods.length > 0 ? guarded : { ...guarded, labelsUnknown: true };
}

/** The pods of a namespace. */
export function guardedNamespace(facts: Facts, namespace: string): Guarded {
    return toGuarded(namespace, stackViewOf(facts).inventory.pods.get(namespace) ?? []);
}

function includes(list: readonly unknown[], ...wanted: string[]): boolean {
    return wanted.some((value) => list.includes(value));
}

function isResource(pattern: unknown, { resource, subresource }: ApiRequest): boolean {
    const [wanted, sub] = String(pattern).split("/");
    return (
        (wanted === "*" || wanted === resource) &&
        // `*` alone is no subresource, `*/*` is everything.
        (sub === "*" ? subresource !== undefined || wanted === "*" : sub === subresource)
    );
}

/** Operations of a request about which a webhook's rules ask. */
function operationsAsked({ tree }: Webhook, request: ApiRequest): string[] {
    const scope = request.isClusterWide === true ? "Cluster" : "Namespaced";
    const rules = readList(tree, "rules").filter(
        (rule) =>
            includes(readList(rule, "apiGroups"), request.group, "*") &&
            includes(readList(rule, "apiVersions"), request.version, "*") &&
            readList(rule, "resources").some((pattern) => isResource(pattern, request)) &&
            ["*", scope].includes(readString(rule, "scope") ?? "*"),
    );
    return request.operations.filter((operation) =>
        rules.some((rule) => includes(readList(rule, "operations"), operation, "*")),
    );
}

/** Whether a selector that is absent by default selects one of the sets of labels. */
function chooses(tree: Tree, field: string, sets: readonly Labels[]): Ternary {
    const selector = read(tree, [field]);
    return selector.state === "absent" || anyOf(sets.map((labels) => selects(selector, labels)));
}

function choosesObject(tree: Tree, { labels }: ApiRequest, guarded: Guarded): Ternary {
    const { pods, workloads, labelsUnknown } = guarded;
    const sets = labels === undefined ? [{}] : labels === "pod" ? pods : workloads;
    const chosen = chooses(tree, "objectSelector", sets.length === 0 ? [{}] : sets);
    return chosen === false && labels !== undefined && labelsUnknown
        ? anyOf([chooses(tree, "objectSelector", [{}]), "unknown"])
        : chosen;
}

/** The first operation of a request about guarded pods that a webhook is asked about. */
export function asks(
    facts: Facts,
    webhook: Webhook,
    request: ApiRequest,
    guarded: Guarded,
): { readonly operation: string; readonly answer: Ternary } | undefined {
    const { tree } = webhook;
    const { namespaces } = stackViewOf(facts).inventory;
    const namespace = request.isClusterWide === true ? undefined : guarded.namespace;
    const inNamespace =
        namespace === undefined ||
        chooses(tree, "namespaceSelector", [
            { ...namespaces.get(namespace)?.labels, [NAME_LABEL]: namespace },
        ]);
    const labels = guarded.pods[0] ?? {};
    const found = operationsAsked(webhook, request).map((operation) => ({
        operation,
        answer: allOf([
            inNamespace,
            choosesObject(tree, request, guarded),
            ...readList(tree, "matchConditions").map((condition) =>
                meets(
                    readString(condition, "expression") ?? "",
                    toContext(request, operation, namespace, labels),
                ),
            ),
        ]),
    }));
    return (
        found.find(({ answer }) => answer === true) ??
        found.find(({ answer }) => not(answer) !== true)
    );
}
