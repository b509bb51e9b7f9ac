/** Selectors of network policies, Kubernetes' and Cilium's, and of what Cilium announces. */
import * as assert from "node:assert/strict";
import { type Inputs, object, resource, UNKNOWN } from "../../harness";
import { global, inApps, type Manifest } from "./rows";
import { judged, violations, web } from "./stack";

const other: Manifest = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "other", labels: { team: "data" } },
};
const db = web({ name: "db", namespace: "other", labels: { app: "db" } });
const WEB = { matchLabels: { app: "web" } };
const DB = { matchLabels: { app: "db" } };
const verdict = async (...items: Parameters<typeof judged>) =>
    (await judged(other, db, web(), ...items)).verdict("HA-14").verdict;
const said = async (...items: Parameters<typeof judged>) => violations(other, db, web(), ...items);

describe("HA-14, network policies,", () => {
    const policy = (spec: Inputs) => inApps("networking.k8s.io/v1", "NetworkPolicy", { spec });
    const from = (...peers: unknown[]) => policy({ podSelector: {}, ingress: [{ from: peers }] });
    const inOther = {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "other" } },
    };
    const P = "NetworkPolicy/apps/own";

    it("are met by pods and peers that exist", async () => {
        assert.deepEqual(await said(policy({ podSelector: WEB })), []);
        assert.deepEqual(await said(from({ podSelector: WEB }, { podSelector: {} })), []);
        assert.deepEqual(await said(from({ ...inOther, podSelector: DB })), []);
        assert.deepEqual(await said(from({ namespaceSelector: {}, podSelector: DB })), []);
        assert.deepEqual(await said(from({ ipBlock: { cidr: "10.0.0.0/8" } })), []);
    });

    it("are met by an empty or absent podSelector, whatever is in the namespace", async () => {
        assert.deepEqual(await violations(policy({ podSelector: {} })), []);
        assert.deepEqual(await violations(policy({})), []);
    });

    it("are violated where they concern no pod", async () => {
        assert.deepEqual(await said(policy({ podSelector: { matchLabels: { app: "wbe" } } })), [
            `${P}: its podSelector selects no pods; none has app=wbe, perhaps app=web is meant.`,
        ]);
    });

    it("are violated by a peer in the wrong namespace", async () => {
        assert.deepEqual(await said(from({ podSelector: DB })), [
            `${P}: a peer of an ingress rule in namespace apps selects no pods; pods of namespace other would match.`,
        ]);
        assert.deepEqual(
            await said(policy({ egress: [{ to: [{ ...inOther, podSelector: WEB }] }] })),
            [
                `${P}: a peer of an egress rule in namespace other selects no pods; pods of namespace apps would match.`,
            ],
        );
    });

    it("are violated by a peer in no namespace, with the one that was probably meant", async () => {
        const lost = {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "othr" } },
        };
        assert.deepEqual(await said(from(lost)), [
            `${P}: a peer of an ingress rule selects no namespace; none has kubernetes.io/metadata.name=othr, perhaps kubernetes.io/metadata.name=other is meant.`,
        ]);
        const label = { namespaceSelector: { matchLabels: { team: "dta" } } };
        assert.match((await said(from(label))).join(), /none has team=dta, perhaps team=data is/);
    });

    it("are violated by pods on the network of their node, whom no policy selects", async () => {
        const agent = web({ name: "agent", labels: { app: "agent" }, pod: { hostNetwork: true } });
        const selector = { matchLabels: { app: "agent" } };
        assert.equal((await said(agent, policy({ podSelector: selector }))).length, 1);
        assert.equal((await said(agent, from({ podSelector: selector }))).length, 1);
    });

    it("are not judged where selectors, peers or labels are unknown", async () => {
        for (const item of [
            policy({ podSelector: UNKNOWN }),
            policy({ podSelector: { matchLabels: { app: UNKNOWN } } }),
            policy({ podSelector: {}, ingress: UNKNOWN }),
            policy({ podSelector: {}, ingress: [{ from: UNKNOWN }] }),
            from(UNKNOWN),
            from({ podSelector: UNKNOWN }),
            from({ namespaceSelector: UNKNOWN, podSelector: DB }),
            from({ podSelector: { matchExpressions: UNKNOWN } }),
        ]) {
            assert.equal(await verdict(item), "not judged", JSON.stringify(item.spec));
        }
        const vague = web({ name: "vague", labels: { app: UNKNOWN } });
        assert.equal(await verdict(vague, from({ podSelector: DB })), "not judged");
    });

    it("are not judged while a chart of the system that has the namespace is not rendered", async () => {
        const parts = (system: string) => {
            const chart = resource(
                "platform:base:Chart",
                "hub",
                { rendered: false, namespace: "hub", apiGroups: [] },
                { parent: system },
            );
            const component = resource(
                "platform:base:Namespace",
                "rooms",
                {},
                { parent: "urn:hub" },
            );
            const rooms = object(
                { apiVersion: "v1", kind: "Namespace", metadata: { name: "rooms" } },
                { parent: component.urn },
            );
            const peer = from({
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "rooms" } },
                podSelector: { matchLabels: { app: "x" } },
            });
            return [chart, component, rooms, peer] as const;
        };
        assert.equal(await verdict(...parts("urn:hub")), "not judged");
        assert.equal(await verdict(...parts("urn:other")), "violated");
    });

    it("are not judged while a chart of one of the namespaces is not rendered", async () => {
        const chart = resource("platform:base:Chart", "c", { rendered: false, namespace: "other" });
        const peer = from({ namespaceSelector: {}, podSelector: { matchLabels: { app: "x" } } });
        assert.equal(await verdict(chart, peer), "not judged");
        assert.equal((await said(chart, from({ podSelector: DB }))).length, 1);
    });
});

