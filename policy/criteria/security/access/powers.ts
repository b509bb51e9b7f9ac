/**
 * Rights that are as good as cluster-admin: whoever has one gets all others with it. After "Privilege
 * escalation risks" of Kubernetes' RBAC good practices
 * (https://kubernetes.io/docs/concepts/security/rbac-good-practices/).
 */
import type { ClusterPower } from "../../../../trust/access";
import { readList, readString } from "../../../kernel/tree";

const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];
const CHANGE = ["create", "update", "patch"];

/** What a rule gives, as far as it makes whoever has it an administrator. */
interface Right {
    readonly power: ClusterPower;
    /** What may be done, after "it may". */
    readonly says: string;
    readonly group: string;
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    /**
     * Where it counts: everywhere; in the whole cluster, and in kube-system, whose accounts run the
     * cluster; or there alone.
     */
    readonly within: "anywhere" | "cluster" | "kube-system";
    /** Names with which it counts too; default: none, naming single objects limits it enough. */
    readonly names?: (name: string) => boolean;
}

/** Signers whose certificates the API server takes for a user's or a node's. */
function signsForApi(name: string): boolean {
    return /^kubernetes\.io\/(?:\*|kube-apiserver-client(?:-kubelet)?|legacy-unknown)$/.test(name);
}

/** Roles that hold everything, or everything in a namespace. */
function isAdministrator(name: string): boolean {
    return ["cluster-admin", "admin", "edit"].includes(name) || name.startsWith("system:");
}

const RIGHTS: readonly Right[] = [
    {
        power: "escalate",
        says: "give roles more rights than it has",
        group: RBAC,
        resources: ["roles", "clusterroles"],
        verbs: ["escalate"],
        within: "anywhere",
        names: () => true,
    },
    {
        power: "bind",
        says: "bind roles that it does not have",
        group: RBAC,
        resources: ["roles", "clusterroles"],
        verbs: ["bind"],
        within: "anywhere",
        names: isAdministrator,
    },
    {
        power: "impersonate",
        says: "act as others",
        group: "",
        resources: ["users", "groups", "serviceaccounts"],
        verbs: ["impersonate"],
        within: "anywhere",
        names: (name) => name.startsWith("system:"),
    },
    {
        power: "impersonate",
        says: "act as others",
        group: "authentication.k8s.io",
        resources: ["uids", "userextras"],
        verbs: ["impersonate"],
        within: "anywhere",
    },
    {
        power: "change-cluster-roles",
        says: "change roles of the whole cluster or who has them",
        group: RBAC,
        resources: ["clusterroles", "clusterrolebindings"],
        verbs: CHANGE,
        within: "cluster",
        names: isAdministrator,
    },
    {
        power: "make-tokens",
        says: "make tokens of other service accounts",
        group: "",
        resources: ["serviceaccounts/token"],
        verbs: ["create"],
        within: "cluster",
    },
    {
        power: "enter-pods",
        says: "run commands in pods of others or reach their ports",
        group: "",
        resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"],
        verbs: ["create", "get", "update", "patch", "delete"],
        within: "cluster",
    },
    {
        power: "enter-pods",
        says: "add containers to pods of others",
        group: "",
        resources: ["pods/ephemeralcontainers"],
        verbs: ["update", "patch"],
        within: "cluster",
    },
    {
        power: "read-secrets",
        says: "read every Secret",
        group: "",
        resources: ["secrets"],
        verbs: READ,
        within: "cluster",
    },
    {
        power: "reach-kubelets",
        says: "run commands in every pod through the kubelets",
        group: "",
        resources: ["nodes/proxy"],
        verbs: ["get", "create", "update", "patch", "delete"],
        within: "cluster",
        names: () => true,
    },
    {
        power: "sign-certificates",
        says: "have certificates made with which the API server takes anybody for anyone",
        group: "certificates.k8s.io",
        resources: ["signers"],
        verbs: ["approve", "sign", "attest"],
        within: "cluster",
        names: signsForApi,
    },
    {
        power: "change-webhooks",
        says: "see and change every object through a webhook",
        group: "admissionregistration.k8s.io",
        resources: [
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
        ],
        verbs: CHANGE,
        within: "cluster",
    },
    {
        power: "make-volumes",
        says: "mount any folder of a node through a volume of its own",
        group: "",
        resources: ["persistentvolumes"],
        verbs: ["create"],
        within: "cluster",
    },
    ...(
        [
            ["", ["pods", "replicationcontrollers"]],
            ["apps", ["deployments", "daemonsets", "statefulsets", "replicasets"]],
            ["batch", ["jobs", "cronjobs"]],
        ] as const
    ).map(([group, resources]): Right => ({
        power: "run-in-kube-system",
        says: "run pods with any account of kube-system",
        group,
        resources,
        verbs: CHANGE,
        within: "kube-system",
    })),
];

