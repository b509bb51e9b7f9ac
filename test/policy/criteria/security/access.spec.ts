import * as assert from "node:assert/strict";
import { trustedPowers } from "../../../../trust/access";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    type Resource,
    resource,
    UNKNOWN,
} from "../../harness";
import { soundRoles } from "../../sound-parts";

const RBAC = "rbac.authorization.k8s.io/v1";

function role(kind: string, rules: unknown): Resource {
    const namespace = kind === "Role" ? "apps" : undefined;
    return object({ apiVersion: RBAC, kind, metadata: { name: "some", namespace }, rules });
}

function binding(changes: Inputs = {}, kind = "RoleBinding"): Resource {
    return object({
        apiVersion: RBAC,
        kind,
        metadata: { name: "some", namespace: kind === "RoleBinding" ? "apps" : undefined },
        roleRef: { kind: "ClusterRole", name: "some" },
        subjects: [{ kind: "ServiceAccount", name: "web" }],
        ...changes,
    });
}

function account(automountServiceAccountToken: unknown): Resource {
    const metadata = { name: "web", namespace: "apps" };
    return object({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata,
        automountServiceAccountToken,
    });
}

describe("SEC-06", () => {
    const messages = async (...resources: Resource[]) => (await judge(resources)).of("SEC-06");
    const verdict = async (...resources: Resource[]) =>
        (await judge(resources)).verdict("SEC-06").verdict;

    it("is met by named verbs and resources", async () => {
        const rules = [{ apiGroups: ["*"], resources: ["pods/log"], verbs: ["get"] }];
        assert.deepEqual(await messages(role("Role", rules), role("ClusterRole", rules)), []);
    });

    it("asks for the four roles of people", async () => {
        assert.deepEqual(await messages(platform(), ...soundRoles()), []);
        assert.deepEqual(await messages(platform(), ...soundRoles().slice(2)), [
            "Platform/platform: no ClusterRole platform-admin; components/foundation/rbac.ts makes it.",
        ]);
    });

    it("asks for a group that has each role of the whole cluster", async () => {
        const [role, given, ...others] = soundRoles() as [Resource, Resource, ...Resource[]];
        const missing =
            /^Platform\/platform: no ClusterRoleBinding gives platform-admin to a group/;
        const user = { subjects: [{ kind: "User", name: "system:someone" }] };
        const changed = (props: Inputs) => ({ ...given, inputs: { ...given.inputs, ...props } });
        for (const stack of [[], [changed(user)], [changed({ subjects: [] })]]) {
            const [found = "", ...more] = await messages(platform(), role, ...stack, ...others);
            assert.match(found, missing);
            assert.deepEqual(more, []);
        }
        const unknown = changed({ subjects: UNKNOWN });
        assert.equal(await verdict(platform(), role, unknown, ...others), "not judged");
    });

    for (const [field, rule] of [
        ["verbs", { resources: ["pods"], verbs: ["*"] }],
        ["resources", { resources: ["*"], verbs: ["get"] }],
        ["resources", { resources: ["*/scale"], verbs: ["get"] }],
        ["nonResourceURLs", { nonResourceURLs: ["*"], verbs: ["get"] }],
    ] as const) {
        it(`is violated by ${JSON.stringify(rule)}`, async () => {
            for (const kind of ["Role", "ClusterRole"]) {
                const [found = ""] = await messages(role(kind, [rule]));
                assert.match(found, new RegExp(`${field} of a rule has "\\*`));
            }
        });
    }

    it("is violated by a binding of cluster-admin", async () => {
        const roleRef = { kind: "ClusterRole", name: "cluster-admin" };
        for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
            const [found = ""] = await messages(binding({ roleRef }, kind));
            assert.match(found, /it gives cluster-admin/);
        }
    });

    const rule = (group: string, resource: string, verb: string, ...resourceNames: string[]) => ({
        apiGroups: [group],
        resources: [resource],
        verbs: [verb],
        ...(resourceNames.length > 0 ? { resourceNames } : {}),
    });
    const GROUP = "rbac.authorization.k8s.io";
    const CERTIFICATES = "certificates.k8s.io";

    for (const powerful of [
        rule(GROUP, "clusterroles", "escalate"),
        rule(GROUP, "roles", "bind"),
        rule("*", "clusterroles", "bind", "cluster-admin"),
        rule("", "users", "impersonate"),
        rule("", "groups", "impersonate", "system:masters"),
        rule("authentication.k8s.io", "userextras", "impersonate"),
        rule(GROUP, "clusterrolebindings", "create"),
        rule("", "serviceaccounts/token", "create"),
        rule("", "pods/exec", "create"),
        rule("", "pods/attach", "get"),
        rule("", "pods/portforward", "create"),
        rule("", "pods/ephemeralcontainers", "patch"),
        rule("", "persistentvolumes", "create"),
        rule("", "secrets", "list"),
        rule("*", "secrets", "watch"),
        rule("", "nodes/proxy", "get"),
        rule(CERTIFICATES, "signers", "approve"),
        rule(CERTIFICATES, "signers", "sign", "kubernetes.io/kube-apiserver-client"),
        rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update"),
    ]) {
        it(`is violated by a ClusterRole with ${JSON.stringify(powerful)}`, async () => {
            const [found = "", ...more] = await messages(role("ClusterRole", [powerful]));
            assert.match(found, /^ClusterRole\/some: it may .* as good as cluster-admin/);
            assert.deepEqual(more, []);
        });
    }

    for (const harmless of [
        rule("example.org", "secrets", "get"),
        rule("", "secrets", "create"),
        rule("", "secrets", "get", "db"),
        rule("", "pods/log", "get"),
        rule("", "pods", "create"),
        rule("", "nodes", "get"),
        rule("", "persistentvolumes", "patch"),
        rule("", "persistentvolumeclaims", "create"),
        rule("", "groups", "impersonate", "developers"),
        rule(GROUP, "clusterroles", "get"),
        rule(GROUP, "clusterroles", "bind", "monitoring-reader"),
        rule(CERTIFICATES, "signers", "approve", "kubernetes.io/kubelet-serving"),
        rule("cert-manager.io", "signers", "approve"),
        rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"),
        rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch", "own"),
    ]) {
        it(`is met by a ClusterRole with ${JSON.stringify(harmless)}`, async () => {
            assert.deepEqual(await messages(role("ClusterRole", [harmless])), []);
        });
    }

    it("minds where a role holds", async () => {
        const secrets = [rule("", "secrets", "get")];
        const inSystem = (rules: unknown) =>
            object({
                apiVersion: RBAC,
                kind: "Role",
                metadata: { name: "some", namespace: "kube-system" },
                rules,
            });
        assert.deepEqual(await messages(role("Role", secrets)), []);
        assert.equal((await messages(inSystem(secrets))).length, 1);
        assert.equal((await messages(inSystem([rule("apps", "daemonsets", "create")]))).length, 1);
        assert.deepEqual(await messages(role("ClusterRole", secrets), binding()), []);
        const everywhere = binding({}, "ClusterRoleBinding");
        assert.equal(
            (await messages(role("ClusterRole", secrets), binding(), everywhere)).length,
            1,
        );
        // Giving oneself more is no smaller in one namespace.
        assert.equal((await messages(role("Role", [rule(GROUP, "roles", "escalate")]))).length, 1);
    });

    it("trusts a role with what trust/access.ts says, and with no more", async () => {
        const [name = "", { may: [power] = [] } = {}] =
            Object.entries(trustedPowers).find(
                ([key, { may }]) => key.startsWith("ClusterRole/") && may.join() === "read-secrets",
            ) ?? [];
        assert.equal(power, "read-secrets");
        const trusted = (...rules: unknown[]) =>
            object({
                apiVersion: RBAC,
                kind: "ClusterRole",
                metadata: { name: name.slice("ClusterRole/".length) },
                rules,
            });
        assert.deepEqual(await messages(trusted(rule("", "secrets", "get"))), []);
        assert.equal((await messages(trusted(rule("", "pods/exec", "create")))).length, 1);
    });

    it("is violated by roles that gather every role, or one with such rights", async () => {
        const gathering = (clusterRoleSelectors: unknown) =>
            object({
                apiVersion: RBAC,
                kind: "ClusterRole",
                metadata: { name: "all" },
                aggregationRule: { clusterRoleSelectors },
                rules: [],
            });
        const absent = { key: "example.org/no", operator: "DoesNotExist" };
        const bootstrap = { matchLabels: { "kubernetes.io/bootstrapping": "rbac-defaults" } };
        for (const selector of [{}, { matchExpressions: [absent] }, bootstrap]) {
            assert.deepEqual(await messages(gathering([selector])), [
                "ClusterRole/all: its aggregationRule gathers every role, cluster-admin too; select a label of its own.",
            ]);
        }
        const own = [{ matchLabels: { team: "a" } }];
        const labelled = (...rules: unknown[]) =>
            object({
                apiVersion: RBAC,
                kind: "ClusterRole",
                metadata: { name: "joins", labels: { team: "a" } },
                rules,
            });
        assert.deepEqual(await messages(gathering(own), labelled(rule("", "pods", "get"))), []);
        const found = await messages(gathering(own), labelled(rule("", "secrets", "get")));
        assert.ok(found.some((text) => text.startsWith("ClusterRole/all: it gathers")));
        for (const unknown of [UNKNOWN, [UNKNOWN], [{ matchLabels: { team: UNKNOWN } }]]) {
            assert.equal(await verdict(gathering(unknown)), "not judged");
        }
    });

    it("is violated by roles for everybody, but what the API server gives them itself", async () => {
        for (const name of [
            "system:anonymous",
            "system:authenticated",
            "system:serviceaccounts",
            "system:serviceaccounts:kube-system",
        ]) {
            const subjects = [{ kind: "Group", name }];
            assert.equal((await messages(binding({ subjects }))).length, 1, name);
            const roleRef = { kind: "ClusterRole", name: "system:discovery" };
            assert.deepEqual(await messages(binding({ subjects, roleRef })), []);
        }
    });

    const directory = (directoryGroups: unknown) =>
        resource("platform:identity:Lldap", "lldap", { directoryGroups });
    const groups = directory(["platform-admin", "app-developer"]);
    const toGroup = (name: unknown, kind = "RoleBinding") =>
        binding({ subjects: [{ kind: "Group", name }] }, kind);

    it("is violated by a role for somebody by name", async () => {
        for (const name of ["alice", "oidc:alice", "alice@example.org", "oidc:platform-admin"]) {
            for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
                const subjects = [
                    { kind: "Group", name: "oidc:a" },
                    { kind: "User", name },
                ];
                const [found = "", ...more] = await messages(binding({ subjects }, kind));
                assert.match(found, new RegExp(`subjects has the user ${name}; bind a group`));
                assert.deepEqual(more, []);
            }
        }
        const subjects = [{ kind: "User", name: "system:kube-scheduler" }];
        assert.deepEqual(await messages(binding({ subjects })), []);
    });

    it("is violated by a role for a group that no directory has", async () => {
        for (const [name, says] of [
            ["oidc:nobody", /which no directory has; let the directory make it/],
            ["oidc:app-developers", /which no directory has; did you mean oidc:app-developer\?/],
            ["oidc:", /which no directory has/],
            [
                "app-developer",
                /nobody can be: groups of people begin with oidc:; did you mean oidc/,
            ],
            ["/app-developer", /nobody can be/],
            ["OIDC:app-developer", /nobody can be/],
            ["oidc:App-Developer", /no directory has/],
        ] as const) {
            const [found = "", ...more] = await messages(groups, toGroup(name));
            assert.match(found, says);
            assert.deepEqual(more, []);
        }
    });

    it("is met by a role for a group of the directory, of Kubernetes, or of an unknown one", async () => {
        assert.deepEqual(await messages(groups, toGroup("oidc:app-developer")), []);
        assert.deepEqual(await messages(groups, toGroup("system:nodes")), []);
        // Without a directory in the stack nobody here knows the groups.
        assert.deepEqual(await messages(toGroup("developers")), []);
        const second = resource("platform:identity:Other", "other", { directoryGroups: ["more"] });
        assert.deepEqual(await messages(groups, second, toGroup("oidc:more")), []);
        for (const unknown of [UNKNOWN, [UNKNOWN]]) {
            assert.equal(await verdict(directory(unknown), toGroup("oidc:a")), "not judged");
        }
        assert.equal(await verdict(groups, toGroup(UNKNOWN)), "not judged");
    });

    it("is violated by a role of Kubernetes itself with such rights, in the whole cluster", async () => {
        for (const name of ["admin", "edit", "system:kubelet-api-admin"]) {
            const roleRef = { kind: "ClusterRole", name };
            assert.equal((await messages(binding({ roleRef }, "ClusterRoleBinding"))).length, 1);
            assert.deepEqual(await messages(binding({ roleRef })), []);
        }
        const roleRef = { kind: "ClusterRole", name: "view" };
        assert.deepEqual(await messages(binding({ roleRef }, "ClusterRoleBinding")), []);
    });

    it("is violated by rights for the unauthenticated", async () => {
        const subjects = [{ kind: "Group", name: "system:unauthenticated" }];
        assert.deepEqual(await messages(binding({ subjects }, "ClusterRoleBinding")), [
            "ClusterRoleBinding/some: subjects has system:unauthenticated, to whom it gives its role; name people or groups.",
        ]);
    });

    const mounting = (pod: Inputs = {}) =>
        deployment({
            pod: { serviceAccountName: "web", automountServiceAccountToken: undefined, ...pod },
        });

    it("is violated by a token without rights, by default or by name", async () => {
        assert.deepEqual(await messages(mounting()), [
            "Deployment/apps/web: its pods mount the token of web, to which no binding gives a right; set automountServiceAccountToken to false.",
        ]);
        const [found = ""] = await messages(mounting({ serviceAccountName: undefined }));
        assert.match(found, /token of default/);
        const both = mounting({ automountServiceAccountToken: true });
        assert.equal((await messages(both, account(false))).length, 1);
    });

    it("is met by a token with rights, or none, in the pod or its account", async () => {
        const inOther = { subjects: [{ kind: "ServiceAccount", name: "web", namespace: "apps" }] };
        const group = { subjects: [{ kind: "Group", name: "system:serviceaccounts:apps" }] };
        for (const other of [
            binding(),
            binding(inOther, "ClusterRoleBinding"),
            binding(group, "ClusterRoleBinding"),
            account(false),
        ]) {
            assert.deepEqual(await messages(mounting(), other), []);
        }
        assert.deepEqual(await messages(mounting({ automountServiceAccountToken: false })), []);
    });

    it("knows accounts of one name in two namespaces apart", async () => {
        const subjects = [{ kind: "ServiceAccount", name: "web", namespace: "other" }];
        assert.equal((await messages(mounting(), binding({ subjects }))).length, 1);
    });

    it("is not judged where rules, subjects, roles or tokens are unknown", async () => {
        for (const stack of [
            [role("ClusterRole", UNKNOWN)],
            [role("ClusterRole", [UNKNOWN])],
            [role("ClusterRole", [{ resources: ["pods"], verbs: [UNKNOWN] }])],
            [binding({ roleRef: UNKNOWN })],
            [binding({ subjects: UNKNOWN })],
            [mounting(), binding({ subjects: [UNKNOWN] })],
            [mounting({ automountServiceAccountToken: UNKNOWN })],
            [mounting(), account(UNKNOWN)],
        ]) {
            assert.equal(await verdict(...stack), "not judged");
        }
    });
});
