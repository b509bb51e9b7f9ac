/** Who may do everything, and what anybody may open. Changed only on purpose. */

/** Bindings of the role cluster-admin, as `Kind/namespace/name` (SEC-06). */
export const clusterAdministrators: Readonly<Record<string, string>> = {
    "ClusterRoleBinding/velero-server":
        "it reads every kind of object, those of tomorrow too, and writes them back as they were, roles among them, which only who has their rights may do",
};

/** Routes that anybody may open without signing in, as `Kind/namespace/name` (SEC-10). */
export const publicRoutes = {
    "HTTPRoute/audiobookshelf/audiobookshelf":
        "its programs on telephones can pass no page of the gateway: it signs people on itself, at the login, and answers nobody else",
    "HTTPRoute/authelia/authelia":
        "it is the login: nobody has signed on before, and it shuts out who guesses passwords",
    "HTTPRoute/edge-intake/edge-metrics":
        "agents of edge sites bring metrics and cannot sign on: the gateway lets in none that does not show the password of its site",
    "HTTPRoute/edge-intake/edge-logs":
        "agents of edge sites bring logs and cannot sign on: the gateway lets in none that does not show the password of its site",
    "HTTPRoute/keycloak/keycloak-realm":
        "whoever signs on to a system of the realm has not signed on before; Keycloak sends people to the login and lets in nobody whom that does not name",
    "HTTPRoute/matrix/matrix":
        "programs of people, which can pass no page of the gateway: each request shows a token that the login stands behind, or is answered with how to get one",
    "HTTPRoute/matrix/matrix-login":
        "programs ask here how people sign on, before anybody has; it sends them to the login",
    "HTTPRoute/matrix/matrix-well-known":
        "programs read here which server is whose: two addresses, the same for everybody",
    "HTTPRoute/matrix/matrix-account":
        "whoever signs on from a program has not signed on before: it sends people to the login and lets in nobody whom that does not name",
    "HTTPRoute/matrix/matrix-chat":
        "a program for browsers that holds nothing itself; what it shows comes from the server, for a token",
    "HTTPRoute/n8n/n8n-webhooks":
        "programs call webhooks, and none of them can sign on: each workflow asks its callers for a header, a password or a token of its own",
    "HTTPRoute/builds/builds-webhook":
        "servers of repositories call it at each push and cannot sign on: each call must be signed with the secret of the webhook, before anything of it is looked at",
} as const satisfies Readonly<Record<string, string>>;

/** A route that may be public. */
export type PublicRoute = keyof typeof publicRoutes;

/** Pods to which a gateway may hand connections through without ending TLS (SEC-09). */
export interface EndsTls {
    /** Their labels, which the selector of their Service has. */
    readonly pods: Readonly<Record<string, string>>;
    /** How they know who calls. */
    readonly reason: string;
}

/** Those that end TLS themselves and sign on whoever calls. */
export const endsTls: readonly EndsTls[] = [
    {
        pods: { app: "vcluster" },
        reason: "the API of a virtual cluster is a Kubernetes API: its certificate is of its own authority, and whoever calls shows a certificate or token that it made",
    },
];

/** A right that is as good as cluster-admin (SEC-06). */
export type ClusterPower =
    | "escalate"
    | "bind"
    | "impersonate"
    | "change-cluster-roles"
    | "make-tokens"
    | "enter-pods"
    | "read-secrets"
    | "reach-kubelets"
    | "sign-certificates"
    | "change-webhooks"
    | "make-volumes"
    | "run-in-kube-system";

/** What a role is trusted with, and why it needs that. */
export interface TrustedPowers {
    readonly may: readonly ClusterPower[];
    readonly reason: string;
}

const certificates: TrustedPowers = {
    may: ["read-secrets"],
    reason: "certificates are asked for in any namespace, and they and the credentials of their issuers are Secrets",
};
const drivers: TrustedPowers = {
    may: ["read-secrets", "make-tokens", "make-volumes"],
    reason: "they make the volumes that claims ask for; these name the Secret of their driver in any namespace, and a key that only the token of the pod's account opens may encrypt them",
};
const buckets: TrustedPowers = {
    may: ["read-secrets"],
    reason: "a bucket's credentials are a Secret in the namespace of whoever claims it",
};

