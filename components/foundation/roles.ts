/**
 * The four roles for people (SEC-06), without a wildcard. They gather what Kubernetes and the
 * operators label for Kubernetes' own `view`, `edit` and `admin`, so that a new system's kinds join by
 * themselves. Pure.
 */
import type { Manifest } from "../base/object";

const apiVersion = "rbac.authorization.k8s.io/v1";
const READ = ["get", "list", "watch"];
const CHANGE = ["update", "patch"];
const WRITE = [...READ, "create", ...CHANGE, "delete"];

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

/** Names of the roles; groups of people are called like the role that they have. */
export const personRoleNames = [
    "platform-admin",
    "app-developer",
    "monitoring-reader",
    "storage-admin",
] as const;

/** Name of a role. */
export type PersonRoleName = (typeof personRoleNames)[number];

/** Which ClusterRoles join, by their labels. */
interface Selector {
    readonly matchLabels: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { readonly key: string; readonly operator: string }[];
}

/** A role that gathers the rules of others by their labels. */
interface PersonRole {
    readonly name: PersonRoleName;
    readonly description: string;
    /** ClusterRoles, any of which joins. */
    readonly gathers: readonly Selector[];
    /** What nobody else brings. */
    readonly rules: readonly Rule[];
    /** Where its group has it: in the whole cluster, or in each namespace of an application. */
    readonly within: "cluster" | "applications";
}

/** Label of the ClusterRoles that belong to one of these roles: charts may join with it too. */
export function aggregationLabel(role: string): string {
    return `rbac.platform/aggregate-to-${role}`;
}

const labelled = (label: string): Selector => ({ matchLabels: { [label]: "true" } });

/** What Kubernetes and operators label for Kubernetes' own roles. */
const builtIn = {
    view: labelled("rbac.authorization.k8s.io/aggregate-to-view"),
    edit: labelled("rbac.authorization.k8s.io/aggregate-to-edit"),
    admin: labelled("rbac.authorization.k8s.io/aggregate-to-admin"),
} as const;

/**
 * What operators label for `edit`, without what Kubernetes does: that reads Secrets, enters pods and
 * acts as service accounts. All roles that the API server makes itself have the second label.
 */
const editOfOperators: Selector = {
    ...builtIn.edit,
    matchExpressions: [{ key: "kubernetes.io/bootstrapping", operator: "DoesNotExist" }],
};

function rule(group: string, resources: readonly string[], verbs: readonly string[]): Rule {
    return { apiGroups: [group], resources, verbs };
}

/** Kinds of Ceph and its drivers: changed by whoever cares for storage, made by the program. */
const cephKinds = [
    ...["cephclusters", "cephblockpools", "cephfilesystems", "cephfilesystemsubvolumegroups"],
    ...["cephobjectstores", "cephobjectstoreusers"],
];
const databaseKinds = ["clusters", "databases", "scheduledbackups", "poolers"];
const queueKinds = ["redis", "redisclusters", "redisreplications", "redissentinels"];
const routeKinds = ["gateways", "httproutes", "grpcroutes", "tlsroutes", "referencegrants"];
const trafficKinds = ["securitypolicies", "backendtrafficpolicies", "clienttrafficpolicies"];
const monitorKinds = ["servicemonitors", "podmonitors", "probes", "prometheusrules"];

/** Kinds of the platform whose operators label no role of theirs: seen by all but storage-admin. */
const seen: readonly Rule[] = [
    rule("postgresql.cnpg.io", [...databaseKinds, "backups"], READ),
    rule("redis.redis.opstreelabs.in", queueKinds, READ),
    rule("gateway.networking.k8s.io", routeKinds, READ),
    rule("gateway.envoyproxy.io", trafficKinds, READ),
    rule("monitoring.coreos.com", monitorKinds, READ),
    rule("cilium.io", ["ciliumnetworkpolicies"], READ),
    // What is in one can be opened by nobody but its controller.
    rule("bitnami.com", ["sealedsecrets"], READ),
];

/** The roles. */
export const personRoles: readonly PersonRole[] = [
    {
        name: "platform-admin",
        description: "Runs the platform; everything but what only a cluster-admin may do.",
        gathers: [builtIn.admin, builtIn.edit, builtIn.view],
        rules: [
            rule("", ["nodes"], [...READ, ...CHANGE]),
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
            ...seen,
            rule("postgresql.cnpg.io", databaseKinds, CHANGE),
            rule("postgresql.cnpg.io", ["backups"], ["create", "delete"]),
            rule("monitoring.coreos.com", monitorKinds, WRITE),
            rule("bitnami.com", ["sealedsecrets"], WRITE),
        ],
        within: "cluster",
    },
    {
        name: "app-developer",
        description: "Deploys into namespaces of applications; reads no Secret, enters no pod.",
        gathers: [editOfOperators, builtIn.view],
        rules: [
            ...seen,
            rule("apps", ["deployments", "statefulsets", "daemonsets"], WRITE),
            rule("apps", ["deployments/scale", "statefulsets/scale"], CHANGE),
            rule("batch", ["jobs", "cronjobs"], WRITE),
            rule("autoscaling", ["horizontalpodautoscalers"], WRITE),
            rule("policy", ["poddisruptionbudgets"], WRITE),
            rule("", ["configmaps", "services", "persistentvolumeclaims"], WRITE),
            rule("", ["serviceaccounts"], WRITE),
            // A pod that hangs goes, and what made it makes another.
            rule("", ["pods"], ["delete"]),
            rule("", ["pods/eviction"], ["create"]),
            // The way for Secrets into the cluster, through a repository too.
            rule("bitnami.com", ["sealedsecrets"], WRITE),
            rule("monitoring.coreos.com", monitorKinds, WRITE),
            // One more before a risky change; the database itself is the program's.
            rule("postgresql.cnpg.io", ["backups"], ["create"]),
        ],
        within: "applications",
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
            ...seen,
        ],
        within: "cluster",
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
            rule("ceph.rook.io", cephKinds, [...READ, ...CHANGE]),
            rule("objectbucket.io", ["objectbuckets", "objectbucketclaims"], READ),
        ],
        within: "cluster",
    },
];

/** The gathering role, and the role with its own rules, which joins it. */
export function roleManifests({ name, description, gathers, rules }: PersonRole): Manifest[] {
    const own = aggregationLabel(name);
    return [
        {
            apiVersion,
            kind: "ClusterRole",
            metadata: { name, annotations: { "kubernetes.io/description": description } },
            aggregationRule: { clusterRoleSelectors: [labelled(own), ...gathers] },
        },
        {
            apiVersion,
            kind: "ClusterRole",
            metadata: { name: `${name}:platform`, labels: { [own]: "true" } },
            rules,
        },
    ];
}
