/** Which ServiceAccounts may do what, as far as roles and bindings of the stack say. */
import type { Fact, Facts } from "../../kernel/facts";
import { isTree, readList, readString, type Tree } from "../../kernel/tree";

const RBAC = "rbac.authorization.k8s.io";

/** Resources that stand for the kubelet's own API. */
const KUBELET = ["nodes/metrics", "nodes/stats"];

/** `namespace/name` of a ServiceAccount. */
export type Account = string;

function allows(rule: Tree, field: string, ...wanted: string[]): boolean {
    const list = readList(rule, field);
    return list.includes("*") || wanted.some((item) => list.includes(item));
}

/** What a controller may make without anything in the stack that says so. */
export type Makes = "secrets" | "pods";

/** Resources that are pods or become some, by API group. */
const PODS: Readonly<Record<string, readonly string[]>> = {
    "": ["pods", "replicationcontrollers"],
    apps: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    batch: ["jobs", "cronjobs"],
};

/** Default roles of the API server that may make both (bootstrappolicy/policy.go). */
const BUILT_IN: readonly string[] = ["cluster-admin", "admin", "edit"];
const EVERYTHING: Tree = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };

/** What ServiceAccounts were granted. */
export class Access {
    private readonly bound = new Set<Account>();
    private readonly makers: Readonly<Record<Makes, Set<string>>> = {
        secrets: new Set(),
        pods: new Set(),
    };
    private readonly kubeletReaders = new Set<Account>();
    private readonly statusWriters = new Map<string, Set<Account>>();

    constructor(facts: Facts) {
        const rules = new Map<string, readonly unknown[]>();
        for (const kind of ["ClusterRole", "Role"]) {
            for (const { object, inputs } of facts.objects(RBAC, kind)) {
                const key = `${kind}/${object.namespace ?? ""}/${object.name}`;
                rules.set(key, readList(inputs, "rules"));
            }
        }
        for (const kind of ["ClusterRoleBinding", "RoleBinding"]) {
            for (const binding of facts.objects(RBAC, kind)) {
                const namespace = binding.object.namespace ?? "";
                const roleKind = readString(binding.inputs, "roleRef", "kind") ?? "";
                const role = readString(binding.inputs, "roleRef", "name") ?? "";
                const roleNamespace = roleKind === "Role" ? namespace : "";
                const isBuiltIn = roleKind === "ClusterRole" && BUILT_IN.includes(role);
                const granted =
                    rules.get(`${roleKind}/${roleNamespace}/${role}`) ??
                    (isBuiltIn ? [EVERYTHING] : []);
                for (const account of accountsOf(binding)) {
                    this.bound.add(account);
                    for (const rule of granted.filter(isTree)) {
                        this.grant(account, namespace, rule);
                    }
                }
            }
        }
    }

    private grant(account: Account, namespace: string, rule: Tree): void {
        if (
            allows(rule, "verbs", "create") &&
            allows(rule, "apiGroups", "") &&
            allows(rule, "resources", "secrets")
        ) {
            this.makers.secrets.add(`${account} ${namespace}`);
        }
        const makesPods = Object.entries(PODS).some(
            ([group, kinds]) =>
                allows(rule, "apiGroups", group) && allows(rule, "resources", ...kinds),
        );
        if (makesPods && allows(rule, "verbs", "create")) {
            this.makers.pods.add(`${account} ${namespace}`);
        }
        if (
            allows(rule, "verbs", "get") &&
            readList(rule, "apiGroups").includes("") &&
            KUBELET.some((resource) => readList(rule, "resources").includes(resource))
        ) {
            this.kubeletReaders.add(account);
        }
        if (!allows(rule, "verbs", "update", "patch")) {
            return;
        }
        for (const resource of readList(rule, "resources")) {
            if (typeof resource === "string" && resource.endsWith("/status")) {
                for (const group of readList(rule, "apiGroups")) {
                    const key = `${String(group)}/${resource.slice(0, -"/status".length)}`;
                    const writers = this.statusWriters.get(key) ?? new Set();
                    this.statusWriters.set(key, writers.add(account));
                }
            }
        }
    }

    /** Whether any role was given to the account. */
    isBound(account: Account): boolean {
        return this.bound.has(account);
    }

    /** Whether the account may create Secrets, or pods, in a namespace. */
    makes(what: Makes, account: Account, namespace: string): boolean {
        const makers = this.makers[what];
        return makers.has(`${account} ${namespace}`) || makers.has(`${account} `);
    }

    /** API groups of the kinds whose status the account writes. */
    operatedGroups(account: Account): string[] {
        return [...this.statusWriters].flatMap(([kind, writers]) =>
            writers.has(account) ? [kind.slice(0, kind.indexOf("/"))] : [],
        );
    }

    /** Whether the account asks kubelets, which check the same roles as the API. */
    asksKubelets(account: Account): boolean {
        return this.kubeletReaders.has(account);
    }

    /** Accounts that write the status of a kind: its operator. */
    operatorsOf(group: string, plural: string): ReadonlySet<Account> {
        return this.statusWriters.get(`${group}/${plural}`) ?? new Set();
    }
}

/** The ServiceAccounts that a binding names. */
export function accountsOf({ inputs }: Fact): Account[] {
    return readList(inputs, "subjects").flatMap((subject) =>
        readString(subject, "kind") === "ServiceAccount"
            ? [`${readString(subject, "namespace") ?? ""}/${readString(subject, "name") ?? ""}`]
            : [],
    );
}