/**
 * Roles with rights that are as good as cluster-admin, as `Kind/namespace/name` (SEC-06): operators
 * whose work is in every namespace. A role gets no other such right than the ones here.
 */
export const trustedPowers: Readonly<Record<string, TrustedPowers>> = {
    "ClusterRole/cert-manager-cainjector": {
        may: ["read-secrets", "change-webhooks"],
        reason: "it writes the authority of their certificates, a Secret, into webhooks",
    },
    "ClusterRole/cert-manager-controller-certificates": certificates,
    "ClusterRole/cert-manager-controller-challenges": certificates,
    "ClusterRole/cert-manager-controller-clusterissuers": certificates,
    "ClusterRole/cert-manager-controller-issuers": certificates,
    "ClusterRole/cert-manager-controller-orders": certificates,
    "ClusterRole/cilium-operator": {
        may: ["read-secrets"],
        reason: "Gateways name the Secrets of their certificates in any namespace",
    },
    "Role/kube-system/cilium-operator-ztunnel": {
        may: ["run-in-kube-system"],
        reason: "it makes the DaemonSet of ztunnel where that encrypts; the chart always gives the role",
    },
    "ClusterRole/cloudnative-pg": {
        may: ["read-secrets", "enter-pods", "change-webhooks"],
        reason: "databases and their credentials are in any namespace, backups run in their pods, and it writes the authority into its own webhooks",
    },
    "ClusterRole/envoy-gateway-gateway-helm-envoy-gateway-role": {
        may: ["read-secrets"],
        reason: "Gateways and policies name the Secrets of certificates and clients in any namespace",
    },
    "ClusterRole/external-secrets-controller": {
        may: ["read-secrets"],
        reason: "it writes what the store holds into Secrets of any namespace that asks, and compares before",
    },
    "ClusterRole/keda-operator": {
        may: ["read-secrets"],
        reason: "a queue's password is a Secret in the namespace of whoever is scaled by it",
    },
    "ClusterRole/kyverno:admission-controller": {
        may: ["change-webhooks"],
        reason: "its webhooks follow the policies",
    },
    "ClusterRole/kyverno:admission-controller:core": {
        may: ["change-webhooks"],
        reason: "its webhooks follow the policies",
    },
    "ClusterRole/kyverno:cleanup-controller": {
        may: ["change-webhooks"],
        reason: "it makes the webhook that checks cleanup policies",
    },
    "ClusterRole/kyverno:cleanup-controller:core": {
        may: ["change-webhooks"],
        reason: "it makes the webhook that checks cleanup policies",
    },
    "ClusterRole/argocd-orders": {
        may: ["escalate", "bind"],
        reason: "it makes the roles of virtual clusters that people order, in namespaces whose names nobody knows before; a ValidatingAdmissionPolicy refuses it every other namespace",
    },
    "ClusterRole/karpenter-provider-proxmox": {
        may: ["read-secrets"],
        reason: "a class of nodes names the Secret with what its machines are told, in any namespace, and it watches all of them for that",
    },
    "Role/kube-system/karpenter-provider-proxmox:bootstrap": {
        may: ["read-secrets"],
        reason: "it keeps a token there for each machine until that has joined; here the token has no rights, because machines of Talos bring their own",
    },
    "ClusterRole/kratix-platform-manager-role": {
        may: ["read-secrets", "change-cluster-roles"],
        reason: "it makes the roles of what carries orders out, no wider than its own, and looks for the Secret of a repository in any namespace (it keeps only those with its label)",
    },
    "ClusterRole/kserve-manager-role": {
        may: ["read-secrets"],
        reason: "the account of a model names the Secrets with the keys of its bucket, in any namespace",
    },
    "ClusterRole/kubeflow-trainer-controller-manager": {
        may: ["read-secrets"],
        reason: "nodes of a training with MPI know each other by a key, a Secret that it makes beside each such TrainJob, in any namespace, and it watches all of them for that",
    },
    "ClusterRole/kube-prometheus-stack-operator": {
        may: ["read-secrets"],
        reason: "monitors name the Secrets of passwords and certificates in any namespace, and it writes configurations with them",
    },
    "ClusterRole/longhorn-role": {
        may: ["read-secrets", "change-webhooks", "make-volumes"],
        reason: "it makes the volumes that claims of its class ask for, whose Secrets may be in any namespace, and keeps the webhook that checks its own kinds",
    },
    "ClusterRole/objectstorage-provisioner-role": buckets,
    "ClusterRole/plugin-barman-cloud": {
        may: ["read-secrets"],
        reason: "the keys of archives are Secrets beside the databases, in any namespace, and it gives each database the right to read its own",
    },
    "ClusterRole/platform-admin": {
        may: ["read-secrets", "enter-pods", "impersonate", "make-volumes"],
        reason: "whoever runs the platform has Kubernetes' own role admin in every namespace, with what operators add to that, and everything of storage",
    },
    "ClusterRole/platform-admin:platform": {
        may: ["make-volumes"],
        reason: "the part of platform-admin that the cluster has besides namespaces",
    },
    "ClusterRole/proxmox-csi-plugin-controller": {
        may: ["make-volumes"],
        reason: "it makes the volumes that claims of its class ask for",
    },
    "ClusterRole/redis-operator": {
        may: ["read-secrets", "enter-pods"],
        reason: "databases and their credentials are in any namespace, and it forms their clusters by commands in their pods",
    },
    "ClusterRole/rook-ceph-cephfs-csi-ceph-com-ctrlplugin-cr": drivers,
    "ClusterRole/rook-ceph-cephfs-csi-ceph-com-nodeplugin-cr": drivers,
    "ClusterRole/rook-ceph-global": {
        may: ["read-secrets", "make-volumes"],
        reason: "Ceph clusters and the Secrets that they name may be in any namespace, and it makes and grows the volumes of OSDs",
    },
    "ClusterRole/rook-ceph-object-bucket": buckets,
    "ClusterRole/rook-ceph-rbd-csi-ceph-com-ctrlplugin-cr": drivers,
    "ClusterRole/rook-ceph-rbd-csi-ceph-com-nodeplugin-cr": drivers,
    "ClusterRole/rook-ceph-system": {
        may: ["enter-pods"],
        reason: "it runs Ceph's commands in the pods of clusters, which may be in any namespace",
    },
    "ClusterRole/storage-admin": {
        may: ["make-volumes"],
        reason: "whoever looks after storage brings restored volumes back by hand",
    },
    "ClusterRole/storage-admin:platform": {
        may: ["make-volumes"],
        reason: "the part of storage-admin that the platform gives",
    },
    "ClusterRole/strimzi-cluster-operator-global": {
        may: ["change-cluster-roles"],
        reason: "it gives the brokers of each Kafka the right to read the label of their node, by which copies are kept on different hosts; it has no right to hand on but that",
    },
    "ClusterRole/sailoperator-role": {
        // prettier-ignore
        may: [
            "escalate", "bind", "change-cluster-roles", "read-secrets",
            "change-webhooks", "run-in-kube-system",
        ],
        reason: "it installs Istio's charts wherever their namespace is: Deployments, DaemonSets, roles of istiod and of its agents, webhooks, and releases as Secrets",
    },
    "ClusterRole/tekton-operator": {
        // prettier-ignore
        may: [
            "escalate", "bind", "change-cluster-roles", "read-secrets",
            "enter-pods", "change-webhooks", "run-in-kube-system",
        ],
        reason: "it installs the releases of Tekton that it carries: Deployments, webhooks with the Secrets of their certificates, and the roles by which Tekton's controllers make pods of runs; it is held to what is installed, and impersonates nobody",
    },
    "ClusterRole/secrets-unsealer": {
        may: ["read-secrets"],
        reason: "what is sealed in any namespace is opened there",
    },
};

/** What the API server lets everybody do by itself: who somebody is, and which kinds there are. */
export const rolesForEverybody: Readonly<Record<string, string>> = {
    "system:basic-user": "asks what it may do itself",
    "system:discovery": "asks which kinds the API server has",
    "system:public-info-viewer": "asks for version and health",
    "system:service-account-issuer-discovery": "reads the public keys by which tokens are verified",
};
