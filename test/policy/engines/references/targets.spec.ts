/** Keys, ports and places of what is named, and what was probably meant. */
import * as assert from "node:assert/strict";
import { type Inputs, object, resource, UNKNOWN } from "../../harness";
import { global, inApps, type Manifest } from "./rows";
import { judged, unknowns, violations, web } from "./stack";

const WEB = "Deployment/apps/web";
const VARIABLE = "containers[main].env[VALUE].valueFrom";
const values = (kind: string, fields: Inputs, name = "settings") =>
    inApps("v1", kind, fields, name);
const takes = (valueFrom: Inputs) => web({ container: { env: [{ name: "VALUE", valueFrom }] } });
const mounts = (source: Inputs) => web({ pod: { volumes: [{ name: "data", ...source }] } });

describe("HA-14, keys of Secrets and ConfigMaps,", () => {
    const ofSecret = takes({ secretKeyRef: { name: "settings", key: "password" } });
    const ofMap = takes({ configMapKeyRef: { name: "settings", key: "password" } });
    const eitherWay = { password: "eA==" };

    const good: Record<string, [typeof ofSecret, Manifest]> = {
        data: [ofSecret, values("Secret", { data: eitherWay })],
        stringData: [ofSecret, values("Secret", { stringData: eitherWay })],
        "data of a ConfigMap": [ofMap, values("ConfigMap", { data: eitherWay })],
        binaryData: [ofMap, values("ConfigMap", { binaryData: eitherWay })],
        "an unknown value of a known key": [
            ofSecret,
            values("Secret", { data: { password: UNKNOWN } }),
        ],
        "items of a volume": [
            mounts({ secret: { secretName: "settings", items: [{ key: "password", path: "p" }] } }),
            values("Secret", { data: eitherWay }),
        ],
        "the token of a ServiceAccount": [
            takes({ secretKeyRef: { name: "settings", key: "token" } }),
            values("Secret", { type: "kubernetes.io/service-account-token" }),
        ],
    };
    for (const [title, [pods, holder]] of Object.entries(good)) {
        it(`are met in ${title}`, async () => {
            assert.deepEqual(await violations(pods, holder), []);
        });
    }

    it("are violated where one is missing, with the one that was probably meant", async () => {
        assert.deepEqual(
            await violations(ofSecret, values("Secret", { data: { pasword: "", user: "" } })),
            [
                `${WEB}: ${VARIABLE}.secretKeyRef takes password of Secret/apps/settings, which has pasword, user; perhaps pasword is meant.`,
            ],
        );
        assert.deepEqual(await violations(ofMap, values("ConfigMap", {})), [
            `${WEB}: ${VARIABLE}.configMapKeyRef takes password of ConfigMap/apps/settings, which has no keys.`,
        ]);
    });

    it("are violated where an item of a volume is missing", async () => {
        const items = [{ key: "b.yaml", path: "b" }];
        const found = await violations(
            mounts({ configMap: { name: "settings", items } }),
            values("ConfigMap", { data: { "a.yaml": "" } }),
        );
        assert.deepEqual(found, [
            `${WEB}: volumes[data].configMap takes b.yaml of ConfigMap/apps/settings, which has a.yaml; perhaps a.yaml is meant.`,
        ]);
    });

    it("are met where Kubernetes goes on without them", async () => {
        const optional = { name: "settings", key: "password", optional: true };
        assert.deepEqual(await violations(takes({ secretKeyRef: optional })), []);
        const holder = values("Secret", { data: {} });
        assert.deepEqual(await violations(takes({ secretKeyRef: optional }), holder), []);
        const source = { secret: { secretName: "settings", optional: true } };
        assert.deepEqual(await violations(mounts(source)), []);
    });

    it("are not judged where keys, items or whether they are needed is unknown", async () => {
        const holder = values("Secret", { data: { password: "" } });
        const reference = (more: Inputs) =>
            takes({ secretKeyRef: { name: "settings", key: "password", ...more } });
        for (const stack of [
            [reference({ key: UNKNOWN }), holder],
            [reference({}), values("Secret", { data: UNKNOWN })],
            [reference({ optional: UNKNOWN })],
            [mounts({ secret: { secretName: "settings", items: UNKNOWN } }), holder],
            [mounts({ secret: { secretName: "settings", items: [UNKNOWN] } }), holder],
            [mounts({ secret: { secretName: "settings", items: [{ key: UNKNOWN }] } }), holder],
        ]) {
            assert.equal((await judged(...stack)).verdict("HA-14").verdict, "not judged");
        }
    });

    it("are those that a component names where even the keys are unknown", async () => {
        const component = resource("platform:base:GeneratedSecret", "settings", {
            keys: ["password"],
        });
        const holder = object(values("Secret", { data: UNKNOWN }), { parent: component.urn });
        assert.deepEqual(await violations(component, holder, ofSecret), []);
        assert.deepEqual(await unknowns(component, holder, ofSecret), []);
        const other = takes({ secretKeyRef: { name: "settings", key: "user" } });
        assert.equal((await violations(component, holder, other)).length, 1);
    });

    it("may be any of what a controller makes without a list of them", async () => {
        const external = inApps("external-secrets.io/v1", "ExternalSecret", {}, "settings");
        assert.deepEqual(await violations(ofSecret, external), []);
    });
});

