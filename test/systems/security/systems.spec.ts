import assert from "node:assert/strict";
import type { PlatformContext } from "../../../components/base/system";
import { CertManager } from "../../../components/security/cert-manager";
import { Issuers } from "../../../components/security/issuers";
import { KubeletCsrApprover } from "../../../components/security/kubelet-csr-approver";
import { Kyverno } from "../../../components/security/kyverno";
import { SealedSecrets } from "../../../components/security/sealed-secrets";
import { allowedRegistries, isAllowedImage } from "../../../components/security/registries";
import { faults, workloads } from "../network/conformance";
import { needsCharts, record, settingsWith } from "../network/record";

const builds: Record<string, (context: PlatformContext) => unknown> = {
    KubeletCsrApprover: (context) => new KubeletCsrApprover("approver", { context, needs: [] }, {}),
    CertManager: (context) => new CertManager("cert-manager", { context, needs: [] }, {}),
    SealedSecrets: (context) => new SealedSecrets("sealed-secrets", { context, needs: [] }, {}),
    Kyverno: (context) => new Kyverno("kyverno", { context, needs: [] }, {}),
};

for (const [name, build] of Object.entries(builds)) {
    describe(name, () => {
        for (const profile of ["prod", "dev"]) {
            it(`keeps the rules for every workload in ${profile}`, async function () {
                const recording = await record(build, settingsWith({ profile }));
                needsCharts(this, recording);
                assert.deepEqual(faults(recording), []);
                assert.ok(workloads(recording).length > 0);
            });
        }

        it("renders the same twice", async function () {
            const [first, second] = [await record(build), await record(build)];
            needsCharts(this, first);
            assert.deepEqual(second.resources, first.resources);
        });
    });
}

describe("KubeletCsrApprover", () => {
    const environment = async (overrides = {}) => {
        const recording = await record(
            (context) => new KubeletCsrApprover("approver", { context, needs: [] }, {}),
            settingsWith(overrides),
        );
        const containers = workloads(recording)[0]?.template.spec.containers ?? [];
        const { env = [] } = (containers[0] ?? {}) as { env?: { name: string; value: string }[] };
        return {
            recording,
            variables: Object.fromEntries(env.map((entry) => [entry.name, entry.value])),
        };
    };

    it("approves the nodes of the settings by their exact names", async function () {
        const { recording, variables } = await environment();
        needsCharts(this, recording);
        const pattern = new RegExp(variables.PROVIDER_REGEX ?? "");
        assert.ok(pattern.test("worker-4"));
        assert.ok(!pattern.test("worker-44"));
        assert.ok(!pattern.test("my-worker-4"));
        assert.equal(variables.PROVIDER_IP_PREFIXES, "192.168.68.0/24");
    });

    it("approves any node name on a cluster that it does not know", async function () {
        const cluster = { source: "existing", name: "home", kubeconfig: "~/.kube/config" };
        const { recording, variables } = await environment({ cluster, nodes: [] });
        needsCharts(this, recording);
        assert.ok(new RegExp(variables.PROVIDER_REGEX ?? "").test("k3s-1"));
    });
});

describe("CertManager", () => {
    const flowNames = async (systems: object) => {
        const recording = await record(
            (context) => new CertManager("cert-manager", { context, needs: [] }, {}),
            settingsWith({ systems }),
        );
        return recording.objects
            .filter(({ kind }) => kind === "NetworkPolicy")
            .map(({ metadata }) => metadata.name);
    };

    it("opens the internet only for ACME", async () => {
        assert.ok(!(await flowNames({})).includes("allow-acme"));
        const acme = { email: "admin@example.org" };
        assert.ok((await flowNames({ certManager: { acme } })).includes("allow-acme"));
    });

    it("is ready only when its webhooks have their certificate", async function () {
        const recording = await record(
            (context) => new CertManager("cert-manager", { context, needs: [] }, {}),
        );
        needsCharts(this, recording);
        for (const kind of ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]) {
            const { annotations } = recording.object(kind, "cert-manager-webhook").metadata;
            assert.equal(
                annotations?.["pulumi.com/waitFor"],
                "jsonpath={.webhooks[*].clientConfig.caBundle}",
            );
        }
    });

    it("watches the Gateway API only when it is on", async function () {
        const build = (context: PlatformContext) =>
            new CertManager("cert-manager", { context, needs: [] }, {});
        const on = await record(build);
        needsCharts(this, on);
        const off = await record(
            build,
            settingsWith({ systems: { gatewayApi: { enabled: false } } }),
        );
        const configured = (recording: typeof on) =>
            JSON.stringify(recording.objects).includes("enableGatewayAPI: true");
        assert.deepEqual([configured(on), configured(off)], [true, false]);
    });
});

describe("Issuers", () => {
    const build = (systems = {}) =>
        record((context) => {
            const certManager = new CertManager("cert-manager", { context, needs: [] }, {});
            new Issuers("issuers", { context, certManager }, {});
        }, settingsWith({ systems }));

    it("makes a CA that keeps its key when it is renewed", async () => {
        const recording = await build();
        const { isCA, secretName, issuerRef, privateKey } = recording.object(
            "Certificate",
            "internal-ca",
        ).spec as Record<string, Record<string, unknown>>;
        assert.equal(isCA, true);
        assert.equal(issuerRef?.name, "internal-root");
        assert.equal(privateKey?.rotationPolicy, "Never");
        assert.deepEqual(recording.object("ClusterIssuer", "internal").spec, {
            ca: { secretName },
        });
    });

    it("has no ACME issuer and no Secret unless it is configured", async () => {
        const recording = await build();
        const issuers = recording.objects.filter(({ kind }) => kind === "ClusterIssuer");
        assert.deepEqual(
            issuers.map(({ metadata }) => metadata.name),
            ["internal-root", "internal"],
        );
        assert.ok(!recording.resources.some(({ type }) => type.endsWith(":Secret")));
    });

    it("answers ACME through DNS with the token of the configuration", async () => {
        const recording = await build({ certManager: { acme: { email: "admin@example.org" } } });
        const { acme } = recording.object("ClusterIssuer", "acme").spec as {
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
        const secret = recording.resources.find(
            ({ type }) => type === "platform:base:ConfiguredSecret",
        );
        assert.deepEqual(secret?.inputs, { source: "configuration", keys: ["api-token"] });
    });
});

describe("SealedSecrets", () => {
    it("renews its key, and says why it is alone", async function () {
        const systems = { sealedSecrets: { keyRenewal: "240h" } };
        const recording = await record(
            (context) => new SealedSecrets("sealed-secrets", { context, needs: [] }, {}),
            settingsWith({ systems }),
        );
        needsCharts(this, recording);
        const [controller] = workloads(recording);
        assert.match(
            JSON.stringify(controller?.template.spec.containers[0]),
            /"--key-renew-period","240h"/,
        );
        const system = recording.resources.find(({ type }) => type.endsWith(":SealedSecrets"));
        const [exception] = system?.inputs.exceptions as { criterion: string; resource: string }[];
        assert.equal(exception?.criterion, "HA-04");
        assert.equal(exception.resource, controller?.key);
    });
});

describe("Kyverno", () => {
    it("gives its webhooks an owner, so that they go when it goes", async () => {
        const recording = await record(
            (context) => new Kyverno("kyverno", { context, needs: [] }, {}),
        );
        const anchor = recording.object("ClusterRole", "kyverno:webhook");
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
