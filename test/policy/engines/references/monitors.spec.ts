import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { judged, violations, web } from "./stack";

const MONITORING = "monitoring.coreos.com/v1";
const other: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } };
const service = (labels: unknown, name = "web"): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "apps", labels },
    spec: {
        selector: { app: "web" },
        ports: [{ name: "metrics", port: 80, targetPort: "http" }],
    },
});
const labelled = service({ app: "web" });
const SELECTOR = { matchLabels: { app: "web" } };
const services = (spec: Inputs) => inApps(MONITORING, "ServiceMonitor", { spec });
const pods = (spec: Inputs) => inApps(MONITORING, "PodMonitor", { spec });
const verdict = async (...items: Parameters<typeof judged>) =>
    (await judged(other, web(), ...items)).verdict("HA-14").verdict;
const said = async (...items: Parameters<typeof judged>) => violations(other, web(), ...items);

describe("HA-14, monitors of Services,", () => {
    const monitor = (endpoint: Inputs, more: Inputs = {}) =>
        services({ selector: SELECTOR, endpoints: [endpoint], ...more });
    const M = "ServiceMonitor/apps/own";

    it("are met by a Service with the port", async () => {
        assert.deepEqual(await said(labelled, monitor({ port: "metrics" })), []);
        assert.deepEqual(await said(labelled, monitor({ targetPort: "http" })), []);
        assert.deepEqual(await said(labelled, monitor({ targetPort: 9090 })), []);
        assert.deepEqual(await said(labelled, services({ selector: {}, endpoints: [] })), []);
    });

    it("are violated where no Service carries the labels", async () => {
        assert.deepEqual(await said(service({ app: "wbe" }), monitor({ port: "metrics" })), [
            `${M}: it selects no Service in apps; none has app=web, perhaps app=wbe is meant.`,
        ]);
    });

    it("are violated by a port that no Service names, or no container", async () => {
        assert.deepEqual(await said(labelled, monitor({ port: "metric" })), [
            `${M}: it scrapes port metric, which no Service of its has; they have metrics; perhaps metrics is meant.`,
        ]);
        assert.match(
            (await said(labelled, monitor({ targetPort: "metrics" }))).join(),
            /scrapes port metrics, which no container behind it has; they have http, dns/,
        );
    });

    it("look into the namespaces that they name", async () => {
        const elsewhere = (namespaceSelector: Inputs) =>
            monitor({ port: "metrics" }, { namespaceSelector });
        assert.deepEqual(await said(labelled, elsewhere({ any: true })), []);
        assert.deepEqual(await said(labelled, elsewhere({ matchNames: ["apps", "other"] })), []);
        assert.deepEqual(await said(labelled, elsewhere({ matchNames: ["other"] })), [
            `${M}: it selects no Service in other; none has app=web.`,
        ]);
        assert.deepEqual(await said(labelled, elsewhere({ matchNames: ["othr"] })), [
            `${M}: it selects no Service in othr; perhaps other is meant.`,
        ]);
    });

    it("are not judged where anything that matters is unknown", async () => {
        for (const item of [
            services({ selector: UNKNOWN, endpoints: [] }),
            services({ selector: { matchLabels: { app: UNKNOWN } }, endpoints: [] }),
            services({ selector: SELECTOR, endpoints: UNKNOWN }),
            services({ selector: SELECTOR, endpoints: [UNKNOWN] }),
            monitor({ port: UNKNOWN }),
            monitor({ targetPort: UNKNOWN }),
            monitor({ port: "metrics" }, { namespaceSelector: UNKNOWN }),
            monitor({ port: "metrics" }, { namespaceSelector: { matchNames: [UNKNOWN] } }),
            inApps(MONITORING, "ServiceMonitor", { spec: UNKNOWN }),
        ]) {
            assert.equal(await verdict(labelled, item), "not judged", JSON.stringify(item.spec));
        }
        for (const labels of [UNKNOWN, { app: UNKNOWN }]) {
            assert.equal(
                await verdict(service(labels), monitor({ port: "metrics" })),
                "not judged",
            );
            const both = [labelled, service(labels, "more"), monitor({ port: "other" })];
            assert.equal(await verdict(...both), "not judged");
        }
    });
});

describe("HA-14, monitors of pods,", () => {
    const monitor = (endpoint: Inputs, selector: unknown = SELECTOR) =>
        pods({ selector, podMetricsEndpoints: [endpoint] });
    const M = "PodMonitor/apps/own";

    it("are met by pods with the port", async () => {
        assert.deepEqual(await said(monitor({ port: "http" })), []);
        assert.deepEqual(await said(monitor({ portNumber: 9090 })), []);
    });

    it("are violated where no pods carry the labels or the port", async () => {
        assert.deepEqual(await said(monitor({ port: "http" }, { matchLabels: { app: "wbe" } })), [
            `${M}: it selects no pods in apps; none has app=wbe, perhaps app=web is meant.`,
        ]);
        assert.deepEqual(await said(monitor({ port: "htp" })), [
            `${M}: it scrapes port htp, which no pod of its has; they have http, dns; perhaps http is meant.`,
        ]);
    });

    it("are not judged where selector, port or labels are unknown", async () => {
        assert.equal(await verdict(monitor({ port: "http" }, UNKNOWN)), "not judged");
        assert.equal(await verdict(monitor({ port: UNKNOWN })), "not judged");
        const vague = web({ name: "vague", labels: UNKNOWN });
        assert.equal(await verdict(vague, monitor({ port: "htp" })), "not judged");
    });
});
