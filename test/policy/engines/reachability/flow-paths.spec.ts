import * as assert from "node:assert/strict";
import { networkOf } from "../../../../policy/engines/reachability";
import { endName } from "../../../../policy/engines/reachability/places";
import { needsOf } from "../../../../policy/engines/reachability/needs";
import { flowPathsOf } from "../../../../policy/engines/reachability/paths";
import { denyAll, namespace, peer, pods, policy, stackOf } from "../../../flows/stack";
import { type Inputs, object, type Resource, UNKNOWN } from "../../harness";

/** `from -> to port` of every path between pods of the test's namespaces and places. */
function paths(...resources: readonly Resource[]): string[] {
    return flowPathsOf(networkOf(stackOf(...resources)))
        .map(({ from, to, port: { protocol, port = "every", endPort } }) => {
            const range = endPort === undefined ? port : `${port}-${endPort}`;
            return `${endName(from)} -> ${endName(to)} ${protocol} ${range}`;
        })
        .filter((text) => !text.includes("CoreDNS"))
        .sort();
}

const homes = [...namespace("a"), ...namespace("b"), denyAll("a"), denyAll("b")];
const client = pods("a", "client", [9000]);
const server = pods("b", "server", [8080, 8081]);
const out = (ports?: Inputs[]) =>
    policy("a", "out", "client", { egress: [{ to: [peer("b", "server")], ports }] });
const into = (ports?: Inputs[]) =>
    policy("b", "in", "server", { ingress: [{ from: [peer("a", "client")], ports }] });
const tcp = (port: number | string, endPort?: number) => ({ protocol: "TCP", port, endPort });
const FLOW = "Deployment/a/client -> Deployment/b/server TCP";

