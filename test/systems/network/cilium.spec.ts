import assert from "node:assert/strict";
import { Cilium } from "../../../components/network/cilium";
import { faults, workloads } from "./conformance";
import { needsCharts, record, type Recording, settingsWith } from "./record";

interface Policy {
    readonly spec: {
        readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
        readonly ingress?: { from: object[]; ports: object[] }[];
        readonly egress?: { to: object[]; ports: object[] }[];
    };
}

const build = (settings = settingsWith()): Promise<Recording> =>
    record((context) => new Cilium("cilium", { context, needs: [] }, {}), settings);

/** The `kube-system` policies that select a pod with this label. */
function policiesOf(recording: Recording, app: string): Policy["spec"][] {
    return recording.objects
        .filter(
            ({ kind, metadata }) =>
                kind === "NetworkPolicy" && metadata.namespace === "kube-system",
        )
        .map((manifest) => (manifest as unknown as Policy).spec)
        .filter(({ podSelector }) => podSelector.matchLabels?.["k8s-app"] === app);
}

describe("Cilium", () => {
    let recording: Recording;

    before(async () => {
        recording = await build();
    });

    const configuration = () =>
        recording.object("ConfigMap", "cilium-config").data as Record<string, string>;

    it("labels kube-system instead of creating it, and puts no quota on it", () => {
        const types = recording.resources.filter(({ name }) => name.startsWith("kube-system:"));
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
        const both = [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
        ];
        const ingress = policiesOf(recording, "kube-dns").flatMap((spec) => spec.ingress ?? []);
        assert.deepEqual(
            ingress.map(({ from }) => from),
            [[{ namespaceSelector: {} }], [{ ipBlock: { cidr: "192.168.68.0/24" } }]],
        );
        assert.ok(ingress.every(({ ports }) => JSON.stringify(ports) === JSON.stringify(both)));
    });

    it("lets the cluster's DNS ask Talos' resolver, the name servers and the API servers", () => {
        const egress = policiesOf(recording, "kube-dns").flatMap((spec) => spec.egress ?? []);
        const cidrs = egress.flatMap(({ to }) =>
            to.map((peer) => (peer as { ipBlock: { cidr: string } }).ipBlock.cidr),
        );
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
        needsCharts(this, recording);
        assert.equal(configuration()["kube-proxy-replacement"], "true");
        const agent = workloads(recording).find(
            ({ key }) => key === "DaemonSet/kube-system/cilium",
        );
        const environment = JSON.stringify(agent?.template.spec.containers[0]);
        assert.match(environment, /"KUBERNETES_SERVICE_HOST","value":"localhost"/);
        assert.match(environment, /"KUBERNETES_SERVICE_PORT","value":"7445"/);
    });

    it("reaches the API of an existing cluster at its virtual address", async function () {
        needsCharts(this, recording);
        const existing = await build(
            settingsWith({
                cluster: {
                    source: "existing",
                    name: "home",
                    virtualIp: "192.168.68.100",
                    kubeconfig: "~/.kube/config",
                },
            }),
        );
        const agent = workloads(existing).find(({ key }) => key === "DaemonSet/kube-system/cilium");
        const environment = JSON.stringify(agent?.template.spec.containers[0]);
        assert.match(environment, /"KUBERNETES_SERVICE_HOST","value":"192.168.68.100"/);
    });

    it("encrypts pod traffic, enforces policies and matches nodes by address", function () {
        needsCharts(this, recording);
        const { ["enable-wireguard"]: wireguard, ...rest } = configuration();
        assert.equal(wireguard, "true");
        assert.equal(rest["policy-audit-mode"], "false");
        assert.equal(rest["policy-cidr-match-mode"], "nodes");
    });

    it("routes natively, so that API servers reach webhooks from their nodes' addresses", function () {
        needsCharts(this, recording);
        assert.equal(configuration()["routing-mode"], "native");
        assert.equal(configuration()["auto-direct-node-routes"], "true");
        assert.equal(configuration()["ipv4-native-routing-cidr"], "10.244.0.0/16");
    });

    it("leaves service meshes their connections", function () {
        needsCharts(this, recording);
        assert.equal(configuration()["bpf-lb-sock-hostns-only"], "true");
        assert.equal(configuration()["cni-exclusive"], "false");
    });

    it("renders the same twice: no certificate comes out of the templates", async function () {
        needsCharts(this, recording);
        const again = await build();
        assert.deepEqual(again.resources, recording.resources);
        assert.deepEqual(
            recording.objects.filter(({ kind }) => kind === "Secret"),
            [],
        );
    });

    it("creates no namespace without guardrails", function () {
        needsCharts(this, recording);
        const names = recording.objects.filter(({ kind }) => kind === "Namespace");
        assert.deepEqual(
            names.map(({ metadata }) => metadata.name),
            ["cilium-secrets"],
        );
        assert.ok(
            recording.objects.some(
                ({ kind, metadata }) =>
                    kind === "NetworkPolicy" && metadata.namespace === "cilium-secrets",
            ),
        );
    });

    it("excepts from SEC-03 exactly the workloads that share the node", function () {
        needsCharts(this, recording);
        const system = recording.resources.find(({ type }) => type === "platform:network:Cilium");
        const exceptions = system?.inputs.exceptions as { criterion: string; resource: string }[];
        const agents = workloads(recording)
            .filter(({ template }) => template.spec.hostNetwork === true)
            .map(({ key }) => key);
        assert.deepEqual(
            exceptions.map(({ criterion, resource }) => [criterion, resource]).sort(),
            agents.map((key) => ["SEC-03", key]).sort(),
        );
        assert.deepEqual(faults(recording, agents), []);
    });

    it("renders single replicas without budgets in dev", async function () {
        needsCharts(this, recording);
        const dev = await build(settingsWith({ profile: "dev" }));
        assert.deepEqual(
            dev.objects.filter(({ kind }) => kind === "PodDisruptionBudget"),
            [],
        );
    });
});
