import * as assert from "node:assert/strict";
import { kubernetesVersion } from "../../../components/versions";
import { type Raised, raise } from "../../../rehearsal/cluster";
import { type ControlPlane, startControlPlane } from "../../../rehearsal/control-plane";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import { Disruptions } from "../../../rehearsal/disruptions";
import type { Loss } from "../../../rehearsal/loss/loss";
import { timingsOf, withTiming } from "../../../rehearsal/loss/timing";
import { supplement } from "../../../rehearsal/definitions";
import { container, deployment, resource } from "../../policy/harness";
import { binariesOrSkip } from "../control-plane/running";
import { inApps, namespace, stackOf, web } from "../stacks";

const reason = "Only one may run.";
const exceptions = [
    {
        criterion: "HA-04",
        resource: "Deployment/apps/single",
        reason,
        guard: "none",
        expires: "2999-12-31",
    },
];
/** Pods labelled by their workload, which leave a silent node after half a minute. */
const workload = (name: string, replicas: number, pod: Record<string, unknown> = {}) => ({
    ...deployment({
        name,
        spec: {
            replicas,
            selector: { matchLabels: { app: name } },
            template: {
                metadata: { labels: { app: name } },
                spec: {
                    containers: [container()],
                    priorityClassName: "system-cluster-critical",
                    securityContext: { runAsUser: 1000 },
                    tolerations: [
                        {
                            key: "node.kubernetes.io/unreachable",
                            operator: "Exists",
                            effect: "NoExecute",
                            tolerationSeconds: 30,
                        },
                    ],
                    ...pod,
                },
            },
        },
    }),
    parent: web.urn,
    dependsOn: [namespace.urn],
});
const apart = (app: string) => ({
    topologySpreadConstraints: [
        {
            maxSkew: 1,
            topologyKey: "kubernetes.io/hostname",
            whenUnsatisfiable: "DoNotSchedule",
            labelSelector: { matchLabels: { app } },
        },
    ],
});
const service = (app: string) =>
    inApps("v1", "Service", app, { spec: { selector: { app }, ports: [{ port: 80 }] } });
const budget = (app: string, minAvailable: number) =>
    inApps("policy/v1", "PodDisruptionBudget", app, {
        spec: { minAvailable, selector: { matchLabels: { app } } },
    });

describe("losses and drains on a real control plane", function () {
    this.timeout(300_000);
    let controlPlane: ControlPlane | undefined;
    let raised: Raised | undefined;
    let disruptions: Disruptions | undefined;
    const stack = stackOf(
        namespace,
        resource("platform:apps:Exceptions", "exceptions", { exceptions }),
        // Two workers: with one gone or cordoned its second pod has no place.
        workload("pair", 2, apart("pair")),
        service("pair"),
        budget("pair", 1),
        workload("single", 1),
        service("single"),
        // Keeps all it has, so no node with one of them can ever be emptied.
        workload("stubborn", 2, apart("stubborn")),
        service("stubborn"),
        budget("stubborn", 2),
    );
    const progress = () => undefined;

    before(async function () {
        const binaries = binariesOrSkip(this);
        const own = controlPlaneConfiguration([]);
        const timing = timingsOf(own, false);
        controlPlane = await startControlPlane({
            binaries,
            kubernetesVersion,
            configuration: withTiming(own, timing.used),
            kubelets: { leaseSeconds: timing.used.leaseSeconds },
        });
        const plan = supplement(stack, []);
        raised = await raise(stack, plan, { controlPlane, existing: false }, progress);
        disruptions = await Disruptions.prepare(raised.rehearsal, timing);
    });
    after(async () => {
        await disruptions?.end();
        await raised?.end();
        await controlPlane?.stop();
    });

    const lose = async (what: string): Promise<Loss> => {
        const [loss] = (await disruptions?.lose([what])) ?? [];
        assert.ok(loss);
        return loss;
    };
    /** The worker on which the only pod of `single` runs. */
    const nodeOfSingle = () => {
        const [pod] =
            raised?.rehearsal.pods
                .all()
                .filter(({ metadata }) => metadata.labels?.app === "single") ?? [];
        return String((pod?.spec as { nodeName?: string } | undefined)?.nodeName);
    };

    it("measures who serves while the real controllers evict, and has all back afterwards", async () => {
        const ready = raised?.rehearsal.pods.count().ready;
        const { services, unplaced, failures, moments } = await lose(nodeOfSingle());
        const of = (name: string) => services.find((item) => item.name === `apps/${name}`);
        assert.deepEqual(
            [of("pair")?.before, of("pair")?.minimumReady, of("pair")?.secondsWithoutEndpoint],
            [2, 1, 0],
        );
        const single = of("single");
        assert.deepEqual([single?.minimumReady, single?.reason], [0, reason]);
        // NotReady after 55 s, the toleration of 30 s, and a start.
        assert.ok(
            (single?.secondsWithoutEndpoint ?? 0) >= 85,
            String(single?.secondsWithoutEndpoint),
        );
        assert.ok((single?.measuredSeconds ?? Infinity) < (single?.secondsWithoutEndpoint ?? 0));
        assert.equal(moments.notReady, 55);
        // Both that must not share a node, in the scheduler's words.
        assert.equal(unplaced.length, 2);
        assert.match(unplaced[0]?.reason ?? "", /topology spread constraints/);
        assert.deepEqual(
            failures.map((sentence) => sentence.replace(/worker-\d/, "it")),
            ["2 pods found no place while it was gone"],
        );
        assert.equal(raised?.rehearsal.pods.count().ready, ready);
    });

    it("fails when the API itself would be gone", async () => {
        const { failures, withoutApi } = await lose("each-control-plane");
        assert.deepEqual([failures.length, withoutApi !== undefined], [1, true]);
    });

    it("names the budget that lets a node never be emptied, in the API server's words", async () => {
        const drains = (await disruptions?.drain(false)) ?? [];
        assert.deepEqual(
            drains.map(({ node, blockedBy }) => [node, blockedBy.map((item) => item.budget)]),
            [
                ["ctrl-0", []],
                ["worker-1", ["apps/stubborn"]],
                ["worker-2", ["apps/stubborn"]],
            ],
        );
        const [, first] = drains;
        assert.match(
            first?.blockedBy[0]?.words ?? "",
            /budget stubborn needs 2 healthy pods and has 2/,
        );
        assert.equal(first?.blockedBy[0]?.deadlock, true);
        assert.deepEqual(first.belowBudget, []);
        assert.ok(first.evicted > 0);
    });
});
