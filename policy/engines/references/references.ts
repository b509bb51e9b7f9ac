/** Every reference by name of an object, from the walk over it and from what its kind alone has. */
import type { ObjectOf } from "../../kernel/facts";
import type { Tree } from "../../kernel/tree";
import { ofKind } from "./by-kind";
import { hostsIn } from "./hosts";
import type { Inventory } from "./inventory";
import { CORE_SERVICE, type Reference } from "./resolve";
import { type Mention, show, type Visitor, walk } from "./shapes";

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

/** Fields of which the controller writes what they name. */
const WRITTEN: Readonly<Record<string, string>> = {
    "cert-manager.io/Certificate": "spec.secretName",
    "ceph.rook.io/CephClient": "spec.secretName",
    "external-secrets.io/ExternalSecret": "spec.target",
};

function isWritten(kind: string, { path }: Mention): boolean {
    const written = WRITTEN[kind];
    return written !== undefined && path.join(".").startsWith(written);
}

/** The namespace in which cert-manager looks for the Secrets of ClusterIssuers. */
export function clusterResourceNamespace(inventory: Inventory): string {
    const operators = inventory.access.operatorsOf("cert-manager.io", "clusterissuers");
    const [account = ""] = operators;
    return account.split("/")[0] ?? "";
}

function toReference(fact: ObjectOf, mention: Mention, clusterNamespace: string): Reference {
    const own =
        fact.object.kind === "ClusterIssuer" ? clusterNamespace : (fact.object.namespace ?? "");
    const { path, namespace = own, ...rest } = mention;
    return { fact, where: show(path), namespace, ...rest };
}

/** A selector for pods, in an affinity or a spread constraint. */
export interface InnerSelector {
    readonly fact: ObjectOf;
    readonly where: string;
    /** The term or constraint that it stands in. */
    readonly term: Tree;
}

/** What one object refers to. */
export interface FoundReferences {
    readonly references: Reference[];
    readonly selectors: InnerSelector[];
    /** Places that may name something, known only at the update. */
    readonly unknown: readonly string[];
}

/** Fields that name other objects somewhere inside, in pods and in the resources of operators. */
const NAMING = new Set([
    ...["spec", "jobTemplate", "template", "volumeClaimTemplates", "tls"],
    ...["containers", "initContainers", "env", "envFrom", "valueFrom", "imagePullSecrets"],
    ...["volumes", "projected", "sources", "csi", "persistentVolumeClaim"],
    ...["affinity", "podAffinity", "podAntiAffinity", "podAffinityTerm"],
    ...["requiredDuringSchedulingIgnoredDuringExecution", "topologySpreadConstraints"],
    "preferredDuringSchedulingIgnoredDuringExecution",
    // cert-manager's issuers.
    ...["acme", "solvers", "dns01", "ca"],
    // Databases.
    ...["bootstrap", "initdb", "recovery", "backup", "barmanObjectStore", "s3Credentials"],
    ...["walStorage", "certificates", "managed", "kubernetesConfig"],
]);
/** The same for what stands in them, whatever it is called. */
const NAMING_INSIDE = new Set(["dns01", "s3Credentials"]);

/** Whether something with a topology key selects pods: a term of a pod affinity, or a constraint. */
function selectsPods(tree: Tree, path: readonly string[]): boolean {
    return "topologyKey" in tree && /[aA]ffinity|topologySpreadConstraints/.test(path.join("."));
}

/** Everything that an object names. */
export function findReferences(
    fact: ObjectOf,
    inventory: Inventory,
    clusterNamespace: string,
): FoundReferences {
    const { group, kind } = fact.object;
    const id = `${group}/${kind}`;
    const references = ofKind(fact);
    const selectors: InnerSelector[] = [];
    const unknown: string[] = [];
    if (id in NOT_WALKED || PATTERN_GROUPS.test(group)) {
        return { references, selectors, unknown };
    }
    const isNamespace = (name: string) => inventory.namespaces.get(name)?.declared === true;
    const seen = new Set<string>();
    const visitor: Visitor = {
        mention: (mention) => {
            if (!isWritten(id, mention)) {
                references.push(toReference(fact, mention, clusterNamespace));
            }
        },
        text: (text, path) => {
            for (const { namespace, service: name, port } of hostsIn(text, isNamespace)) {
                const key = `${namespace}/${name}:${port ?? ""}`;
                if (!seen.has(key)) {
                    seen.add(key);
                    references.push({
                        fact,
                        where: show(path),
                        kind: CORE_SERVICE,
                        ...{ namespace, name, port },
                    });
                }
            }
        },
        tree: (term, path) => {
            if (selectsPods(term, path)) {
                selectors.push({ fact, where: show(path), term });
            }
        },
        unknown: (field, path) => {
            // A `storage` elsewhere is an amount.
            const isNaming = NAMING.has(field) || NAMING_INSIDE.has(path.at(-2) ?? "");
            if (isNaming || path.join(".") === "spec.storage") {
                unknown.push(show(path));
            }
        },
    };
    for (const [field, value] of Object.entries(fact.inputs)) {
        if (field !== "metadata" && field !== "status" && field !== "kind") {
            walk({ [field]: value }, [], visitor);
        }
    }
    return { references, selectors, unknown };
}
