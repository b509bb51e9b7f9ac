/** JupyterHub: what hub, proxy and notebooks may do, and what is secret where. */
import assert from "node:assert/strict";
import { isRecord, type Manifest } from "../../../components/base/object";
import { jupyterhub as room } from "../../../operators/jupyterhub";
import type { Resource } from "../../../operators/behaviour";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

const surroundings = { all: () => [], nodes: [] };

/** What the hub makes of values. */
function made(values: string) {
    const resource: Resource = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "jupyterhub-values", namespace: "jupyterhub" },
        ...{ data: { "values.yaml": values } },
    };
    return room[0]?.pods?.(resource, surroundings);
}

describe("JupyterHub", () => {
    let prod: RecordedStack;
    before(async function () {
        prod = (await stack("prod")).component("jupyterhub");
        needsCharts(this, prod);
    });
    const text = (manifest: Manifest) => JSON.stringify(manifest);

    it("has no Secret of the chart, which would be other at each rendering", () => {
        const names = prod.ofKind("Secret").map(({ metadata }) => metadata.name);
        assert.ok(names.includes("jupyterhub-secrets"));
        assert.ok(!names.includes("hub"));
        for (const name of ["hub", "proxy"]) {
            const deployment = text(prod.object(`Deployment/jupyterhub/${name}`));
            assert.ok(!/"secretKeyRef":\{[^}]*"name":"hub"/.test(deployment));
            assert.match(deployment, /"name":"jupyterhub-secrets"/);
        }
    });

    it("tells the hub its values without what stands in for secrets", () => {
        const values = text(prod.object("ConfigMap/jupyterhub/jupyterhub-values"));
        assert.ok(!values.includes("never-read"));
        assert.match(values, /sslmode=verify-full/);
        assert.match(values, /authenticator_class: generic-oauth/);
        assert.ok(!values.includes("authenticator_class: dummy"));
    });

    it("lets the hub start notebooks where they are, and read no Secret anywhere", () => {
        const roles = [...prod.ofKind("Role"), ...prod.ofKind("ClusterRole")];
        assert.deepEqual(
            roles.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`),
            ["jupyter-users/jupyterhub"],
        );
        assert.ok(roles.every((role) => !text(role).includes('"secrets"')));
    });

    it("bounds notebooks by a quota, and lets them reach hub, MLflow and the internet alone", () => {
        const quota = prod.object("ResourceQuota/jupyter-users/tier");
        assert.ok(isRecord(quota.spec) && isRecord(quota.spec.hard));
        assert.equal(quota.spec.hard.persistentvolumeclaims, "4");
        assert.equal(quota.spec.hard["requests.storage"], "19Gi");
        const out = prod
            .ofKind("NetworkPolicy")
            .filter(({ metadata }) => metadata.namespace === "jupyter-users")
            .map(({ metadata }) => metadata.annotations?.["platform/flows"] ?? "")
            .join(" ");
        for (const flow of ["notebooks-hub", "notebooks-mlflow", "internet", "dns"]) {
            assert.ok(out.includes(flow), `${flow}: ${out}`);
        }
    });

    it("counts so many notebooks as the hub lets run, and says so where it lets any number", () => {
        const values =
            "hub: { activeServerLimit: 3, config: { KubeSpawner: { namespace: users } } }\n" +
            "singleuser: { image: { name: a, tag: b }, cpu: { guarantee: 0.5 }, memory: { guarantee: 1G } }\n";
        const pods = made(values);
        assert.ok(pods !== undefined && typeof pods !== "string");
        const [notebooks] = pods;
        assert.equal(notebooks?.count, 3);
        assert.equal(notebooks.namespace, "users");
        assert.match(JSON.stringify(notebooks.pod), /"requests":\{"cpu":0.5,"memory":"1Gi"\}/);
        for (const unbounded of ["hub: {}", "hub: { activeServerLimit: 0 }", ""]) {
            assert.equal(typeof made(unbounded), "string", unbounded);
        }
    });

    it("is not there in dev", async () => {
        const dev = await stack("dev");
        const names = dev.ofKind("Namespace").map(({ metadata }) => metadata.name);
        assert.ok(!names.includes("jupyterhub") && !names.includes("jupyter-users"));
    });
});
