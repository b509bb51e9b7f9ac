import * as assert from "node:assert/strict";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    type Resource,
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
        assert.deepEqual(await messages(platform(), ...soundRoles().slice(1)), [
            "Platform/platform: no ClusterRole platform-admin; components/foundation/roles.ts makes it.",
        ]);
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

    it("is violated by rights for the unauthenticated", async () => {
        const subjects = [{ kind: "Group", name: "system:unauthenticated" }];
        assert.deepEqual(await messages(binding({ subjects }, "ClusterRoleBinding")), [
            "ClusterRoleBinding/some: it gives its role to system:unauthenticated; name people or groups.",
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
