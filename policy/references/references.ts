/** Every reference by name of an object, from the walk over it and from what its kind alone has. */
import { isUnknown } from "../machinery/tree";
import { annotations, BY_KIND } from "./by-kind";
import { hostsIn } from "./hosts";
import type { Inventory } from "./inventory";
import type { ObjectOf, Reference } from "./resolve";
import { type Mention, show, walk } from "./shapes";

/** Kinds whose fields look like references but are none, each with the reason. */
const NOT_WALKED: Readonly<Record<string, string>> = {
    "apiextensions.k8s.io/CustomResourceDefinition": "a schema names fields",
    "/Secret": "its values are nobody's business",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy": "patterns for other objects",
    "admissionregistration.k8s.io/MutatingAdmissionPolicy": "patterns for other objects",
    "kyverno.io/ClusterPolicy": "patterns for other objects",
    "kyverno.io/Policy": "patterns for other objects",
    "argoproj.io/Application": "values for a chart that another cluster may render",
    "argoproj.io/ApplicationSet": "templates of applications",
};
const PATTERN_GROUPS = /^(?:policies\.kyverno\.io|(?:templates|constraints)\.gatekeeper\.sh)$/;

const CLUSTER_SCOPED = new Set([
    "cert-manager.io/ClusterIssuer",
    "scheduling.k8s.io/PriorityClass",
    "node.k8s.io/RuntimeClass",
    "storage.k8s.io/StorageClass",
    "networking.k8s.io/IngressClass",
    "gateway.networking.k8s.io/GatewayClass",
]);

/** What a Certificate or a SealedSecret writes is no reference. */
function isWritten(kind: string, { path }: Mention): boolean {
    const place = path.join(".");
    return (
        (kind === "cert-manager.io/Certificate" && place === "spec.secretName") ||
        (kind === "external-secrets.io/ExternalSecret" && place.startsWith("spec.target"))
    );
}

/** The namespace in which cert-manager looks for the Secrets of ClusterIssuers. */
export function clusterResourceNamespace(inventory: Inventory): string {
    const operators = inventory.access.operatorsOf("cert-manager.io", "clusterissuers");
    const [account = ""] = operators;
    return account.split("/")[0] ?? "";
}

function toReference(
    fact: ObjectOf,
    mention: Mention,
    clusterNamespace: string,
): Reference | undefined {
    const { kind } = mention;
    const own =
        fact.object.namespace ??
        (fact.object.kind === "ClusterIssuer" ? clusterNamespace : undefined);
    const named = isUnknown(mention.namespace) ? mention.namespace : (mention.namespace ?? own);
    const namespace = CLUSTER_SCOPED.has(kind) ? "" : named;
    return namespace === undefined || (namespace === "" && !CLUSTER_SCOPED.has(kind))
        ? undefined
        : {
              fact,
              where: show(mention.path),
              kind,
              namespace,
              name: mention.name,
              keys: mention.keys,
              optional: mention.optional,
          };
}

/** A selector for pods of the same namespace, in an affinity or a spread constraint. */
export interface InnerSelector {
    readonly fact: ObjectOf;
    readonly where: string;
    readonly selector: unknown;
}

/** What one object refers to. */
export interface Found {
    readonly references: Reference[];
    readonly selectors: InnerSelector[];
    /** Places that may name something, known only at the update. */
    readonly unknown: readonly string[];
}

/** Fields that name other objects somewhere inside. */
const NAMING = new Set([
    ...["spec", "template", "containers", "initContainers", "env", "envFrom", "volumes"],
    ...["sources", "imagePullSecrets", "rules", "backendRefs", "parentRefs", "issuerRef"],
]);

function innerSelectors(
    fact: ObjectOf,
    name: string,
    value: unknown,
    path: readonly string[],
): InnerSelector[] {
    const inAffinity = name === "labelSelector" && /[aA]ffinity/.test(path.join("."));
    const inSpread =
        name === "labelSelector" && path.join(".").includes("topologySpreadConstraints[");
    return inAffinity || inSpread ? [{ fact, where: show(path), selector: value }] : [];
}

/** Everything that an object names. */
export function findReferences(
    fact: ObjectOf,
    inventory: Inventory,
    clusterNamespace: string,
): Found {
    const { group, kind } = fact.object;
    const id = `${group}/${kind}`;
    const references = [...(BY_KIND[id]?.(fact) ?? []), ...annotations(fact)];
    const selectors: InnerSelector[] = [];
    if (id in NOT_WALKED || PATTERN_GROUPS.test(group)) {
        return { references, selectors, unknown: [] };
    }
    const unknown: string[] = [];
    const isNamespace = (name: string) => inventory.namespaces.get(name)?.declared === true;
    const seen = new Set<string>();
    const visitor = {
        mention: (mention: Mention) => {
            const reference = isWritten(id, mention)
                ? undefined
                : toReference(fact, mention, clusterNamespace);
            if (reference !== undefined) {
                references.push(reference);
            }
        },
        text: (text: string, path: readonly string[]) => {
            for (const host of hostsIn(text, isNamespace)) {
                const key = `${host.namespace}/${host.service}:${host.port ?? ""}`;
                if (!seen.has(key)) {
                    seen.add(key);
                    references.push({
                        fact,
                        where: show(path),
                        kind: "/Service",
                        namespace: host.namespace,
                        name: host.service,
                        port: host.port,
                    });
                }
            }
        },
        field: (name: string, value: unknown, path: readonly string[]) => {
            selectors.push(...innerSelectors(fact, name, value, path));
            if (isUnknown(value) && NAMING.has(name)) {
                unknown.push(show(path));
            }
        },
    };
    for (const [field, value] of Object.entries(fact.inputs)) {
        if (field !== "metadata" && field !== "status" && field !== "kind") {
            visitor.field(field, value, [field]);
            walk(value, [field], visitor);
        }
    }
    return { references, selectors, unknown };
}
