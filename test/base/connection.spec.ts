import * as assert from "node:assert/strict";
import { BackupPlan } from "../../components/base/backup-tier";
import { connect } from "../../components/base/connection";
import { Namespace } from "../../components/base/namespace";
import { Platform } from "../../components/platform";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network, sampleSite } from "../fixtures/settings";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const client = { app: "shop" };
const server = { app: "db" };

/** Connects `shop` to `db`, both in namespaces of these names. */
async function connected(from: string, to: string): Promise<Recorder> {
    const recorder = await Recorder.install();
    const parent = new Platform("platform", { site: sampleSite() });
    const namespaces = new Map(
        [...new Set([from, to])].map((name) => [
            name,
            new Namespace(
                name,
                { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan() },
                { parent },
            ),
        ]),
    );
    const namespace = (name: string) => namespaces.get(name) ?? assert.fail(name);
    connect("sql", {
        from: { namespace: namespace(from), pods: client },
        to: { namespace: namespace(to), pods: server, ports: [5432] },
    });
    await settled();
    return recorder;
}

const ports = [{ port: 5432, protocol: "TCP" }];

describe("a connection", () => {
    it("is a flow in each of two namespaces, each of which names the other end", async () => {
        const recorder = await connected("shop", "data");
        const out = recorder.one(POLICY, "shop:NetworkPolicy/shop/allow-shop-out");
        const into = recorder.one(POLICY, "data:NetworkPolicy/data/allow-db-in");
        const other = (namespace: string, pods: object) => ({
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            podSelector: { matchLabels: pods },
        });
        assert.deepEqual(out.inputs.spec, {
            podSelector: { matchLabels: client },
            policyTypes: ["Egress"],
            egress: [{ to: [other("data", server)], ports }],
        });
        assert.deepEqual(into.inputs.spec, {
            podSelector: { matchLabels: server },
            policyTypes: ["Ingress"],
            ingress: [{ from: [other("shop", client)], ports }],
        });
    });

    it("inside one namespace needs no namespace's name", async () => {
        const recorder = await connected("shop", "shop");
        const into = recorder.one(POLICY, "shop:NetworkPolicy/shop/allow-db-in");
        const [rule] = (into.inputs.spec as { ingress: { from: object[] }[] }).ingress;
        assert.deepEqual(rule?.from, [{ podSelector: { matchLabels: client } }]);
    });

    it("waits for both namespaces", async () => {
        const recorder = await connected("shop", "data");
        const needs = (name: string) =>
            recorder.one(POLICY, name).dependencies.map((urn) => urn.split("::").at(-1));
        assert.deepEqual(needs("shop:NetworkPolicy/shop/allow-shop-out"), ["shop:Namespace/shop"]);
        assert.deepEqual(needs("data:NetworkPolicy/data/allow-db-in"), ["data:Namespace/data"]);
    });
});
