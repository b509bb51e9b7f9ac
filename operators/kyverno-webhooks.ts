/**
 * The webhooks that Kyverno writes at run time, from its policies and its ConfigMap (kyverno
 * v1.19.0: buildWebhookRules in pkg/controllers/webhook/validating.go; of the older kinds
 * buildResourceValidatingWebhookRules in controller.go). Pure: trees in, trees out.
 */
type Tree = Readonly<Record<string, unknown>>;

/** The Service that answers them (`KYVERNO_SVC`, which the chart sets to this). */
export const kyvernoService = "kyverno-svc";

/** Kinds of policies of which Kyverno makes webhooks that may fail closed, by group. */
export const kyvernoPolicyKinds: Readonly<Record<string, readonly string[]>> = {
    // That of a GeneratingPolicy always fails open (GetFailurePolicy in kyverno/api).
    "policies.kyverno.io": [
        "ValidatingPolicy",
        "NamespacedValidatingPolicy",
        "ImageValidatingPolicy",
        "NamespacedImageValidatingPolicy",
        "MutatingPolicy",
        "NamespacedMutatingPolicy",
    ],
    "kyverno.io": ["ClusterPolicy", "Policy"],
};

function tree(value: unknown): Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Tree)
        : {};
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

/** Both selectors at once, as Kyverno merges them; one that is absent selects everything. */
function merged(...selectors: readonly unknown[]): Tree {
    const found = selectors.map(tree);
    return {
        matchLabels: Object.assign(
            {},
            ...found.map(({ matchLabels }) => tree(matchLabels)),
        ) as Tree,
        matchExpressions: found.flatMap(({ matchExpressions }) => list(matchExpressions)),
    };
}

/** `Pod`, `v1/Pod`, `apps/v1/Deployment`, `Pod/binding` or `*` as the resource of a rule. */
function toResource(kind: string): string {
    const parts = kind.split("/");
    const at = parts.findIndex((part) => /^[A-Z]/.test(part));
    const name = (parts[at] ?? "*").toLowerCase();
    const resource = name === "*" || name.endsWith("s") ? name : `${name}s`;
    const subresource = at === -1 ? undefined : parts[at + 1];
    return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** Kinds that the rules of an older policy match. */
function matchedKinds(rule: unknown): string[] {
    const match = tree(tree(rule).match);
    const filters = [match, ...list(match.any), ...list(match.all)];
    return filters.flatMap((filter) => list(tree(tree(filter).resources).kinds)).map(String);
}

/** Of the older kinds only Kyverno's ConfigMap says where they are asked. */
function ofRules(spec: Tree): Tree {
    return {
        failurePolicy: tree(spec.webhookConfiguration).failurePolicy ?? spec.failurePolicy,
        matchConditions: tree(spec.webhookConfiguration).matchConditions,
        rules: list(spec.rules).map((rule) => ({
            apiGroups: ["*"],
            apiVersions: ["*"],
            operations: ["*"],
            resources: matchedKinds(rule).map(toResource),
        })),
    };
}

function ofConstraints(spec: Tree): Tree {
    const constraints = tree(spec.matchConstraints);
    return {
        failurePolicy: spec.failurePolicy,
        matchConditions: spec.matchConditions,
        rules: constraints.resourceRules,
        namespaceSelector: constraints.namespaceSelector,
        objectSelector: constraints.objectSelector,
    };
}

/** A policy as an object: its kind, its name, its namespace if it has one, its spec. */
export interface KyvernoPolicy {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly spec: Tree;
}

/**
 * The webhook that a policy gets; undefined when it is not asked at admission.
 *
 * @param configured selectors of every webhook, `webhooks` of the ConfigMap
 * @param home namespace of Kyverno
 */
export function policyWebhook(
    { kind, name, namespace, spec }: KyvernoPolicy,
    configured: Tree,
    home: string,
): Tree | undefined {
    if (spec.admission === false || tree(tree(spec.evaluation).admission).enabled === false) {
        return undefined;
    }
    const asked =
        kind === "ClusterPolicy" || kind === "Policy" ? ofRules(spec) : ofConstraints(spec);
    const own =
        namespace === undefined
            ? asked.namespaceSelector
            : { matchLabels: { "kubernetes.io/metadata.name": namespace } };
    return {
        ...asked,
        name,
        clientConfig: { service: { name: kyvernoService, namespace: home } },
        namespaceSelector: merged(own, configured.namespaceSelector),
        objectSelector: merged(asked.objectSelector, configured.objectSelector),
    };
}
