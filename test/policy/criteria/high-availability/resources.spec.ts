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

    it("takes zero as absent", async () => {
        assert.deepEqual(
            await messages({ requests: { cpu: "0", memory: "1Gi" }, limits: { memory: "1Gi" } }),
            [`${WEB}: container web has no CPU request; set resources.requests.cpu.`],
        );
    });

    it("calls what is no quantity so, and not absent", async () => {
        for (const memory of ["much", "64mi", "128MB", "1,5Gi", " 1Gi", ""]) {
            assert.deepEqual(
                await messages({ requests: { cpu: "1", memory }, limits: { memory: "1Gi" } }),
                [
                    `${WEB}: container web has ${JSON.stringify(memory)} in resources.requests.memory, which is no quantity; write one such as 500m or 128Mi.`,
                ],
            );
        }
        assert.deepEqual(
            await messages({ requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2GiB" } }),
            [
                `${WEB}: container web has "2GiB" in resources.limits.memory, which is no quantity; write one such as 500m or 128Mi.`,
            ],
        );
    });

    it("is violated by less than nothing, and by a fraction of a byte", async () => {
        const [below] = await messages({
            requests: { cpu: "-1", memory: "1Gi" },
            limits: { memory: "1Gi" },
        });
        assert.equal(
            below,
            `${WEB}: container web has "-1" in resources.requests.cpu, which is below zero.`,
        );
        assert.deepEqual(await messages({ requests: { cpu: 1 }, limits: { memory: "128m" } }), [
            `${WEB}: container web has "128m" in resources.limits.memory, which is a fraction of a byte; write Mi for mebibytes.`,
        ]);
    });

    it("is violated by requests above their limits, however both are written", async () => {
        const rows: readonly (readonly [string, unknown, unknown])[] = [
            ["memory", "8Gi", "4Gi"],
            ["cpu", "600m", "300m"],
            ["cpu", 1, "500m"],
            ["memory", "1Gi", "1G"],
            ["ephemeral-storage", "2Gi", "1024Mi"],
        ];
        const base = { cpu: "100m", memory: "64Mi" };
        for (const [resource, request, limit] of rows) {
            assert.deepEqual(
                await messages({
                    requests: { ...base, [resource]: request },
                    limits: { memory: "16Gi", [resource]: limit },
                }),
                [
                    `${WEB}: container web requests ${JSON.stringify(request)} of ${resource}, above the limit of ${JSON.stringify(limit)} it has; the API server refuses it.`,
                ],
            );
        }
    });

    it("is met by requests that are their limits in other words", async () => {
        for (const [request, limit] of [
            ["1024Mi", "1Gi"],
            ["1e9", "1G"],
            ["0.5Gi", "512Mi"],
        ]) {
            assert.deepEqual(
                await messages({
                    requests: { cpu: "1000m", memory: request },
                    limits: { cpu: 1, memory: limit },
                }),
                [],
            );
        }
    });

    it("wants devices, which nobody shares, to be requested as they are limited", async () => {
        const gpu = (request: unknown, limit: unknown) =>
            messages({
                requests: { cpu: "1", "nvidia.com/gpu": request },
                limits: { memory: "1Gi", "nvidia.com/gpu": limit },
            });
        assert.deepEqual(await gpu(1, 1), []);
        assert.deepEqual(await gpu(undefined, 1), []);
        assert.equal((await gpu(1, 2)).length, 1);
        assert.equal((await gpu(1, undefined)).length, 1);
    });

    it("takes what the pod asks for as a whole", async () => {
        const whole = deployment({
            pod: { resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } } },
            container: { resources: { requests: { memory: "64Mi" } } },
        });
        assert.deepEqual((await judge([whole])).of("HA-08"), []);
    });

    const range = (limits: unknown) =>
        object({
            apiVersion: "v1",
            kind: "LimitRange",
            metadata: { name: "tier", namespace: "apps" },
            spec: { limits },
        });
    const disk = { type: "Container", default: { "ephemeral-storage": "1Gi" } };

    it("takes the disk from the LimitRange, and its default limit as the request", async () => {
        assert.deepEqual((await judge([deployment(), range([disk])])).of("HA-08"), []);
    });

    it("is violated by a LimitRange that leaves the disk to whoever fills it first", async () => {
        for (const limits of [
            [{ type: "Container", default: { memory: "1Gi" } }],
            [{ type: "Pod", max: { memory: "1Gi" } }],
            [{ type: "Container", defaultRequest: { "ephemeral-storage": "1Gi" } }],
        ]) {
            const found = (await judge([deployment(), range(limits)])).of("HA-08");
            assert.equal(found.length, 1);
            assert.match(found[0] ?? "", /LimitRange\/apps\/tier: it gives containers no eph/);
        }
        const own = { limits: { cpu: 1, memory: "1Gi", "ephemeral-storage": "1Gi" } };
        const named = deployment({ container: { resources: own } });
        assert.deepEqual((await judge([named, range([{ type: "Container" }])])).of("HA-08"), []);
    });

    it("leaves a namespace without a LimitRange to TEN-01", async () => {
        assert.deepEqual((await judge([deployment()])).of("HA-08"), []);
    });

    it("is violated by a request above the limit that a LimitRange gives", async () => {
        const asks = deployment({
            container: {
                resources: {
                    requests: { cpu: 1, "ephemeral-storage": "2Gi" },
                    limits: { memory: "1Gi" },
                },
            },
        });
        assert.deepEqual((await judge([asks, range([disk])])).of("HA-08"), [
            `${WEB}: container web requests "2Gi" of ephemeral-storage, above the limit of "1Gi" that the LimitRange of its namespace gives; the API server refuses it.`,
        ]);
    });

    it("is not judged where only the update knows a LimitRange", async () => {
        const result = await judge([deployment(), range(UNKNOWN)]);
        assert.equal(result.verdict("HA-08").verdict, "not judged");
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
