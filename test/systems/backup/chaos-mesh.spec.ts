/** What breaks things on purpose: what it may break, when, and what it may not. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { chaosMesh } from "../../../components/backup/chaos-mesh";
import { findExecutable } from "../../../components/base/helm";
import { triedAnnotation } from "../../../components/base/namespace-manifests";
import type { Manifest } from "../../../components/base/object";
import { operatedPods } from "../../../policy/engines/operated/made";
import { factsOf } from "../../../preview/recorded-stack";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

type Labels = Readonly<Record<string, string>>;

interface Selector {
    readonly namespaces: readonly string[];
    readonly labelSelectors?: Labels;
    readonly nodes?: readonly string[];
}

/** What is done by a Schedule, and to whom. */
function workOf({ spec }: Manifest): { mode: string; selector: Selector } & object {
    const [work] = Object.entries(spec as object)
        .filter(([key]) => key.endsWith("Chaos"))
        .map(([, value]) => value as { mode: string; selector: Selector });
    assert.ok(work);
    return work;
}

function schedulesOf(recorded: RecordedStack): Manifest[] {
    return recorded
        .ofKind("Schedule")
        .filter(({ apiVersion }) => apiVersion.startsWith("chaos-mesh.org/"));
}

function opened(recorded: RecordedStack): string[] {
    const [key] = Object.keys(triedAnnotation);
    return recorded
        .ofKind("Namespace")
        .filter(({ metadata }) => metadata.annotations?.[key ?? ""] === "enabled")
        .map(({ metadata }) => metadata.name ?? "");
}

describe("Chaos Mesh", () => {
    let staging: RecordedStack;
    let prod: RecordedStack;

    before(async () => {
        staging = await stack("staging");
        prod = await stackWith({ profile: "prod", systems: { chaosMesh: { enabled: true } } });
    });

    it("is in staging with scenarios, in prod when asked for and then without, and never in dev", async () => {
        assert.ok(schedulesOf(staging).length > 30);
        assert.deepEqual(schedulesOf(prod), []);
        for (const profile of ["dev", "prod"] as const) {
            const names = (await stack(profile)).components.map(({ name }) => name);
            assert.ok(!names.includes("chaos-mesh"), profile);
        }
        const asked = await alone(chaosMesh, { schedules: true });
        assert.ok(schedulesOf(asked).length > 3);
        const refused = await stackWith({
            profile: "staging",
            systems: { chaosMesh: { schedules: false } },
        });
        assert.deepEqual(schedulesOf(refused), []);
    });

    it("breaks pods of opened namespaces alone, never those of storage or the control plane", () => {
        const allowed = new Set(opened(staging));
        for (const forbidden of ["kube-system", "rook-ceph", "monitoring", "velero"]) {
            assert.ok(!allowed.has(forbidden), forbidden);
        }
        for (const schedule of schedulesOf(staging)) {
            const { namespaces } = workOf(schedule).selector;
            assert.ok(namespaces.length > 0);
            assert.deepEqual(
                namespaces.filter((name) => !allowed.has(name)),
                [],
                schedule.metadata.name,
            );
        }
    });

    it("does nothing but kill to what keeps data", () => {
        const keeps = /identity-db|platform-db|openbao|redis|n8n-db/;
        for (const schedule of schedulesOf(staging)) {
            const { type } = schedule.spec as { type: string };
            if (type !== "PodChaos") {
                const text = JSON.stringify(workOf(schedule).selector);
                assert.doesNotMatch(text, keeps, schedule.metadata.name);
            }
        }
    });

    it("loses each worker and no control plane", () => {
        const lost = schedulesOf(staging).flatMap((schedule) => workOf(schedule).selector.nodes);
        const workers = staging.settings.site.workers.map(({ name }) => name);
        assert.deepEqual(
            lost.filter((name) => name !== undefined),
            workers,
        );
    });

    it("finds the pods of each scenario, all those that systems call critical among them", function () {
        needsCharts(this, staging);
        const made = operatedPods(factsOf(staging.resources)).made;
        const pods = [
            ...workloads(staging).map(({ key, template }) => ({
                key,
                namespace: key.split("/")[1],
                labels: template.metadata.labels,
            })),
            ...made.map(({ fact, pods: { labels, namespace } }) => ({
                key: fact.key,
                namespace: namespace ?? fact.object.namespace,
                labels,
            })),
        ];
        const found = new Set<string>();
        for (const schedule of schedulesOf(staging)) {
            const { namespaces, labelSelectors = {} } = workOf(schedule).selector;
            const hit = pods.filter(
                ({ namespace = "", labels }) =>
                    namespaces.includes(namespace) &&
                    Object.entries(labelSelectors).every(([key, value]) => labels[key] === value),
            );
            assert.ok(hit.length > 0, schedule.metadata.name);
            if (Object.keys(labelSelectors).length > 0) {
                hit.forEach(({ key }) => found.add(key));
            }
        }
        const critical = staging.components.flatMap(
            ({ inputs }) => (inputs.critical ?? []) as string[],
        );
        assert.ok(critical.length > 2);
        assert.deepEqual(
            critical.filter((key) => !found.has(key)),
            [],
        );
    });

    it("fills a volume that its pod has at that path", function () {
        needsCharts(this, staging);
        const [schedule] = schedulesOf(staging).filter(
            ({ spec }) => (spec as { type: string }).type === "IOChaos",
        );
        assert.ok(schedule);
        const { volumePath, containerNames } = workOf(schedule) as unknown as {
            volumePath: string;
            containerNames: readonly string[];
        };
        const { template } =
            workloads(staging).find(({ key }) => key === "StatefulSet/loki/loki") ?? {};
        const [container] = (template?.spec.containers ?? []).filter(({ name }) =>
            containerNames.includes(name),
        );
        const { volumeMounts } = container as unknown as {
            volumeMounts: readonly { mountPath: string }[];
        };
        assert.ok(volumeMounts.some(({ mountPath }) => mountPath === volumePath));
    });

    it("has names that Kubernetes takes as labels of what is made of them", () => {
        for (const { metadata } of schedulesOf(staging)) {
            assert.match(metadata.name ?? "", /^[a-z0-9-]{1,57}$/);
        }
    });

    it("reads no Secret, starts no pod, and makes no certificate by itself", function () {
        const own = prod.component("chaos-mesh");
        needsCharts(this, own);
        const roles = [...own.ofKind("ClusterRole"), ...own.ofKind("Role")];
        assert.ok(roles.length >= 3);
        const text = JSON.stringify(roles);
        assert.doesNotMatch(text, /secrets|configmaps|pods\/exec|pods\/log|"\*"/);
        const [pods] = (own.object(
            "ClusterRole/chaos-mesh-chaos-controller-manager-target-namespace",
        ).rules ?? []) as { verbs: string[] }[];
        assert.ok(!pods?.verbs.includes("create"));
        assert.deepEqual(own.ofKind("Secret"), []);
        assert.doesNotMatch(JSON.stringify(own.objects), /rollme|chaos-dashboard|pause:latest/);
        assert.ok(own.ofKind("Certificate").length >= 4);
    });

    it("asks for the annotation of a namespace before it breaks anything in it", function () {
        const own = prod.component("chaos-mesh");
        needsCharts(this, own);
        const [controller] = workloads(own).filter(
            ({ manifest }) => manifest.kind === "Deployment",
        );
        assert.match(
            JSON.stringify(controller?.template.spec),
            /"ENABLE_FILTER_NAMESPACE","value":"true"/,
        );
        assert.equal(controller?.replicas, 3);
    });
});

