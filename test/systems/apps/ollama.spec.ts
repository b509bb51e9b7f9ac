/** Ollama: who may ask it, and how it gets its model. */
import assert from "node:assert/strict";
import { ollama as definition } from "../../../components/apps/ollama";
import { fetchJob, ollamaValues } from "../../../components/apps/ollama-values";
import { extensionsForAll } from "../../fixtures/every-system";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackSettings } from "../../fixtures/stack";

interface Container {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
}

interface Workload {
    readonly strategy?: { readonly type: string };
    readonly template: {
        readonly metadata: { readonly labels: Readonly<Record<string, string>> };
        readonly spec: { readonly containers: readonly Container[]; readonly lifecycle?: object };
    };
}

const args = {
    image: definition.images.ollama,
    storageClass: "ceph-filesystem",
    size: 8,
    memory: 4096,
};

/** What the settings say of the sample site with these values. */
function faultsOf(own: Readonly<Record<string, unknown>>, site = {}): string {
    try {
        stackSettings({ ...site, systems: { ollama: { enabled: true, ...own } } });
        return "";
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}

describe("Ollama", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("ollama");
    });

    it("has no route: it asks nobody who they are", () => {
        assert.deepEqual(prod.ofKind("HTTPRoute"), []);
        assert.deepEqual(prod.ofKind("Ingress"), []);
    });

    it("lets in n8n and nobody else, and reaches the internet only to fetch", () => {
        const policies = prod
            .ofKind("NetworkPolicy")
            .map(
                ({ spec }) =>
                    spec as { ingress?: unknown[]; egress?: object[]; podSelector: object },
            )
            .map((spec) => JSON.stringify(spec));
        const admits = policies.filter((policy) => policy.includes("11434"));
        assert.ok(admits.length > 0);
        assert.ok(admits.every((policy) => policy.includes('"n8n"')));
        const leaves = policies.filter((policy) => policy.includes("0.0.0.0/0"));
        assert.ok(leaves.length > 0);
        assert.ok(leaves.every((policy) => policy.includes("ollama-fetch")));
    });

    it("fetches nothing when it starts, and never runs twice at once", function () {
        needsCharts(this, prod);
        const server = prod.object("Deployment/ollama/ollama").spec as Workload;
        assert.equal(server.strategy?.type, "Recreate");
        assert.doesNotMatch(JSON.stringify(server), /postStart|ollama pull/);
    });

    it("has its models where every node mounts them", function () {
        needsCharts(this, prod);
        const { spec } = prod.object("PersistentVolumeClaim/ollama/ollama");
        const { accessModes, storageClassName } = spec as {
            readonly accessModes: readonly string[];
            readonly storageClassName: string;
        };
        assert.deepEqual([accessModes, storageClassName], [["ReadWriteMany"], "ceph-filesystem"]);
    });

    it("is not there in dev", async () => {
        const dev = await stack("dev");
        const names = dev.ofKind("Namespace").map(({ metadata }) => metadata.name);
        assert.ok(!names.includes("ollama"));
    });
});

describe("the Job that fetches a model", () => {
    it("is another one for another model, and the same for the same", () => {
        const name = (model: string) => fetchJob("ollama:1", model).metadata.name;
        assert.equal(name("qwen3:4b"), name("qwen3:4b"));
        assert.notEqual(name("qwen3:4b"), name("qwen3:8b"));
    });

    it("starts its own server where nobody reaches it", () => {
        const { template } = fetchJob("ollama:1", "qwen3:4b").spec as Workload;
        const [container] = template.spec.containers;
        const host = container?.env.find(({ name }) => name === "OLLAMA_HOST");
        assert.equal(host?.value, "127.0.0.1");
        assert.notEqual(template.metadata.labels["app.kubernetes.io/name"], "ollama");
    });
});

describe("GPUs for the model", () => {
    const [first, ...others] = sampleConfiguration.nodes.filter(({ role }) => role === "worker");
    assert.ok(first);
    const nodes = [
        ...sampleConfiguration.nodes.filter(({ role }) => role !== "worker"),
        { ...first, devices: [{ mapping: "gpu" }] },
        ...others,
    ];
    const talosExtensions = extensionsForAll;

    it("are asked for with the runtime of NVIDIA, and not at all by default", () => {
        const { ollama, runtimeClassName } = ollamaValues({ ...args, gpus: 2 });
        assert.equal(runtimeClassName, "nvidia");
        assert.deepEqual((ollama as { gpu: object }).gpu, {
            enabled: true,
            type: "nvidia",
            number: 2,
        });
        assert.equal(ollamaValues({ ...args, gpus: 0 }).runtimeClassName, undefined);
    });

    it("are refused where no worker has as many, or Talos cannot show them", () => {
        assert.equal(faultsOf({ gpus: 0 }), "");
        assert.equal(faultsOf({ gpus: 1 }, { nodes, talosExtensions }), "");
        assert.match(faultsOf({ gpus: 1 }), /systems\.ollama\.gpus.*at most 0/s);
        assert.match(faultsOf({ gpus: 2 }, { nodes, talosExtensions }), /at most 1/);
        assert.match(faultsOf({ gpus: 1 }, { nodes }), /nvidia-container-toolkit/);
    });
});

describe("the model", () => {
    it("has an exact tag, or one sentence says so", () => {
        const good = ["qwen3:4b-instruct-2507-q4_K_M", "gemma3:4b", "library/qwen3:8b"];
        assert.deepEqual(
            good.filter((model) => faultsOf({ model }) !== ""),
            [],
        );
        for (const model of ["qwen3", "qwen3:", ":4b", "a/b/c:1", "qwen3:4b; rm -rf /", "-x:1"]) {
            assert.match(faultsOf({ model }), /systems\.ollama\.model.*exact tag/s, model);
        }
    });
});