describe("HA-14, ports of Services,", () => {
    const service = (ports: unknown) => inApps("v1", "Service", { spec: { ports } }, "web");
    const http = [{ name: "http", port: 80 }];
    const ingress = (port: Inputs) =>
        inApps("networking.k8s.io/v1", "Ingress", {
            spec: { defaultBackend: { service: { name: "web", port } } },
        });

    it("are met by name and by number", async () => {
        assert.deepEqual(await violations(service(http), ingress({ name: "http" })), []);
        assert.deepEqual(await violations(service(http), ingress({ number: 80 })), []);
    });

    it("are violated where the Service has others", async () => {
        const said = (port: string) =>
            `Ingress/apps/own: a backend takes port ${port} of Service/apps/web, which has 80 (http).`;
        assert.deepEqual(await violations(service(http), ingress({ name: "htp" })), [
            said('"htp"'),
        ]);
        assert.deepEqual(await violations(service(http), ingress({ number: 8080 })), [
            said("8080"),
        ]);
    });

    it("are 443 where a webhook names none", async () => {
        const hook = global("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {
            webhooks: [
                { name: "w", clientConfig: { service: { namespace: "apps", name: "web" } } },
            ],
        });
        assert.deepEqual(await violations(service(http), hook), [
            "ValidatingWebhookConfiguration/own: webhook w takes port 443 of Service/apps/web, which has 80 (http).",
        ]);
        assert.deepEqual(await violations(service([{ port: 443 }]), hook), []);
    });

    it("are not judged where they are unknown", async () => {
        for (const [ports, port] of [
            [UNKNOWN, { number: 80 }],
            [[{ port: UNKNOWN }], { number: 80 }],
            [http, { number: UNKNOWN }],
            [http, UNKNOWN],
        ] as const) {
            const result = await judged(service(ports), ingress(port as Inputs));
            assert.equal(result.verdict("HA-14").verdict, "not judged");
        }
    });

    it("are nobody's business of a Service outside of the cluster", async () => {
        const external = inApps("v1", "Service", { spec: { type: "ExternalName" } }, "web");
        assert.deepEqual(await violations(external, ingress({ number: 443 })), []);
    });

    it("are those in the addresses that pods are told", async () => {
        const told = (value: string) => web({ container: { env: [{ name: "URL", value }] } });
        assert.deepEqual(await violations(service(http), told("http://web.apps.svc:80")), []);
        assert.deepEqual(await violations(service(http), told("http://web.apps.svc:81")), [
            `${WEB}: containers[main].env[URL].value takes port 81 of Service/apps/web, which has 80 (http).`,
        ]);
        assert.equal((await violations(service(http), told("//web.apps:81/path"))).length, 1);
        assert.deepEqual(await violations(service(http), told("//web.example.org:81")), []);
    });
});

describe("HA-14, what was probably meant,", () => {
    const account = (name: string, space = "apps"): Manifest => ({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace: space },
    });
    const asks = web({ pod: { serviceAccountName: "robot" } });

    it("may be in another namespace", async () => {
        const other: Manifest = {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "other" },
        };
        assert.deepEqual(await violations(asks, other, account("robot", "other")), [
            `${WEB}: serviceAccountName names ServiceAccount/apps/robot, which nothing defines; there is one of that name in namespace other.`,
        ]);
    });

    it("may be of a kind like it", async () => {
        const binding = inApps("rbac.authorization.k8s.io/v1", "RoleBinding", {
            roleRef: { kind: "Role", name: "reader" },
        });
        const role = global("rbac.authorization.k8s.io/v1", "ClusterRole", {}, "reader");
        assert.match(
            (await violations(binding, role)).join(),
            /there is a ClusterRole of that name/,
        );
        const pods = takes({ secretKeyRef: { name: "settings", key: "a" } });
        const map = values("ConfigMap", { data: { a: "" } });
        assert.match((await violations(pods, map)).join(), /there is a ConfigMap of that name/);
        assert.doesNotMatch(
            (await violations(asks, values("Secret", {}, "robot"))).join(),
            /there is/,
        );
    });

    it("is not guessed where nothing is near", async () => {
        assert.deepEqual(await violations(asks, account("something-else")), [
            `${WEB}: serviceAccountName names ServiceAccount/apps/robot, which nothing defines.`,
        ]);
    });
});
