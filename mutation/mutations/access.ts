/** Mutations of who may do what in the cluster: rights as good as cluster-admin. */
import { add, at, change, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { StackResource } from "../../preview/recorded-stack";

const GROUP = "rbac.authorization.k8s.io";

const isRole = (resource: StackResource) =>
    isKind(resource, "ClusterRole", "Role") && list(resource.inputs, "rules").length > 0;
const monitoringReader = (resource: StackResource) =>
    isKind(resource, "ClusterRole") && at(resource.inputs, "metadata").name === "monitoring-reader";

interface Rule {
    readonly group: string;
    readonly resource: string;
    readonly verb: string;
}

/** Adds a role with one rule, and gives it to an account in the whole cluster. */
function give(id: string, text: string, { group, resource, verb }: Rule): Mutation {
    return add([id, "SEC-06", `lets an account ${text}`], monitoringReader, ({ inputs }) => {
        const metadata = { name: `new:${id}`, labels: at(inputs, "metadata", "labels") };
        const apiVersion = `${GROUP}/v1`;
        const rules = [{ apiGroups: [group], resources: [resource], verbs: [verb] }];
        const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name: metadata.name };
        const subjects = [{ kind: "ServiceAccount", name: "n8n", namespace: "n8n" }];
        return [
            { apiVersion, kind: "ClusterRole", metadata, rules },
            { apiVersion, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
        ];
    });
}

function everybody(id: string, name: string): Mutation {
    return change(
        [id, "SEC-06", `gives a role to ${name}`],
        (resource) => isKind(resource, "ClusterRoleBinding", "RoleBinding"),
        (inputs) => {
            inputs.subjects = [{ apiGroup: GROUP, kind: "Group", name }];
        },
    );
}

/** Gives the role of whoever runs the platform to somebody else. */
function platformAdmin(id: string, text: string, subject: Readonly<Record<string, string>>) {
    return change(
        [id, "SEC-06", `gives platform-admin to ${text}`],
        (resource) =>
            isKind(resource, "ClusterRoleBinding") &&
            at(resource.inputs, "roleRef").name === "platform-admin",
        (inputs) => {
            inputs.subjects = [...list(inputs, "subjects"), { apiGroup: GROUP, ...subject }];
        },
    );
}

/** SEC-06. */
export const accessMutations: readonly Mutation[] = [
    change(["escalate", "SEC-06", "lets a role give itself more"], isRole, (inputs) => {
        inputs.rules = [
            ...list(inputs, "rules"),
            { apiGroups: [GROUP], resources: ["roles"], verbs: ["escalate", "bind"] },
        ];
    }),
    give("impersonate", "act as others", { group: "", resource: "users", verb: "impersonate" }),
    give("other-tokens", "make tokens of others", {
        group: "",
        resource: "serviceaccounts/token",
        verb: "create",
    }),
    give("exec-everywhere", "enter every pod", {
        group: "",
        resource: "pods/exec",
        verb: "create",
    }),
    give("all-secrets", "read every Secret", { group: "", resource: "secrets", verb: "list" }),
    give("kubelets", "reach the kubelets", { group: "", resource: "nodes/proxy", verb: "get" }),
    give("any-certificate", "approve certificates of the API server", {
        group: "certificates.k8s.io",
        resource: "signers",
        verb: "approve",
    }),
    give("any-webhook", "change every object through a webhook", {
        group: "admissionregistration.k8s.io",
        resource: "mutatingwebhookconfigurations",
        verb: "patch",
    }),
    give("any-volume", "mount any folder of a node", {
        group: "",
        resource: "persistentvolumes",
        verb: "create",
    }),
    change(
        ["gathers-all", "SEC-06", "gathers the rules of every role"],
        (resource) => "aggregationRule" in resource.inputs,
        (inputs) => {
            inputs.aggregationRule = { clusterRoleSelectors: [{}] };
        },
    ),
    platformAdmin("by-name", "somebody by name", { kind: "User", name: "oidc:alice" }),
    platformAdmin("no-group", "a group that no directory has", {
        kind: "Group",
        name: "oidc:platform-admins",
    }),
    platformAdmin("bare-group", "a group without the prefix of people", {
        kind: "Group",
        name: "platform-admin",
    }),
    change(
        ["nobody-has-it", "SEC-06", "gives a role of people to no group"],
        (resource) =>
            isKind(resource, "ClusterRoleBinding") &&
            at(resource.inputs, "roleRef").name === "storage-admin",
        (inputs) => {
            inputs.subjects = [];
        },
    ),
    everybody("authenticated", "system:authenticated"),
    everybody("all-accounts", "system:serviceaccounts"),
];