describe("Chaos Mesh's own validation", function () {
    // The first time everything is compiled.
    this.timeout(600_000);
    const folder = path.join(__dirname, "chaos-validation");
    let go: string | undefined;

    before(() => {
        const found = findExecutable("go", (process.env.PATH ?? "").split(path.delimiter));
        if (found !== undefined) {
            const { status } = spawnSync(found, ["mod", "download"], { cwd: folder });
            go = status === 0 ? found : undefined;
        }
    });

    function validate(context: Mocha.Context, schedules: readonly object[]) {
        if (go === undefined) {
            console.log(
                `    (Go or the API of Chaos Mesh is not at hand: ${schedules.length} skipped)`,
            );
            context.skip();
        }
        const input = JSON.stringify(schedules);
        return spawnSync(go, ["run", "."], { cwd: folder, encoding: "utf8", input });
    }

    it("takes every Schedule", async function () {
        const schedules = schedulesOf(await stack("staging"));
        const { status, stdout, stderr } = validate(this, schedules);
        assert.equal(status, 0, `${stdout}${stderr}`);
        assert.equal(stdout, `${schedules.length} schedules, 0 faults\n`);
    });

    it("refuses a wrong time, a wrong duration and a field that it does not know", async function () {
        const [schedule] = schedulesOf(await stack("staging")).filter(
            ({ spec }) => (spec as { type: string }).type === "NetworkChaos",
        );
        assert.ok(schedule);
        const change = (spec: object) => ({
            ...schedule,
            spec: { ...(schedule.spec as object), ...spec },
        });
        const { status, stdout } = validate(this, [
            change({ schedule: "0 25 * * 1" }),
            change({ networkChaos: { ...workOf(schedule), duration: "five minutes" } }),
            change({ networkChaos: { ...workOf(schedule), directoin: "both" } }),
        ]);
        assert.equal(status, 1);
        assert.match(stdout, /3 schedules, 3 faults\n$/);
    });
});
