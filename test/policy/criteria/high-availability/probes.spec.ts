import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, object, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

describe("HA-07", () => {
    const messages = async (changes: Inputs) =>
        (await judge([deployment({ container: changes })])).of("HA-07");

    for (const handler of ["exec", "httpGet", "tcpSocket", "grpc"]) {
        it(`is met by probes of the kind ${handler}`, async () => {
            const probe = { [handler]: { port: 1 } };
            const livenessProbe = { ...probe, failureThreshold: 6 };
            assert.deepEqual(await messages({ readinessProbe: probe, livenessProbe }), []);
        });
    }

    it("is violated by an absent probe", async () => {
        assert.deepEqual(await messages({ readinessProbe: undefined }), [
            `${WEB}: readinessProbe of container web is absent; set one.`,
        ]);
        assert.deepEqual(await messages({ livenessProbe: undefined }), [
            `${WEB}: livenessProbe of container web is absent; set one.`,
        ]);
    });

    it("is violated by a probe that asks nothing", async () => {
        assert.deepEqual(await messages({ readinessProbe: { periodSeconds: 5 } }), [
            `${WEB}: readinessProbe of container web is without a handler; set one.`,
        ]);
    });

    it("is violated by a slow starter without a startup probe", async () => {
        const livenessProbe = { tcpSocket: { port: 1 }, initialDelaySeconds: 90 };
        assert.deepEqual(await messages({ livenessProbe }), [
            `${WEB}: container web waits 90 s before its livenessProbe; give it a startupProbe instead.`,
        ]);
        const startupProbe = { tcpSocket: { port: 1 } };
        assert.deepEqual(await messages({ livenessProbe, startupProbe }), []);
        const patient = { tcpSocket: { port: 1 }, initialDelaySeconds: 60 };
        assert.deepEqual(await messages({ livenessProbe: patient }), []);
    });

    it("judges sidecars, not init or ephemeral containers, and no jobs", async () => {
        const bare = { image: "x:1.0" };
        const pod = deployment({
            pod: {
                initContainers: [
                    { name: "init", ...bare },
                    { name: "proxy", restartPolicy: "Always", ...bare },
                ],
                ephemeralContainers: [{ name: "debug", ...bare }],
            },
        });
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "job", namespace: "apps" },
            spec: { template: { spec: { containers: [{ name: "job", ...bare }] } } },
        });
        assert.deepEqual((await judge([pod, job])).of("HA-07"), [
            `${WEB}: readinessProbe of container proxy is absent; set one.`,
            `${WEB}: livenessProbe of container proxy is absent; set one.`,
        ]);
    });

    it("is not judged where probes or containers are unknown", async () => {
        for (const changes of [
            { container: { readinessProbe: UNKNOWN } },
            { pod: { containers: [UNKNOWN] } },
        ]) {
            const result = await judge([deployment(changes)]);
            assert.equal(result.verdict("HA-07").verdict, "not judged");
        }
    });

    const alive = (times: Inputs, rest: Inputs = {}) =>
        messages({ livenessProbe: { tcpSocket: { port: 1 }, ...times }, ...rest });
    const startupProbe = { tcpSocket: { port: 1 }, failureThreshold: 30 };

    it("is met by a start of 30 s, as the API gives by default", async () => {
        assert.deepEqual(await alive({}), []);
        assert.deepEqual(await alive({ periodSeconds: 15, failureThreshold: 2 }), []);
        assert.deepEqual(await alive({ initialDelaySeconds: 20, periodSeconds: 5 }), []);
        // Zero is the default too.
        assert.deepEqual(await alive({ periodSeconds: 0, failureThreshold: 0 }), []);
    });

    it("is violated by a livenessProbe that kills before", async () => {
        assert.deepEqual(await alive({ periodSeconds: 2, failureThreshold: 1 }), [
            `${WEB}: livenessProbe of container web kills it 2 s after its start, before the 30 s of the API's defaults; give it a startupProbe that says how long the start takes.`,
        ]);
        for (const times of [
            { periodSeconds: 5 },
            { failureThreshold: 1 },
            { initialDelaySeconds: 5, periodSeconds: 1 },
        ]) {
            assert.equal((await alive(times)).length, 1);
            assert.deepEqual(await alive(times, { startupProbe }), []);
        }
    });

    it("is violated by a livenessProbe that kills before readiness is asked", async () => {
        const readinessProbe = { tcpSocket: { port: 2 }, initialDelaySeconds: 45 };
        assert.deepEqual(await alive({}, { readinessProbe }), [
            `${WEB}: livenessProbe of container web kills it 30 s after its start, and its readinessProbe waits 45 s for it; give it a startupProbe.`,
        ]);
        assert.deepEqual(await alive({ initialDelaySeconds: 30 }, { readinessProbe }), []);
        assert.deepEqual(await alive({}, { readinessProbe, startupProbe }), []);
    });

    it("is violated by a startupProbe that does not wait", async () => {
        const impatient = { tcpSocket: { port: 1 }, failureThreshold: 1, periodSeconds: 1 };
        assert.deepEqual(await alive({}, { startupProbe: impatient }), [
            `${WEB}: startupProbe of container web kills it at its first failure, 1 s after its start; raise its failureThreshold.`,
        ]);
        const short = { tcpSocket: { port: 1 }, periodSeconds: 5 };
        const readinessProbe = { tcpSocket: { port: 2 }, initialDelaySeconds: 20 };
        assert.equal((await alive({}, { startupProbe: short, readinessProbe })).length, 1);
        assert.deepEqual(await alive({}, { startupProbe: short }), []);
    });

    const both = (liveness: Inputs, readiness: Inputs, rest: Inputs = {}) =>
        messages({ livenessProbe: liveness, readinessProbe: readiness, ...rest });
    const http = (changes: Inputs = {}) => ({ httpGet: { path: "/health", port: 80, ...changes } });

    it("is violated by liveness that asks what readiness asks, and no later", async () => {
        assert.deepEqual(await both(http(), http()), [
            `${WEB}: livenessProbe of container web asks the same as its readinessProbe and kills it after 30 s of failures, no later than the 30 s after which traffic stops; ask something that depends on nothing else, or raise its failureThreshold.`,
        ]);
        const ports = [{ name: "web", containerPort: 80 }];
        for (const [liveness, readiness] of [
            [http({ scheme: "HTTP" }), http()],
            [http({ port: "web" }), http()],
            [{ httpGet: { port: 80 } }, http({ path: "/" })],
            [{ ...http(), initialDelaySeconds: 30 }, http()],
            [http(), { ...http(), failureThreshold: 6 }],
            [{ exec: { command: ["ok"] } }, { exec: { command: ["ok"] } }],
            [{ grpc: { port: 9 } }, { grpc: { port: 9, service: "" } }],
        ] as const) {
            assert.equal((await both(liveness, readiness, { ports })).length, 1);
        }
    });

    it("is met by liveness that asks another thing, or the same for longer", async () => {
        for (const [liveness, readiness] of [
            [http(), http({ path: "/ready" })],
            [http(), http({ port: 81 })],
            [http(), http({ httpHeaders: [{ name: "a", value: "b" }] })],
            [{ ...http(), failureThreshold: 4 }, http()],
            [{ ...http(), periodSeconds: 30 }, http()],
            [http(), { ...http(), failureThreshold: 2 }],
            [{ tcpSocket: { port: 80 } }, http()],
            [{ exec: { command: ["a"] } }, { exec: { command: ["b"] } }],
        ] as const) {
            assert.deepEqual(await both(liveness, readiness), []);
        }
    });

    it("is not judged where only the update knows the times", async () => {
        const livenessProbe = { tcpSocket: { port: 1 }, periodSeconds: UNKNOWN };
        const result = await judge([deployment({ container: { livenessProbe } })]);
        assert.equal(result.verdict("HA-07").verdict, "not judged");
    });
});
