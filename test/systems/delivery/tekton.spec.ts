/** What makes images of commits: the gate, who may what, and what Tekton's own checks say of it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import { isRecord, type Manifest } from "../../../components/base/object";
import { tekton as definition } from "../../../components/delivery/tekton";
import { narrowed } from "../../../components/delivery/tekton-operator";
import { pipeline, pipelineRun } from "../../../components/delivery/tekton-pipeline";
import {
    privateServers,
    tektonFaults,
    type TektonSettings,
} from "../../../components/delivery/tekton-settings";
import { buildSteps } from "../../../components/delivery/tekton-steps";
import { tasks } from "../../../components/delivery/tekton-tasks";
import { eventListener, triggerTemplate } from "../../../components/delivery/tekton-triggers";
import { scannerVersion } from "../../../components/observability/trivy-operator-values";
import { leastSettings } from "../../fixtures/every-system";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";

type Build = TektonSettings["builds"][number];

const shop: Build = {
    name: "shop",
    repository: "https://git.example.org/team/shop.git",
    isPrivate: true,
    branch: "main",
    image: "ghcr.io/example/shop",
    test: { image: "docker.io/library/node:24.13.0-slim", command: "npm ci && npm test" },
};
const settings: TektonSettings = { builds: [shop], registryUser: "builder", stopsUnfixed: true };
const images = { clone: "c:1", builder: "b:1", run: "r:1", scanner: "s:1", cosign: "k:1" };

interface Step {
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly valueFrom?: object }[];
    readonly envFrom?: readonly object[];
}

interface TaskSpec {
    readonly steps: readonly Step[];
    readonly workspaces: readonly { readonly name: string }[];
    readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
}

const specOf = (manifest: Manifest | undefined): TaskSpec => {
    assert.ok(manifest);
    return manifest.spec as TaskSpec;
};
const taskNamed = (name: string, of: TektonSettings = settings) =>
    specOf(tasks(images, of).find(({ metadata }) => metadata.name === name));

describe("a pipeline of Tekton", () => {
    it("scans before it signs, and signs before the image has the name that is deployed", () => {
        const { tasks: steps } = pipeline(shop).spec as {
            tasks: readonly { name: string; runAfter?: readonly string[]; onError?: string }[];
        };
        assert.deepEqual(
            steps.map(({ name }) => name),
            ["clone", "test", "build", "scan", "sign", "push"],
        );
        steps.slice(1).forEach(({ runAfter }, index) => {
            assert.deepEqual(runAfter, [buildSteps[index]]);
        });
        assert.ok(steps.every(({ onError }) => onError === undefined));
    });

    it("ends at a critical vulnerability, of the image by its digest", () => {
        const [scan] = taskNamed("scan").steps;
        const { args = [] } = scan ?? {};
        assert.ok(args.includes("--severity=CRITICAL"));
        assert.ok(args.includes("--exit-code=1"));
        assert.ok(!args.includes("--ignore-unfixed"));
        assert.match(args.at(-1) ?? "", /-candidates@\$\(params\.digest\)$/);
        const [lenient] = taskNamed("scan", { ...settings, stopsUnfixed: false }).steps;
        assert.ok(lenient?.args?.includes("--ignore-unfixed"));
    });

    it("writes the name that is deployed in its last step alone", () => {
        for (const { metadata, spec } of tasks(images, settings)) {
            const text = JSON.stringify((spec as TaskSpec).steps);
            assert.equal(
                text.includes("$(params.image):$(params.revision)"),
                metadata.name === "push",
                metadata.name,
            );
        }
    });

    it("runs the code of others without any credential", () => {
        const { steps, workspaces, volumes } = taskNamed("test-shop");
        assert.deepEqual(
            workspaces.map(({ name }) => name),
            ["source"],
        );
        assert.ok(volumes.every(({ secret }) => secret === undefined));
        assert.ok(
            steps.every(
                ({ env = [], envFrom = [] }) =>
                    envFrom.length === 0 && env.every(({ valueFrom }) => valueFrom === undefined),
            ),
        );
    });

    it("gives the key to the step that signs and to no other", () => {
        const holders = tasks(images, settings)
            .filter(({ spec }) => JSON.stringify(spec).includes("build-signing"))
            .map(({ metadata }) => metadata.name);
        assert.deepEqual(holders, ["sign"]);
    });

    it("sends the token of private repositories to their server alone", () => {
        assert.deepEqual(privateServers(settings), ["https://git.example.org"]);
        const open = { ...settings, builds: [{ ...shop, isPrivate: false }] };
        assert.equal(taskNamed("clone", open).steps[0]?.envFrom, undefined);
    });

    it("starts at a signed push to its branch alone", () => {
        const { triggers } = eventListener([shop], 2).spec as {
            triggers: readonly {
                interceptors: readonly { name: string; params: readonly { value: unknown }[] }[];
            }[];
        };
        const [signature, branch] = triggers[0]?.interceptors ?? [];
        assert.equal(signature?.name, "signature");
        assert.match(
            String(branch?.params[0]?.value),
            /^body\.repository\.clone_url == "https:\/\/git\.example\.org\/team\/shop\.git" && body\.ref == "refs\/heads\/main" && !body\.deleted/,
        );
    });
});

describe("settings of Tekton", () => {
    const other = { ...shop, name: "other", image: "ghcr.io/example/other" };
    const told = (changed: Partial<TektonSettings>) =>
        tektonFaults({ ...settings, ...changed }).map(({ key, found }) => `${key}: ${found}`);

    it("are right with an image, its repository and who pushes", () => {
        assert.deepEqual(told({}), []);
        assert.deepEqual(told({ builds: [shop, other] }), []);
    });

    it("tell what is missing and what is there twice", () => {
        assert.deepEqual(told({ builds: [] }), ["systems.tekton.builds: nothing"]);
        assert.deepEqual(told({ registryUser: undefined }), [
            "systems.tekton.registryUser: nothing",
        ]);
        assert.deepEqual(told({ builds: [shop, { ...other, name: "shop" }] }), [
            "systems.tekton.builds[1].name: shop, as another has it",
        ]);
        assert.deepEqual(told({ builds: [shop, { ...other, image: shop.image }] }), [
            "systems.tekton.builds[1].image: ghcr.io/example/shop, as another has it",
        ]);
    });

    it("tell of a second registry and a second server of private repositories", () => {
        assert.deepEqual(told({ builds: [shop, { ...other, image: "quay.io/example/other" }] }), [
            "systems.tekton.builds[1].image: quay.io/example/other, in another registry than ghcr.io/example/shop",
        ]);
        const elsewhere = { ...other, repository: "https://code.example.net/other.git" };
        assert.deepEqual(told({ builds: [shop, elsewhere] }), [
            "systems.tekton.builds: private repositories on https://git.example.org and https://code.example.net",
        ]);
    });

    it("refuse images without a registry or an exact tag, and addresses with a password", () => {
        const wrong = (change: object) =>
            !definition.schema.safeParse({ registryUser: "b", builds: [{ ...shop, ...change }] })
                .success;
        assert.ok(!wrong({}));
        assert.ok(!wrong({ image: "registry.example.org:5000/team/shop" }));
        assert.ok(wrong({ image: "shop" }));
        assert.ok(wrong({ image: "example/shop" }));
        assert.ok(wrong({ image: "ghcr.io/example/shop:1.0" }));
        assert.ok(wrong({ image: "ghcr.io/Example/Shop" }));
        assert.ok(wrong({ repository: "ssh://git@git.example.org/shop.git" }));
        assert.ok(wrong({ repository: "https://user:secret@git.example.org/shop.git" }));
        assert.ok(wrong({ test: { ...shop.test, image: "docker.io/library/node" } }));
        assert.ok(wrong({ test: { ...shop.test, image: "docker.io/library/node:latest" } }));
        assert.ok(wrong({ test: { ...shop.test, command: " " } }));
        assert.ok(wrong({ name: "Shop" }));
    });
});

describe("Tekton", () => {
    let stack: RecordedStack;
    before(async () => {
        stack = await alone(definition, { ...leastSettings.tekton });
    });

    it("scans with the scanner of the platform, in the same release", () => {
        assert.equal(definition.images.scanner.tag, scannerVersion);
    });

    it("takes from its operator what is not installed, and impersonates nobody", function () {
        needsCharts(this, stack);
        const { rules } = stack.object("ClusterRole/tekton-operator") as unknown as {
            rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[];
        };
        const all = rules.flatMap(({ apiGroups, resources, verbs }) => [
            ...apiGroups,
            ...resources,
            ...verbs,
        ]);
        for (const gone of ["impersonate", "*", "security.openshift.io", "networkpolicies"]) {
            assert.ok(!all.includes(gone), gone);
        }
        assert.ok(all.includes("tektoninstallersets"));
    });

    it("narrows a rule to what is used, and drops one of which nothing is left", () => {
        const rule = { apiGroups: ["security.openshift.io"], resources: ["a"], verbs: ["use"] };
        assert.deepEqual(narrowed(rule), []);
        const accounts = { apiGroups: [""], resources: ["serviceaccounts"] };
        assert.deepEqual(narrowed({ ...accounts, verbs: ["get", "impersonate"] }), [
            { ...accounts, verbs: ["get"] },
        ]);
    });

    it("gives the accounts of runs and of the page no Secret", () => {
        const inBuilds = stack
            .ofKind("Role")
            .filter(({ metadata }) => metadata.namespace === "builds");
        assert.ok(inBuilds.length >= 3);
        assert.ok(!JSON.stringify(inBuilds).includes('"secrets"'));
        const account = stack.object("ServiceAccount/builds/builds");
        assert.equal(account.automountServiceAccountToken, false);
    });

    it("keeps passwords out of everything but Secrets", () => {
        const others = stack.objects.filter(({ kind }) => kind !== "Secret");
        assert.doesNotMatch(JSON.stringify(others), /secret-build(Registry|Signing|Source)/);
        const { stringData } = stack.resource("Secret/builds/build-signing").inputs;
        assert.ok(isRecord(stringData));
        assert.match(JSON.stringify(stringData), /secret-buildSigningKey/);
    });
});

describe("Tekton's own checks", () => {
    const folder = path.join(__dirname, "tekton-validation");
    const found = findExecutable("go", (process.env.PATH ?? "").split(path.delimiter));
    let go: string | undefined;

    before(function () {
        this.timeout(600_000);
        const built =
            found === undefined
                ? undefined
                : spawnSync(found, ["build", "-o", "/dev/null", "."], { cwd: folder });
        go = built?.status === 0 ? found : undefined;
    });

    function validate(context: Mocha.Context, objects: readonly object[]) {
        if (go === undefined) {
            console.log(`    (Go or Tekton's modules are not at hand: ${objects.length} skipped)`);
            context.skip();
        }
        const input = JSON.stringify(objects);
        return spawnSync(go, ["run", "."], { cwd: folder, encoding: "utf8", input });
    }

    const ours = [
        ...tasks(images, settings),
        pipeline(shop),
        // The API server makes a name before anybody is asked.
        { ...pipelineRun(shop, "ceph-block"), metadata: { name: "shop-1" } },
        triggerTemplate(shop, "ceph-block"),
        eventListener([shop], 2),
    ];

    it("take every object", function () {
        const { status, stdout, stderr } = validate(this, ours);
        assert.equal(status, 0, `${stdout}${stderr}`);
        assert.equal(stdout, `${ours.length} objects, 0 faults\n`);
    });

    it("refuse a step of no Task, a parameter of nobody and a field that they do not know", function () {
        const whole = pipeline(shop);
        const { tasks: steps, ...rest } = whole.spec as { tasks: readonly object[] };
        const { status, stdout } = validate(this, [
            { ...whole, spec: { ...rest, tasks: [{ ...steps[0], runAfter: ["nobody"] }] } },
            { ...whole, spec: { ...rest, params: [], tasks: steps } },
            { ...whole, spec: { ...rest, tasks: steps, taks: [] } },
        ]);
        assert.equal(status, 1);
        assert.match(stdout, /3 objects, 3 faults/);
    });
});
