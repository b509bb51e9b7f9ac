import * as assert from "node:assert/strict";
import { object, resource, UNKNOWN } from "../../harness";
import { global, inApps } from "../../engines/references/rows";
import { judged, unknowns, violations, web } from "../../engines/references/stack";

describe("HA-14", () => {
    const asks = web({ pod: { serviceAccountName: "robot" } });
    const robot = inApps("v1", "ServiceAccount", {}, "robot");
    const verdict = async (...items: Parameters<typeof judged>) =>
        (await judged(...items)).verdict("HA-14").verdict;

    it("is met where everything that is named is there", async () => {
        assert.equal(await verdict(asks, robot), "met");
    });

    it("is violated where something is not", async () => {
        assert.equal(await verdict(asks), "violated");
    });

    it("is not applicable where nothing is named", async () => {
        const role = global("rbac.authorization.k8s.io/v1", "ClusterRole", { rules: [] });
        assert.equal(await verdict(role), "not applicable");
    });

    it("is not judged where it is unknown what is named", async () => {
        assert.equal(
            await verdict(web({ pod: { serviceAccountName: UNKNOWN } }), robot),
            "not judged",
        );
        assert.equal(await verdict(web({ pod: { volumes: [UNKNOWN] } })), "not judged");
        assert.equal(await verdict(web({ container: { env: [UNKNOWN] } })), "not judged");
        assert.equal(
            await verdict(inApps("apps/v1", "Deployment", { spec: UNKNOWN })),
            "not judged",
        );
    });

    it("is not judged where it is unknown what is there", async () => {
        const nameless = inApps("v1", "ServiceAccount", {
            metadata: { name: UNKNOWN, namespace: "apps" },
        });
        assert.deepEqual(await violations(asks, nameless), []);
        assert.match(
            (await unknowns(asks, nameless)).join(),
            /only the update knows whether ServiceAccount\/apps brings it/,
        );
        const certificate = inApps("cert-manager.io/v1", "Certificate", { spec: UNKNOWN });
        const mounts = web({ pod: { volumes: [{ name: "tls", secret: { secretName: "tls" } }] } });
        assert.deepEqual(await violations(mounts, certificate), []);
        assert.equal((await unknowns(mounts, certificate)).length, 2);
    });

    it("is not judged while a chart that may bring it is not rendered", async () => {
        const chart = (space: string) =>
            resource("platform:base:Chart", "robots", { rendered: false, namespace: space });
        assert.deepEqual(await violations(asks, chart("apps")), []);
        assert.match(
            (await unknowns(asks, chart("apps"))).join(),
            /serviceAccountName names ServiceAccount\/apps\/robot; Chart\/robots was not rendered/,
        );
        assert.equal((await violations(asks, chart("other"))).length, 1);
    });

    it("wants the namespace of every object", async () => {
        const lost = web({ namespace: "app" });
        assert.deepEqual(await violations(lost), [
            "Deployment/app/web: metadata.namespace names Namespace/app, which nothing defines; perhaps apps is meant.",
        ]);
        assert.deepEqual(await violations(web({ namespace: "kube-system" })), []);
        const inUnknown = object({
            ...inApps("v1", "ServiceAccount", {}),
            metadata: { name: "a", namespace: UNKNOWN },
        });
        assert.equal(await verdict(inUnknown), "not judged");
    });

    it("finds what the cluster brings", async () => {
        const binding = global("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", {
            roleRef: { kind: "ClusterRole", name: "system:auth-delegator" },
            subjects: [{ kind: "ServiceAccount", name: "default", namespace: "apps" }],
        });
        const pods = web({
            pod: {
                priorityClassName: "system-cluster-critical",
                volumes: [
                    {
                        name: "ca",
                        configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt" }] },
                    },
                ],
            },
            container: { env: [{ name: "API", value: "https://kubernetes.default.svc:443" }] },
        });
        assert.deepEqual(await violations(binding, pods), []);
    });

    it("takes patterns, schemas and secrets for no references", async () => {
        const inside = {
            spec: { template: { serviceAccountName: "nobody", secretName: "nothing" } },
        };
        for (const [apiVersion, kind] of [
            ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
            ["kyverno.io/v1", "ClusterPolicy"],
            ["policies.kyverno.io/v1", "ValidatingPolicy"],
            ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
        ] as const) {
            assert.deepEqual(await violations(global(apiVersion, kind, inside)), []);
        }
        const secret = inApps("v1", "Secret", { stringData: { url: "http://no.apps.svc" } });
        assert.deepEqual(await violations(secret), []);
    });

    it("takes what a controller writes for no reference", async () => {
        assert.deepEqual(
            await violations(
                inApps("cert-manager.io/v1", "Certificate", {
                    spec: { secretName: "written", issuerRef: { name: "own" } },
                }),
                inApps("cert-manager.io/v1", "Issuer", {
                    spec: { acme: { privateKeySecretRef: { name: "written" } } },
                }),
                inApps("ceph.rook.io/v1", "CephClient", { spec: { secretName: "written" } }),
                inApps("external-secrets.io/v1", "ExternalSecret", {
                    spec: { target: { name: "written" } },
                }),
            ),
            [],
        );
    });

    it("takes an empty class for none", async () => {
        const claim = inApps("v1", "PersistentVolumeClaim", { spec: { storageClassName: "" } });
        assert.deepEqual(await violations(claim), []);
    });

    it("names each host of a file once, and none of its comments", async () => {
        const data = {
            "app.yaml": "# http://a.apps.svc\nurl: http://b.apps.svc\nback: b.apps.svc\n",
        };
        const found = await violations(inApps("v1", "ConfigMap", { data }));
        assert.deepEqual(found, [
            "ConfigMap/apps/own: data.app.yaml names Service/apps/b, which nothing defines.",
        ]);
    });
});