describe("HA-14, Cilium's policies,", () => {
    const inside = (spec: Inputs) => inApps("cilium.io/v2", "CiliumNetworkPolicy", { spec });
    const clusterwide = (spec: Inputs) =>
        global("cilium.io/v2", "CiliumClusterwideNetworkPolicy", { spec });
    const rule = (selector: unknown) =>
        inside({ endpointSelector: {}, ingress: [{ fromEndpoints: [selector] }] });
    const P = "CiliumNetworkPolicy/apps/own";
    const NAMESPACE = "k8s:io.kubernetes.pod.namespace";

    it("are met by pods that exist", async () => {
        assert.deepEqual(await said(inside({ endpointSelector: WEB, ingress: [{}] })), []);
        assert.deepEqual(await said(clusterwide({ endpointSelector: DB, egress: [{}] })), []);
        assert.deepEqual(
            await said(rule({ matchLabels: { "k8s:app": "db", [NAMESPACE]: "other" } })),
            [],
        );
        assert.deepEqual(await said(rule({ matchLabels: { "reserved:host": "" } })), []);
        assert.deepEqual(await said(rule({})), []);
    });

    it("are violated where they select none, with what was probably meant", async () => {
        const lost = { matchLabels: { "k8s:app": "wbe" } };
        const hint = "selects no pods; none has app=wbe, perhaps app=web is meant";
        assert.deepEqual(await said(inside({ endpointSelector: lost, ingress: [{}] })), [
            `${P}: its endpointSelector ${hint}.`,
        ]);
        assert.deepEqual(await said(rule(lost)), [
            `${P}: an endpoint of its ingress rules ${hint}.`,
        ]);
        const deny = inside({ endpointSelector: {}, egressDeny: [{ toEndpoints: [lost] }] });
        assert.equal((await said(deny)).length, 1);
    });

    it("are violated by a namespace that is not there", async () => {
        const lost = rule({ matchLabels: { [NAMESPACE]: "othr" } });
        assert.match(
            (await said(lost)).join(),
            /selects no namespace; .*metadata\.name=other is meant/,
        );
    });

    it("are not judged where selectors are unknown", async () => {
        for (const item of [
            inside({ endpointSelector: UNKNOWN, ingress: [{}] }),
            rule(UNKNOWN),
            rule({ matchLabels: UNKNOWN }),
            inside({ endpointSelector: {}, ingress: UNKNOWN }),
            inApps("cilium.io/v2", "CiliumNetworkPolicy", { specs: [UNKNOWN] }),
        ]) {
            assert.equal(await verdict(item), "not judged", JSON.stringify(item));
        }
    });
});

describe("HA-14, what Cilium announces,", () => {
    const pool = (serviceSelector?: unknown) =>
        global("cilium.io/v2", "CiliumLoadBalancerIPPool", { spec: { serviceSelector } });
    const service = {
        ...inApps("v1", "Service", {}),
        metadata: { name: "edge", namespace: "apps", labels: { expose: "yes" } },
    };

    it("is met by a Service, or without a selector", async () => {
        assert.deepEqual(await violations(pool(), service), []);
        assert.deepEqual(await violations(pool({ matchLabels: { expose: "yes" } }), service), []);
        const name = { matchLabels: { "io.kubernetes.service.name": "edge" } };
        assert.deepEqual(await violations(pool(name), service), []);
    });

    it("is violated where there is none", async () => {
        assert.deepEqual(await violations(pool({ matchLabels: { expose: "yse" } }), service), [
            "CiliumLoadBalancerIPPool/own: it selects no Service; none has expose=yse, perhaps expose=yes is meant.",
        ]);
    });

    it("is not judged where selector or labels are unknown", async () => {
        assert.equal(await verdict(pool(UNKNOWN)), "not judged");
        const vague = { ...service, metadata: { ...service.metadata, labels: UNKNOWN } };
        assert.equal(await verdict(pool({ matchLabels: { expose: "no" } }), vague), "not judged");
    });
});
