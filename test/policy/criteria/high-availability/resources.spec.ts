import * as assert from "node:assert/strict";
import { container, deployment, judge, object, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

describe("HA-08", () => {
    const messages = async (resources: unknown) =>
        (await judge([deployment({ container: { resources } })])).of("HA-08");

    it("is met by requests and a memory limit", async () => {
        assert.deepEqual(
            await messages({ requests: { cpu: 1, memory: "1Gi" }, limits: { memory: "1Gi" } }),
            [],
        );
    });

    it("takes limits as requests", async () => {
        assert.deepEqual(await messages({ limits: { cpu: "1", memory: "1Gi" } }), []);
    });

    it("is violated by each absent value", async () => {
        assert.deepEqual(await messages({ requests: { memory: "1Gi" } }), [
            `${WEB}: container web has no CPU request; set resources.requests.cpu.`,
            `${WEB}: container web has no memory limit; set resources.limits.memory.`,
        ]);
        assert.equal((await messages(undefined)).length, 3);
    });

    it("takes zero and nonsense as absent", async () => {
        assert.deepEqual(
            await messages({ requests: { cpu: "0", memory: "much" }, limits: { memory: "1Gi" } }),
            [`${WEB}: container web has no CPU request; set resources.requests.cpu.`],
        );
    });

    it("is not judged where values are unknown", async () => {
        for (const resources of [UNKNOWN, { limits: { cpu: UNKNOWN, memory: UNKNOWN } }]) {
            const result = await judge([deployment({ container: { resources } })]);
            assert.equal(result.verdict("HA-08").verdict, "not judged");
        }
        const hidden = await judge([deployment({ pod: { initContainers: UNKNOWN } })]);
        assert.equal(hidden.verdict("HA-08").verdict, "not judged");
    });

    it("judges init containers and jobs, not ephemeral containers", async () => {
        const pod = {
            initContainers: [{ name: "init", image: "x:1.0" }],
            containers: [container()],
            ephemeralContainers: [{ name: "debug", image: "x:1.0" }],
        };
        const job = object({
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: { name: "job", namespace: "apps" },
            spec: { jobTemplate: { spec: { template: { spec: pod } } } },
        });
        const found = (await judge([job])).of("HA-08");
        assert.equal(found.length, 3);
        assert.ok(found.every((message) => message.includes("container init")));
    });

    it("is violated by pods without any container", async () => {
        assert.deepEqual(
            (await judge([deployment({ pod: { containers: undefined } })])).of("HA-08"),
            [`${WEB}: its pods have no container; name one.`],
        );
    });

    it("judges every part that an operator runs", async () => {
        const ceph = object({
            apiVersion: "ceph.rook.io/v1",
            kind: "CephCluster",
            metadata: { name: "ceph", namespace: "rook-ceph" },
            spec: {
                mon: { count: 3 },
                resources: { mon: { limits: { cpu: "1", memory: "1Gi" } } },
            },
        });
        const found = (await judge([ceph])).of("HA-08");
        // mgr, OSDs and what prepares them, crash collector, exporter, and the job of the version.
        assert.equal(found.length, 18);
        assert.equal(
            found[0],
            "CephCluster/rook-ceph/ceph: container mgr of mgr has no CPU request; set resources.requests.cpu.",
        );
    });
});
