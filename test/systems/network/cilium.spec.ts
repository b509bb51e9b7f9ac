import assert from "node:assert/strict";
import { cilium as definition } from "../../../components/network/cilium";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, type DeclaredFlow } from "../flows";
import { workloads } from "../workloads";
import { alone } from "../variants";

/** A flow of the pods in `kube-system`. */
function flow(part: RecordedStack, wanted: string): DeclaredFlow {
    const found = declaredFlows(part).find(
        ({ name, namespace }) => name === wanted && namespace === "kube-system",
    );
    return found ?? assert.fail(`no flow ${wanted}`);
}

describe("Cilium", () => {
    let cilium: RecordedStack;

    before(async () => {
        cilium = (await stack("prod")).component("cilium");
    });

    const configuration = () =>
        cilium.object("ConfigMap/kube-system/cilium-config").data as Record<string, string>;
    const agentOf = (part: RecordedStack) =>
        JSON.stringify(
            workloads(part).find(({ key }) => key === "DaemonSet/kube-system/cilium")?.template.spec
                .containers[0],
        );

    it("labels kube-system instead of creating it, and puts no quota on it", () => {
        const types = cilium.resources.filter(({ name }) => name.startsWith("kube-system:"));
        assert.equal(
            types.filter(({ type }) => type === "kubernetes:core/v1:NamespacePatch").length,
            1,
        );
        assert.deepEqual(
            types.filter(({ type }) => type.endsWith(":ResourceQuota")),
            [],
        );
    });

    it("lets every pod and the nodes ask the cluster's DNS, on UDP and TCP", () => {
        const ports = [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
        ];
        const peers = {
            "dns-from-pods": { namespaceSelector: {} },
            "dns-from-nodes": { ipBlock: { cidr: "192.168.68.0/24" } },
        };
        for (const [name, peer] of Object.entries(peers)) {
            const { pods, direction, ...rule } = flow(cilium, name);
            assert.deepEqual(pods, { "k8s-app": "kube-dns" });
            assert.equal(direction, "in");
            assert.deepEqual([rule.peers, rule.ports], [[peer], ports]);
        }
    });

    it("lets the cluster's DNS ask Talos' resolver, the name servers and the API servers", () => {
        const cidrs = ["dns-upstream-0", "dns-upstream-1", "dns-upstream-2", "dns-to-api-server"]
            .flatMap((name) => flow(cilium, name).peers)
            .map(({ ipBlock }) => ipBlock?.cidr);
        assert.deepEqual(cidrs, [
            "169.254.116.108/32",
            "192.168.68.1/32",
            "9.9.9.9/32",
            "192.168.68.101/32",
            "192.168.68.102/32",
            "192.168.68.106/32",
            "192.168.68.100/32",
        ]);
    });

    it("replaces kube-proxy over KubePrism on machines that this stack makes", function () {
        needsCharts(this, cilium);
        assert.equal(configuration()["kube-proxy-replacement"], "true");
        assert.match(agentOf(cilium), /"KUBERNETES_SERVICE_HOST","value":"localhost"/);
        assert.match(agentOf(cilium), /"KUBERNETES_SERVICE_PORT","value":"7445"/);
    });

    it("reaches the API of an existing cluster at its virtual address", async function () {
        const existing = (await alone(definition)).component("cilium");
        needsCharts(this, existing);
        assert.match(agentOf(existing), /"KUBERNETES_SERVICE_HOST","value":"192.168.68.100"/);
    });

    it("encrypts pod traffic, enforces policies and matches nodes by address", function () {
        needsCharts(this, cilium);
        const { ["enable-wireguard"]: wireguard, ...rest } = configuration();
        assert.equal(wireguard, "true");
        assert.equal(rest["policy-audit-mode"], "false");
        assert.equal(rest["policy-cidr-match-mode"], "nodes");
    });

    it("routes natively, so that API servers reach webhooks from their nodes' addresses", function () {
        needsCharts(this, cilium);
        assert.equal(configuration()["routing-mode"], "native");
        assert.equal(configuration()["auto-direct-node-routes"], "true");
        assert.equal(configuration()["ipv4-native-routing-cidr"], "10.244.0.0/16");
    });

    it("leaves service meshes their connections", function () {
        needsCharts(this, cilium);
        assert.equal(configuration()["bpf-lb-sock-hostns-only"], "true");
        assert.equal(configuration()["cni-exclusive"], "false");
    });

    it("creates no namespace without guardrails", function () {
        needsCharts(this, cilium);
        assert.deepEqual(
            cilium.ofKind("Namespace").map(({ metadata }) => metadata.name),
            ["cilium-secrets"],
        );
        assert.ok(cilium.object("NetworkPolicy/cilium-secrets/default-deny"));
    });

    it("excepts from SEC-03 exactly the workloads that share the node", function () {
        needsCharts(this, cilium);
        const [system] = cilium.ofType("platform:network:Cilium");
        const exceptions = system?.inputs.exceptions as { criterion: string; resource: string }[];
        const agents = workloads(cilium)
            .filter(({ template }) => template.spec.hostNetwork === true)
            .map(({ key }) => key);
        assert.deepEqual(
            exceptions.map(({ criterion, resource }) => [criterion, resource]).sort(),
            agents.map((key) => ["SEC-03", key]).sort(),
        );
    });
});
