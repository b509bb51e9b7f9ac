import assert from "node:assert/strict";
import { allowedRegistries, isAllowedImage } from "../../../trust/registries";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { workloads } from "../conformance";
import { onExisting, small, told } from "../variants";

describe("KubeletCsrApprover", () => {
    const environment = (part: RecordedStack): Record<string, string> => {
        const [container] = workloads(part)[0]?.template.spec.containers ?? [];
        const { env = [] } = (container ?? {}) as { env?: { name: string; value: string }[] };
        return Object.fromEntries(env.map(({ name, value }) => [name, value]));
    };

    it("approves the nodes of the settings by their exact names", async function () {
        const approver = (await stack("prod")).component("kubelet-csr-approver");
        needsCharts(this, approver);
        const { PROVIDER_REGEX = "", PROVIDER_IP_PREFIXES } = environment(approver);
        const pattern = new RegExp(PROVIDER_REGEX);
        assert.ok(pattern.test("worker-4"));
        assert.ok(!pattern.test("worker-44"));
        assert.ok(!pattern.test("my-worker-4"));
        assert.equal(PROVIDER_IP_PREFIXES, "192.168.68.0/24");
    });

    it("approves any node name on a cluster that it does not know", async function () {
        const approver = (await onExisting()).component("kubelet-csr-approver");
        needsCharts(this, approver);
        assert.ok(new RegExp(environment(approver).PROVIDER_REGEX ?? "").test("k3s-1"));
    });
});

describe("CertManager", () => {
    it("opens the internet only for ACME", async () => {
        const flows = (recorded: RecordedStack) =>
            recorded
                .component("cert-manager")
                .ofKind("NetworkPolicy")
                .map(({ metadata }) => metadata.name);
        assert.ok(!flows(await stack("prod")).includes("allow-acme"));
        assert.ok(flows(await told()).includes("allow-acme"));
    });

    it("is ready only when its webhooks have their certificate", async function () {
        const manager = (await stack("prod")).component("cert-manager");
        needsCharts(this, manager);
        for (const kind of ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]) {
            const { annotations } = manager.object(`${kind}/cert-manager-webhook`).metadata;
            assert.equal(
                annotations?.["pulumi.com/waitFor"],
                "jsonpath={.webhooks[*].clientConfig.caBundle}",
            );
        }
    });

    it("watches the Gateway API only when it is on", async function () {
        const parts = [await stack("prod"), await small()].map((recorded) =>
            recorded.component("cert-manager"),
        );
        parts.forEach((part) => {
            needsCharts(this, part);
        });
        const watches = parts.map(({ objects }) =>
            JSON.stringify(objects).includes("enableGatewayAPI: true"),
        );
        assert.deepEqual(watches, [true, false]);
    });
});

describe("Issuers", () => {
    it("makes a CA that keeps its key when it is renewed", async () => {
        const issuers = (await stack("prod")).component("issuers");
        const { isCA, secretName, issuerRef, privateKey } = issuers.object(
            "Certificate/cert-manager/internal-ca",
        ).spec as Record<string, Record<string, unknown>>;
        assert.equal(isCA, true);
        assert.equal(issuerRef?.name, "internal-root");
        assert.equal(privateKey?.rotationPolicy, "Never");
        assert.deepEqual(issuers.object("ClusterIssuer/internal").spec, { ca: { secretName } });
    });

    it("has no ACME issuer and no Secret unless it is configured", async () => {
        const issuers = (await stack("prod")).component("issuers");
        assert.deepEqual(
            issuers.ofKind("ClusterIssuer").map(({ metadata }) => metadata.name),
            ["internal", "internal-root"],
        );
        assert.deepEqual(issuers.ofKind("Secret"), []);
    });

    it("answers ACME through DNS with the token of the configuration", async () => {
        const issuers = (await told()).component("issuers");
        const { acme } = issuers.object("ClusterIssuer/acme").spec as {
            acme: { email: string; solvers: object[] };
        };
        assert.equal(acme.email, "admin@example.org");
        assert.deepEqual(acme.solvers, [
            {
                selector: { dnsZones: ["home.example.org"] },
                dns01: {
                    cloudflare: {
                        apiTokenSecretRef: { name: "cloudflare-api-token", key: "api-token" },
                    },
                },
            },
        ]);
        const [secret] = issuers.ofType("platform:base:ConfiguredSecret");
        assert.deepEqual(secret?.inputs, { source: "configuration", keys: ["api-token"] });
    });
});

describe("SealedSecrets", () => {
    it("renews its key as it is told", async function () {
        const sealedSecrets = (await told()).component("sealed-secrets");
        needsCharts(this, sealedSecrets);
        const [controller] = workloads(sealedSecrets);
        assert.match(
            JSON.stringify(controller?.template.spec.containers[0]),
            /"--key-renew-period","240h"/,
        );
    });
});

describe("Kyverno", () => {
    it("gives its webhooks an owner, so that they go when it goes", async () => {
        const anchor = (await stack("prod")).object("ClusterRole/kyverno:webhook");
        assert.equal(anchor.metadata.labels?.["app.kubernetes.io/component"], "kyverno");
        assert.equal(anchor.rules, undefined, "it grants nothing");
    });
});

describe("the registry list", () => {
    it("holds whole names: no prefix may end inside a host or an organisation", () => {
        assert.ok(allowedRegistries.every((registry) => registry.endsWith("/")));
        assert.ok(!isAllowedImage("quay.io.example.org/a/b:1"));
        assert.ok(!isAllowedImage("docker.io/library/nginx:1"));
        assert.ok(isAllowedImage("quay.io/cilium/cilium:v1"));
    });
});