/** What one rule gives of all that. */
export interface Grant {
    readonly power: ClusterPower;
    /** What may be done, with the words of the rule that give it. */
    readonly says: string;
}

/** Where the rules of a role hold. */
export interface Reach {
    readonly cluster: boolean;
    readonly kubeSystem: boolean;
}

function counts({ within }: Right, { cluster, kubeSystem }: Reach): boolean {
    switch (within) {
        case "anywhere":
            return true;
        case "cluster":
            return cluster || kubeSystem;
        case "kube-system":
            // With the whole cluster come operators, which may make pods wherever they are asked to.
            return kubeSystem;
    }
}

function isNamed({ names }: Right, rule: unknown): boolean {
    const given = readList(rule, "resourceNames");
    return given.length > 0 && !given.some((name) => typeof name === "string" && names?.(name));
}

/** The first of the values that the rule's list has; `*` stands for every one. */
function firstOf(rule: unknown, field: string, wanted: readonly string[]): string | undefined {
    const list = readList(rule, field);
    return list.includes("*") ? wanted[0] : wanted.find((value) => list.includes(value));
}

/** What a rule gives that is as good as cluster-admin where it holds. */
export function grantsOf(rule: unknown, reach: Reach): Grant[] {
    return RIGHTS.flatMap((right) => {
        if (
            !counts(right, reach) ||
            firstOf(rule, "apiGroups", [right.group]) === undefined ||
            isNamed(right, rule)
        ) {
            return [];
        }
        const resource = firstOf(rule, "resources", right.resources);
        const verb = firstOf(rule, "verbs", right.verbs);
        return resource === undefined || verb === undefined
            ? []
            : [{ power: right.power, says: `${right.says} (${verb} ${resource})` }];
    });
}

/**
 * ClusterRoles that every cluster has and that hold such rights, with the worst of them: from
 * kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy (1.36). `cluster-admin` is judged apart.
 */
const BOOTSTRAP: Readonly<Record<string, string>> = {
    admin: "read every Secret and act as every service account",
    edit: "read every Secret and act as every service account",
    "system:aggregate-to-admin": "change who has which role",
    "system:aggregate-to-edit": "read every Secret and act as every service account",
    "system:kubelet-api-admin": "run commands in every pod through the kubelets",
    "system:kube-controller-manager": "read every Secret and make tokens of service accounts",
    "system:controller:clusterrole-aggregation-controller": "give roles more rights than it has",
    "system:controller:generic-garbage-collector": "delete every object",
    "system:controller:namespace-controller": "delete every object",
    "system:controller:expand-controller": "read every Secret",
    "system:controller:persistent-volume-binder": "read every Secret",
};

/** What a binding of one of the cluster's own roles gives in the whole cluster. */
export function bootstrapPower(binding: unknown): string | undefined {
    const name = readString(binding, "roleRef", "name") ?? "";
    return Object.hasOwn(BOOTSTRAP, name) ? BOOTSTRAP[name] : undefined;
}
