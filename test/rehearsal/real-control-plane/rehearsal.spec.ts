import * as assert from "node:assert/strict";
import { kubernetesVersion } from "../../../components/versions";
import { admissionOf } from "../../../rehearsal/admission";
import { type Raised, raise } from "../../../rehearsal/cluster";
import { type ControlPlane, startControlPlane } from "../../../rehearsal/control-plane";
import { supplement } from "../../../rehearsal/definitions";
import { applyAgain } from "../../../rehearsal/second-apply";
import { deployment } from "../../policy/harness";
import { binariesOrSkip } from "../control-plane/running";
import { inApps, namespace, stackOf, web } from "../stacks";

const inNamespace = { parent: web.urn, dependsOn: [namespace.urn] };
const budget = (name: string, minAvailable: number) =>
    inApps("policy/v1", "PodDisruptionBudget", name, {
        spec: { minAvailable, selector: { matchLabels: { app: "web" } } },
    });
const database = inApps("redis.redis.opstreelabs.in/v1beta2", "RedisReplication", "cache", {
    spec: {
        clusterSize: 2,
        kubernetesConfig: { resources: { requests: { cpu: "50m", memory: "64Mi" } } },
        storage: {
            volumeClaimTemplate: {
                spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
            },
        },
    },
});
const storageClass = inApps("storage.k8s.io/v1", "StorageClass", "fast", {
    provisioner: "rbd.csi.example.org",
    volumeBindingMode: "WaitForFirstConsumer",
});
const priority = inApps("scheduling.k8s.io/v1", "PriorityClass", "platform-application", {
    value: 1000,
});
const privileged = {
    ...deployment({
        name: "privileged",
        container: { securityContext: { privileged: true } },
        spec: { replicas: 1 },
    }),
    ...inNamespace,
};
const huge = {
    ...deployment({
        name: "huge",
        container: { resources: { requests: { cpu: "64" } } },
        spec: { replicas: 1 },
    }),
    ...inNamespace,
};
const typo = inApps("v1", "ConfigMap", "typo", { daata: { key: "value" } });

describe("a rehearsal on a real control plane", () => {
    let controlPlane: ControlPlane | undefined;
    let raised: Raised;
    const stack = stackOf(
        namespace,
        { ...deployment(), ...inNamespace },
        budget("web", 1),
        priority,
        storageClass,
        database,
        privileged,
        huge,
        typo,
    );

    before(async function () {
        const binaries = binariesOrSkip(this);
        controlPlane = await startControlPlane({ binaries, kubernetesVersion });
        // Nobody brings the CRD of the database here; its pods stand in all the same.
        const plan = supplement({ ...stack, missing: ["redis-operator"] }, []);
        raised = await raise(stack, plan, { controlPlane, existing: false }, () => undefined);
    });
    after(async () => {
        await (raised as Raised | undefined)?.end();
        await controlPlane?.stop();
    });

    it("gives the API server's words for what it refuses, and takes the rest", () => {
        const { sent, accepted, refused } = raised.applied;
        assert.deepEqual([sent, accepted], [stack.objects.length - 1, stack.objects.length - 2]);
        assert.deepEqual(
            refused.map(({ object, component }) => [object, component]),
            [["ConfigMap/apps/typo", "apps/web"]],
        );
        assert.match(refused[0]?.reason ?? "", /daata/);
    });

    it("places pods and stand-ins with their volumes, and says why others are not placed", () => {
        const { misplaced, wanted, placed } = raised.placement;
        assert.deepEqual(raised.refusedStandIns, []);
        assert.deepEqual(
            misplaced.map(({ object, count }) => [
                object.replace(/-[a-z0-9]+-[a-z0-9]+$/, ""),
                count,
            ]),
            [
                ["Deployment/apps/privileged", 1],
                ["Pod/apps/huge", 1],
            ],
        );
        assert.match(misplaced[0]?.reason ?? "", /violates PodSecurity "restricted/);
        assert.match(misplaced[1]?.reason ?? "", /Insufficient cpu/);
        assert.equal(wanted - placed, 2);
        const cache = raised.rehearsal.pods
            .all()
            .filter(({ metadata }) => metadata.labels?.app === "cache");
        assert.equal(cache.length, 2);
    });

    it("knows what admission and budgets did", async () => {
        const { kubernetes, pods } = raised.rehearsal;
        const { levels, budgets } = await admissionOf(kubernetes, pods.all());
        assert.equal(levels.get("restricted"), 1);
        assert.deepEqual(
            budgets.map(({ name, allowed }) => [name, allowed > 0]),
            [["apps/web", true]],
        );
    });

    it("changes nothing when the same is applied again", async () => {
        const live = stack.objects.filter(({ id }) => raised.applied.live.has(id));
        assert.deepEqual(await applyAgain(raised.rehearsal.kubernetes, live), []);
    });
});