describe("paths", () => {
    it("need both ends, with the rules of both", () => {
        assert.deepEqual(paths(...homes, client, server, out([tcp(8080)])), []);
        assert.deepEqual(paths(...homes, client, server, into([tcp(8080)])), []);
        const both = [...homes, client, server, out([tcp(8080)]), into([tcp(8080)])];
        assert.deepEqual(paths(...both), [`${FLOW} 8080`]);
        const [path] = flowPathsOf(networkOf(stackOf(...both)));
        const names = (rules: typeof path) => [
            rules?.egress.map((rule) => rule.policy.fact.key),
            rules?.ingress.map((rule) => rule.policy.fact.key),
        ];
        assert.deepEqual(names(path), [["NetworkPolicy/a/out"], ["NetworkPolicy/b/in"]]);
    });

    it("are on the ports that both ends name and the destination listens on", () => {
        const ports = [tcp(8080), tcp(8082), { protocol: "UDP", port: 8081 }];
        assert.deepEqual(paths(...homes, client, server, out(ports), into(ports)), [
            `${FLOW} 8080`,
        ]);
        assert.deepEqual(paths(...homes, client, server, out(), into([tcp(8081)])), [
            `${FLOW} 8081`,
        ]);
        assert.deepEqual(paths(...homes, client, server, out(), into()), [
            `${FLOW} 8080`,
            `${FLOW} 8081`,
        ]);
    });

    it("read names of ports at the destination", () => {
        const named = pods("b", "server", [{ name: "web", containerPort: 8443 }]);
        assert.deepEqual(paths(...homes, client, named, out([tcp("web")]), into([tcp("web")])), [
            `${FLOW} 8443`,
        ]);
    });

    it("have the range that is listened on, within the range of the rule", () => {
        const ceph = object({
            apiVersion: "ceph.rook.io/v1",
            kind: "CephCluster",
            metadata: { name: "ceph", namespace: "b" },
            spec: { network: {} },
        });
        const range = (...ports: Inputs[]) => [
            policy("a", "out", "client", { egress: [{ to: [peer("b", "rook-ceph-osd")], ports }] }),
            policy("b", "in", "rook-ceph-osd", { ingress: [{ from: [peer("a")], ports }] }),
        ];
        const flow = "Deployment/a/client -> CephCluster/b/ceph osd TCP";
        assert.deepEqual(paths(...homes, client, ceph, ...range(tcp(6000, 9000))), [
            `${flow} 6800-7568`,
        ]);
        assert.deepEqual(paths(...homes, client, ceph, ...range(tcp(6800, 6810))), [
            `${flow} 6800-6810`,
        ]);
        assert.deepEqual(paths(...homes, client, ceph, ...range(tcp(7000))), [`${flow} 7000`]);
    });

    it("lead from and to pods that no policy governs in that direction", () => {
        const open = namespace("c");
        const free = pods("c", "free", [7000]);
        const any = policy("b", "in", "server", { ingress: [{ ports: [tcp(8080)] }] });
        const all = policy("a", "out", "client", { egress: [{}] });
        assert.deepEqual(paths(...homes, ...open, free, server, any), [
            "Deployment/c/free -> Deployment/b/server TCP 8080",
            "gateway -> Deployment/b/server TCP 8080",
            "internet -> Deployment/b/server TCP 8080",
            "nodes -> Deployment/b/server TCP 8080",
        ]);
        assert.deepEqual(paths(...homes, ...open, free, client, all), [
            "Deployment/a/client -> Deployment/c/free TCP 7000",
            "Deployment/a/client -> gateway ANY every",
            "Deployment/a/client -> internet ANY every",
            "Deployment/a/client -> nodes ANY every",
        ]);
        assert.deepEqual(paths(...open, free, pods("c", "other", [1])), []);
    });

    it("take pods on the network of their node for the node", () => {
        const agent = pods("a", "client", [9000], { pod: { hostNetwork: true } });
        const nodes = policy("b", "in", "server", {
            ingress: [{ from: [{ ipBlock: { cidr: "192.168.68.0/24" } }], ports: [tcp(8080)] }],
        });
        assert.deepEqual(paths(...homes, agent, server, out([tcp(8080)]), into([tcp(8080)])), []);
        assert.deepEqual(paths(...homes, agent, server, nodes), [
            "nodes -> Deployment/b/server TCP 8080",
        ]);
    });

    it("name a place only when all of it is let through, else the address", () => {
        const to = (...cidrs: string[]) =>
            policy("a", "out", "client", {
                egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(443)] }],
            });
        const found = (...cidrs: string[]) => paths(...homes, client, to(...cidrs));
        assert.deepEqual(found("192.168.68.101/32"), ["Deployment/a/client -> api-server TCP 443"]);
        assert.deepEqual(found("192.168.68.102/32"), [
            "Deployment/a/client -> 192.168.68.102/32 TCP 443",
        ]);
        assert.deepEqual(found("192.168.68.101/32", "192.168.68.102/32", "192.168.68.103/32"), [
            "Deployment/a/client -> nodes TCP 443",
        ]);
        assert.deepEqual(found("0.0.0.0/0"), [
            "Deployment/a/client -> internet TCP 443",
            "Deployment/a/client -> nodes TCP 443",
        ]);
    });

    it("leave out what is known only at the update", () => {
        const unknown = policy("b", "in", "server", {
            ingress: [{ from: [{ podSelector: UNKNOWN }] }],
        });
        assert.deepEqual(paths(...homes, client, server, out([tcp(8080)]), unknown), []);
    });

    it("are needed by the node plugins of Ceph, and by the operator that runs its commands", () => {
        const metadata = { namespace: "b" };
        const rbac = "rbac.authorization.k8s.io";
        const roleRef = { apiGroup: rbac, kind: "ClusterRole", name: "rook" };
        const rook = [
            object({
                apiVersion: "ceph.rook.io/v1",
                kind: "CephCluster",
                metadata: { name: "ceph", ...metadata },
            }),
            object({
                apiVersion: "csi.ceph.io/v1",
                kind: "Driver",
                metadata: { name: "rbd", ...metadata },
            }),
            pods("b", "rook", [], { pod: { serviceAccountName: "rook" } }),
            object({
                apiVersion: "apiextensions.k8s.io/v1",
                kind: "CustomResourceDefinition",
                metadata: { name: "cephclusters.ceph.rook.io" },
                spec: {
                    group: "ceph.rook.io",
                    names: { kind: "CephCluster", plural: "cephclusters" },
                },
            }),
            object({
                apiVersion: `${rbac}/v1`,
                kind: "ClusterRole",
                metadata: { name: "rook" },
                rules: [
                    {
                        apiGroups: ["ceph.rook.io"],
                        resources: ["cephclusters/status"],
                        verbs: ["update"],
                    },
                ],
            }),
            object({
                apiVersion: `${rbac}/v1`,
                kind: "ClusterRoleBinding",
                metadata: { name: "rook" },
                roleRef,
                subjects: [{ kind: "ServiceAccount", name: "rook", ...metadata }],
            }),
        ];
        const { view, places } = networkOf(stackOf(...homes, ...rook));
        const needs = (source: string) =>
            needsOf(view, places)
                .filter(({ from }) => endName(from) === source)
                .map(({ to, port }) => `${endName(to)} ${port.port}`);
        assert.deepEqual(needs("Driver/b/rbd node plugin"), [
            "CephCluster/b/ceph mon 3300",
            "CephCluster/b/ceph osd 6800",
        ]);
        assert.deepEqual(needs("Deployment/b/rook"), ["CephCluster/b/ceph mon 3300"]);
    });
});
