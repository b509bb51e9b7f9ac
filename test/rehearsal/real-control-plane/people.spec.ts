import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import type { IncomingMessage } from "node:http";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { json } from "node:stream/consumers";
import { developerBinding, roleBinding } from "../../../components/base/developers";
import { peopleDocuments } from "../../../components/cluster/authentication";
import { personRoles, roleManifests } from "../../../components/foundation/roles";
import { kubernetesVersion } from "../../../components/versions";
import { Kubernetes, type LiveObject } from "../../../kubernetes-client/kubernetes";
import { type ControlPlane, startControlPlane } from "../../../rehearsal/control-plane";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import { groupAtApi } from "../../../trust/people";
import { binariesOrSkip, eventually } from "../control-plane/running";
import { administratorCertificate, FakeIssuer } from "../fake-issuer";

const RBAC = "rbac.authorization.k8s.io";
const ROLES = ["platform-admin", "app-developer", "monitoring-reader", "storage-admin"] as const;

interface Review extends LiveObject {
    readonly status: {
        readonly allowed?: boolean;
        readonly userInfo?: { readonly username: string; readonly groups: readonly string[] };
    };
}

/**
 * Who may do what: the letters are those of the roles in their order, a hyphen for who may not. Of
 * the namespaces, `apps` is one of an application, `elsewhere` one of the platform.
 */
const table: readonly (readonly [who: string, what: string])[] = [
    ["PAMS", "get pods in apps"],
    ["P-MS", "get pods in elsewhere"],
    ["PAM-", "get pods/log in apps"],
    ["P-M-", "get pods/log in elsewhere"],
    ["PA--", "create deployments.apps in apps"],
    ["P---", "create deployments.apps in elsewhere"],
    ["PA--", "patch deployments.apps/scale in apps"],
    ["PA--", "delete pods in apps"],
    ["P---", "create pods in apps"],
    ["P---", "create pods/exec in apps"],
    ["P---", "create pods/portforward in apps"],
    ["P---", "get secrets in apps"],
    ["P---", "list secrets"],
    ["P---", "impersonate serviceaccounts in apps"],
    ["P---", "create serviceaccounts/token in apps"],
    ["PA--", "create configmaps in apps"],
    ["PA--", "create sealedsecrets.bitnami.com in apps"],
    ["PAM-", "get clusters.postgresql.cnpg.io in apps"],
    ["P---", "patch clusters.postgresql.cnpg.io in apps"],
    ["PA--", "create backups.postgresql.cnpg.io in apps"],
    ["PAM-", "get httproutes.gateway.networking.k8s.io in apps"],
    ["----", "create httproutes.gateway.networking.k8s.io in apps"],
    ["PA--", "create prometheusrules.monitoring.coreos.com in apps"],
    ["PA--", "create certificates.example.org in apps"],
    ["P---", "create networkpolicies.networking.k8s.io in apps"],
    ["PA-S", "create persistentvolumeclaims in apps"],
    ["P--S", "create persistentvolumeclaims in elsewhere"],
    ["P--S", "delete persistentvolumes"],
    ["P--S", "create storageclasses.storage.k8s.io"],
    ["P-MS", "get cephclusters.ceph.rook.io in elsewhere"],
    ["---S", "patch cephclusters.ceph.rook.io in elsewhere"],
    ["----", "delete cephclusters.ceph.rook.io in elsewhere"],
    ["P-MS", "list nodes"],
    ["P---", "patch nodes"],
    ["----", "get nodes/proxy"],
    ["----", "delete nodes"],
    ["P---", "create namespaces"],
    ["P---", "create rolebindings.rbac.authorization.k8s.io in apps"],
    ["P---", "list clusterroles.rbac.authorization.k8s.io"],
    ["----", "create clusterrolebindings.rbac.authorization.k8s.io"],
    ["----", "escalate clusterroles.rbac.authorization.k8s.io"],
    ["----", "bind clusterroles.rbac.authorization.k8s.io"],
    ["----", "impersonate users"],
    ["----", "create customresourcedefinitions.apiextensions.k8s.io"],
    ["----", "update mutatingwebhookconfigurations.admissionregistration.k8s.io"],
    ["----", "approve signers.certificates.k8s.io"],
];

