import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, object, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

describe("HA-07", () => {
    const messages = async (changes: Inputs) =>
        (await judge([deployment({ container: changes })])).of("HA-07");

    for (const handler of ["exec", "httpGet", "tcpSocket", "grpc"]) {
        it(`is met by probes of the kind ${handler}`, async () => {
            const probe = { [handler]: { port: 1 } };
            assert.deepEqual(await messages({ readinessProbe: probe, livenessProbe: probe }), []);
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
});
