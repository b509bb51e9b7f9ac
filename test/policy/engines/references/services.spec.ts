/** Selectors and ports of Services. */
import * as assert from "node:assert/strict";
import { type Inputs, resource, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { judged, unknowns, violations, web } from "./stack";

const service = (spec: Inputs) => inApps("v1", "Service", { spec }, "web");
const verdict = async (...items: Parameters<typeof judged>) =>
    (await judged(...items)).verdict("HA-14").verdict;

describe("HA-14, Services,", () => {
    const selector = { app: "web" };
    const port = (targetPort?: unknown, more: Inputs = {}) => ({
        selector,
        ports: [{ port: 80, targetPort, ...more }],
    });

    it("are met by pods that carry every label", async () => {
        assert.deepEqual(await violations(web(), service(port())), []);
        const more = web({ labels: { app: "web", tier: "front" } });
        assert.deepEqual(await violations(more, service(port())), []);
    });

    it("are met without a selector, whose endpoints somebody else writes", async () => {
        assert.deepEqual(await violations(service({ ports: [{ port: 80 }] })), []);
        assert.deepEqual(await violations(service({ selector: {}, ports: [{ port: 80 }] })), []);
        const external = { type: "ExternalName", selector: { app: "none" } };
        assert.deepEqual(await violations(service(external)), []);
    });

    it("are violated where no pod carries the labels, with what was probably meant", async () => {
        const said = (hint: string) => [`Service/apps/web: its selector selects no pods${hint}.`];
        assert.deepEqual(
            await violations(web(), service({ selector: { app: "wbe" } })),
            said("; none has app=wbe, perhaps app=web is meant"),
        );
        assert.deepEqual(
            await violations(web(), service({ selector: { ap: "web" } })),
            said("; none has ap=web, perhaps app is meant"),
        );
        assert.deepEqual(
            await violations(web(), service({ selector: { tier: "front" } })),
            said("; none has tier=front"),
        );
        assert.deepEqual(
            await violations(service({ selector })),
            said("; the namespace has no pods"),
        );
    });

    it("are violated where two workloads carry one label each", async () => {
        const half = (name: string, labels: Inputs) => web({ name, labels });
        const both = { selector: { app: "web", tier: "front" } };
        assert.deepEqual(
            await violations(
                half("a", { app: "web" }),
                half("b", { tier: "front" }),
                service(both),
            ),
            ["Service/apps/web: its selector selects no pods."],
        );
    });

    it("never look into another namespace", async () => {
        const other: Manifest = {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "other" },
        };
        const pods = web({ namespace: "other" });
        assert.equal((await violations(other, pods, service(port()))).length, 1);
    });

    it("are met by a port that a container names, and by any number", async () => {
        assert.deepEqual(await violations(web(), service(port("http"))), []);
        assert.deepEqual(await violations(web(), service(port(9999))), []);
    });

    it("are violated by a port that no container names", async () => {
        assert.deepEqual(await violations(web(), service(port("web", { name: "main" }))), [
            "Service/apps/web: port main leads to web, which no container of its pods names; they have http, dns.",
        ]);
    });

    it("are violated by a port that is named for another protocol", async () => {
        assert.equal((await violations(web(), service(port("dns")))).length, 1);
        const asked = port("dns", { protocol: "UDP" });
        assert.deepEqual(await violations(web(), service(asked)), []);
    });

    it("find the ports of sidecars, not those of init containers", async () => {
        const pods = (restartPolicy?: string) =>
            web({
                pod: {
                    initContainers: [
                        {
                            name: "proxy",
                            restartPolicy,
                            ports: [{ name: "proxy", containerPort: 9000 }],
                        },
                    ],
                },
            });
        assert.deepEqual(await violations(pods("Always"), service(port("proxy"))), []);
        assert.equal((await violations(pods(), service(port("proxy")))).length, 1);
    });

    it("find the pods of operators, in any of their roles", async () => {
        const database = inApps("postgresql.cnpg.io/v1", "Cluster", { spec: {} }, "db");
        const primary = {
            "cnpg.io/cluster": "db",
            "cnpg.io/podRole": "instance",
            "cnpg.io/instanceRole": "primary",
        };
        assert.deepEqual(await violations(database, service({ selector: primary })), []);
        const no = { ...primary, "cnpg.io/instanceRole": "leader" };
        assert.equal((await violations(database, service({ selector: no }))).length, 1);
    });

    it("are not judged where selector, ports, labels or pods are unknown", async () => {
        for (const stack of [
            [web(), service({ selector: UNKNOWN })],
            [web(), service({ selector: { app: UNKNOWN } })],
            [web(), service({ selector, ports: UNKNOWN })],
            [web(), service(port(UNKNOWN))],
            [web({ labels: UNKNOWN }), service(port())],
            [web({ labels: { app: UNKNOWN } }), service(port())],
            [web({ pod: { containers: UNKNOWN } }), service(port("http"))],
            [web(), service({ selector }), inApps("v1", "Service", { spec: UNKNOWN }, "more")],
        ]) {
            assert.equal(await verdict(...stack), "not judged", JSON.stringify(stack[1]));
        }
    });

    it("are not judged while a chart of the namespace is not rendered", async () => {
        const chart = resource("platform:base:Chart", "web", {
            rendered: false,
            namespace: "apps",
        });
        assert.deepEqual(await violations(chart, service(port())), []);
        assert.match(
            (await unknowns(chart, service(port()))).join(),
            /whether its selector selects/,
        );
    });
});