/** `create deployments.apps/scale in apps` as the attributes of a request. */
function attributes(what: string): Record<string, string> {
    const [, verb = "", resource = "", group = "", subresource = "", namespace = ""] =
        /^(\S+) ([a-z]+)(?:\.([a-z0-9.]+))?(?:\/([a-z]+))?(?: in (\S+))?$/.exec(what) ?? [];
    return { verb, resource, group, subresource, namespace };
}

describe("people at a real API server", () => {
    let folder = "";
    let issuer: FakeIssuer;
    let controlPlane: ControlPlane;
    let administrator: Kubernetes;
    let glass: ReturnType<typeof administratorCertificate>;

    before(async function () {
        const binaries = binariesOrSkip(this);
        if (spawnSync("openssl", ["version"], { stdio: "ignore" }).error !== undefined) {
            this.skip();
        }
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "people-"));
        issuer = await FakeIssuer.start(folder);
        const { url, certificateAuthority } = issuer;
        // The second one never answers: nothing listens to its port.
        const [document] = peopleDocuments([
            { url, certificateAuthority },
            { url: "https://127.0.0.1:1" },
        ]);
        const file = path.join(folder, "authentication.yaml");
        fs.writeFileSync(file, document?.machine?.files?.[0]?.content ?? "");
        glass = administratorCertificate(folder);
        const configuration = {
            ...controlPlaneConfiguration([]),
            apiServer: {
                "authentication-config": file,
                // What Talos itself sets beside it.
                "anonymous-auth": "false",
                "client-ca-file": glass.authority,
            },
        };
        controlPlane = await startControlPlane({ binaries, kubernetesVersion, configuration });
        administrator = await Kubernetes.connect(controlPlane.kubeconfig);
    });
    after(async () => {
        // Nothing of it is there when the tests were skipped.
        (administrator as Kubernetes | undefined)?.close();
        await (controlPlane as ControlPlane | undefined)?.stop();
        await (issuer as FakeIssuer | undefined)?.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** What the API server says of whoever shows a token; undefined when it lets nobody in. */
    async function whoami(by: string | (typeof glass)["identity"]) {
        const { clusters } = JSON.parse(fs.readFileSync(controlPlane.kubeconfig, "utf8")) as {
            clusters: { cluster: { "certificate-authority-data": string } }[];
        };
        const data = clusters[0]?.cluster["certificate-authority-data"] ?? "";
        const request = https.request(
            `${controlPlane.server}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
            {
                method: "POST",
                ca: Buffer.from(data, "base64"),
                ...(typeof by === "string" ? {} : by),
                headers: {
                    ...(typeof by === "string" ? { Authorization: `Bearer ${by}` } : {}),
                    "Content-Type": "application/json",
                },
            },
        );
        request.end('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}');
        const [response] = (await once(request, "response")) as [IncomingMessage];
        const { status } = (await json(response)) as Partial<Review>;
        if (response.statusCode === 401) {
            return undefined;
        }
        assert.equal(response.statusCode, 201);
        return status?.userInfo;
    }

    const alice = { preferred_username: "alice", groups: ["platform-admin", "others"] };

    it("are known by the names and groups of their token, with a prefix", async () => {
        let found: Awaited<ReturnType<typeof whoami>>;
        await eventually(async () => {
            found = await whoami(issuer.token(alice));
            return found !== undefined;
        });
        assert.equal(found?.username, "oidc:alice");
        assert.deepEqual(found.groups, [
            "oidc:platform-admin",
            "oidc:others",
            "system:authenticated",
        ]);
    });

    it("can take no group of Kubernetes itself", async () => {
        const found = await whoami(issuer.token({ ...alice, groups: ["system:masters"] }));
        assert.deepEqual(found?.groups, ["oidc:system:masters", "system:authenticated"]);
    });

    it("may have an address that is verified, or none, and no groups", async () => {
        for (const claims of [{ email_verified: true }, { email_verified: "true" }, {}]) {
            assert.ok(await whoami(issuer.token({ ...alice, ...claims })), JSON.stringify(claims));
        }
        const { groups = [] } = (await whoami(issuer.token({ preferred_username: "bob" }))) ?? {};
        assert.deepEqual(groups, ["system:authenticated"]);
    });

    const now = Math.floor(Date.now() / 1000);
    for (const [title, claims] of [
        ["for somebody else", { aud: "grafana" }],
        ["of another issuer", { iss: "https://127.0.0.1:1" }],
        ["that is over", { iat: now - 7200, exp: now - 3600 }],
        ["that lives for a day", { exp: now + 86_400 }],
        ["with an address that is not verified", { email_verified: false }],
        ["with an address that is not verified, as text", { email_verified: "false" }],
        ["without a name", { preferred_username: undefined }],
        ["with an empty name", { preferred_username: "" }],
    ] as const) {
        it(`are not let in with a token ${title}`, async () => {
            assert.equal(await whoami(issuer.token({ ...alice, ...claims })), undefined);
        });
    }

    it("are not let in with a token of other keys, or with none", async () => {
        const token = issuer.token(alice);
        const forged = `${token.slice(0, -8)}AAAAAAAA`;
        assert.equal(await whoami(forged), undefined);
        assert.equal(await whoami("none"), undefined);
    });

    it("may do what their groups' roles say, and no more", async () => {
        const apply = (object: Parameters<Kubernetes["apply"]>[0]) =>
            administrator.apply(object, "test");
        for (const name of ["apps", "elsewhere"]) {
            await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
        const labels = { [`${RBAC}/aggregate-to-edit`]: "true" };
        await apply({
            apiVersion: `${RBAC}/v1`,
            kind: "ClusterRole",
            // As operators bring theirs: whoever edits has it, and whoever administers.
            metadata: { name: "operator-edit", labels },
            rules: [{ apiGroups: ["example.org"], resources: ["certificates"], verbs: ["create"] }],
        });
        for (const role of personRoles) {
            await Promise.all(roleManifests(role).map(apply));
            if (role.within === "cluster") {
                await apply(roleBinding("ClusterRoleBinding", { name: role.name }, role.name));
            }
        }
        for (const name of ["apps", "elsewhere"]) {
            const tier = name === "apps" ? "app" : "platform";
            const bindings = developerBinding(name, tier, { role: "app-developer" });
            await Promise.all(bindings.map(apply));
        }
        const may = async (group: string, what: string) => {
            const review = (await administrator.create({
                apiVersion: "authorization.k8s.io/v1",
                kind: "SubjectAccessReview",
                metadata: {},
                spec: {
                    user: "oidc:somebody",
                    groups: [group, "system:authenticated"],
                    resourceAttributes: attributes(what),
                },
            })) as Review;
            return review.status.allowed === true;
        };
        const letters = async (what: string) => {
            const answers = ROLES.map(async (role) =>
                (await may(groupAtApi(role), what)) ? role.charAt(0).toUpperCase() : "-",
            );
            return (await Promise.all(answers)).join("");
        };
        // The rules are gathered a moment later.
        await eventually(async () => (await letters("get pods in apps")) === "PAMS");
        await eventually(
            async () => (await letters("create certificates.example.org in apps")) === "PA--",
        );
        const found = await Promise.all(table.map(async ([, what]) => [await letters(what), what]));
        assert.deepEqual(found, table);
        // Names without the prefix are nobody's.
        assert.equal(await may("platform-admin", "get pods in apps"), false);
    });

    it("may be locked out by their issuer, and an administrator's certificate is not", async () => {
        await issuer.stop();
        const found = await whoami(glass.identity);
        assert.equal(found?.username, "admin");
        assert.deepEqual(found.groups, ["system:masters", "system:authenticated"]);
    });
});
