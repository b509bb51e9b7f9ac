import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject, Manifest } from "../base/object";
import { Part } from "../base/part";

const apiVersion = "rbac.authorization.k8s.io/v1";
const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete"];

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

/** A role that gathers the rules of others by their labels. */
interface PersonRole {
    readonly name: string;
    readonly description: string;
    /** Labels of ClusterRoles, any of which joins. */
    readonly gathers: readonly string[];
    /** What nobody else brings. */
    readonly rules: readonly Rule[];
}

/** Label of the ClusterRoles that belong to one of these roles: charts may join with it too. */
export function aggregationLabel(role: string): string {
    return `rbac.platform/aggregate-to-${role}`;
}

/** Kubernetes' own roles by the labels under which operators add their kinds to them. */
const builtIn = {
    view: "rbac.authorization.k8s.io/aggregate-to-view",
    edit: "rbac.authorization.k8s.io/aggregate-to-edit",
    admin: "rbac.authorization.k8s.io/aggregate-to-admin",
} as const;

function rule(group: string, resources: readonly string[], verbs: readonly string[]): Rule {
    return { apiGroups: [group], resources, verbs };
}

/** Kinds of Ceph and its drivers: changed by whoever cares for storage, made by the program. */
const cephKinds = [
    ...["cephclusters", "cephblockpools", "cephfilesystems", "cephfilesystemsubvolumegroups"],
    ...["cephobjectstores", "cephobjectstoreusers"],
];

const roles: readonly PersonRole[] = [
    {
        name: "platform-admin",
        description: "Runs the platform; everything but what only a cluster-admin may do.",
        gathers: [builtIn.admin, builtIn.edit, builtIn.view],
        rules: [
            rule("", ["nodes"], [...READ, "update", "patch"]),
            rule("", ["namespaces", "resourcequotas", "limitranges", "persistentvolumes"], WRITE),
            rule("", ["nodes/metrics", "nodes/stats", "nodes/log"], READ),
            rule("metrics.k8s.io", ["nodes", "pods"], READ),
            rule("storage.k8s.io", ["storageclasses", "volumeattachments", "csinodes"], WRITE),
            rule("scheduling.k8s.io", ["priorityclasses"], WRITE),
            rule("apiextensions.k8s.io", ["customresourcedefinitions"], READ),
            rule("apiregistration.k8s.io", ["apiservices"], READ),
            rule("certificates.k8s.io", ["certificatesigningrequests"], READ),
            rule(
                "admissionregistration.k8s.io",
                ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
                // Deleting one whose backend is gone is how a blocked cluster is freed.
                [...READ, "delete"],
            ),
            rule("rbac.authorization.k8s.io", ["clusterroles", "clusterrolebindings"], READ),
            rule("policies.kyverno.io", ["validatingpolicies", "policyexceptions"], READ),
            rule("cert-manager.io", ["clusterissuers"], READ),
            rule("ceph.rook.io", cephKinds, READ),
        ],
    },
    {
        name: "app-developer",
        description: "Deploys into the namespaces in which a RoleBinding names it.",
        gathers: [builtIn.edit, builtIn.view],
        rules: [],
    },
    {
        name: "monitoring-reader",
        description: "Sees what runs and how, and no Secret.",
        gathers: [builtIn.view],
        rules: [
            rule("", ["nodes", "namespaces", "persistentvolumes"], READ),
            rule("", ["nodes/metrics", "nodes/stats"], ["get"]),
            rule("metrics.k8s.io", ["nodes", "pods"], READ),
            rule("storage.k8s.io", ["storageclasses"], READ),
            rule("ceph.rook.io", cephKinds, READ),
        ],
    },
    {
        name: "storage-admin",
        description: "Cares for volumes, StorageClasses and Ceph.",
        gathers: [],
        rules: [
            rule("", ["persistentvolumes", "persistentvolumeclaims"], WRITE),
            rule("", ["nodes", "namespaces", "pods", "events"], READ),
            rule("storage.k8s.io", ["storageclasses", "volumeattachments"], WRITE),
            rule("storage.k8s.io", ["csidrivers", "csinodes", "csistoragecapacities"], READ),
            rule(
                "snapshot.storage.k8s.io",
                ["volumesnapshots", "volumesnapshotclasses", "volumesnapshotcontents"],
                WRITE,
            ),
            // Never delete: what holds data goes only through the program.
            rule("ceph.rook.io", cephKinds, [...READ, "update", "patch"]),
            rule("objectbucket.io", ["objectbuckets", "objectbucketclaims"], READ),
        ],
    },
];

/** Names of the roles; groups of people are called like the role that they have. */
export const personRoleNames: readonly string[] = roles.map(({ name }) => name);

/** The gathering role, and the role with its own rules, which joins it. */
function manifests({ name, description, gathers, rules }: PersonRole): Manifest[] {
    const own = aggregationLabel(name);
    const selectors = [own, ...gathers].map((label) => ({ matchLabels: { [label]: "true" } }));
    const gathering: Manifest = {
        apiVersion,
        kind: "ClusterRole",
        metadata: { name, annotations: { "kubernetes.io/description": description } },
        aggregationRule: { clusterRoleSelectors: selectors },
    };
    const joining: Manifest = {
        apiVersion,
        kind: "ClusterRole",
        metadata: { name: `${name}:platform`, labels: { [own]: "true" } },
        rules,
    };
    return rules.length > 0 ? [gathering, joining] : [gathering];
}

/**
 * The four roles for people (SEC-06), without a wildcard. They gather what Kubernetes and the
 * operators label for its own `view`, `edit` and `admin`, so that a new system's kinds join by
 * themselves. Nobody is bound to them here: single sign-on brings the groups.
 */
export class Roles extends Part {
    /** The roles, for whatever binds them. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        foundation: Pick<Foundation, "site">,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("foundation", "Roles", name, foundation, {}, opts);
        this.ready = roles.flatMap(manifests).map((manifest) => this.object(manifest));
    }
}
