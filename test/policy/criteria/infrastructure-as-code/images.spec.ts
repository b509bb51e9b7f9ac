import * as assert from "node:assert/strict";
import { deployment, judge, object, UNKNOWN } from "../../harness";

const DIGEST = "5f9b7a2d".repeat(8);

describe("IAC-02", () => {
    const judgeImage = (image: unknown) => judge([deployment({ container: { image } })]);

    for (const image of [
        "ghcr.io/example/web:1.2.3",
        "ghcr.io/example/web:v1.2",
        "ghcr.io/example/web:18.1-alpine",
        "docker.io/envoyproxy/ratelimit:17b1956c",
        "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
        "example.org:5000/web:1.2.3",
        `ghcr.io/example/web@sha256:${DIGEST}`,
        `ghcr.io/example/web:latest@sha256:${DIGEST}`,
    ]) {
        it(`is met by ${image}`, async () => {
            assert.deepEqual((await judgeImage(image)).of("IAC-02"), []);
        });
    }

    for (const image of [
        "busybox",
        "example.org:5000/web",
        "web:latest",
        "web:latest-1.2",
        "web:stable",
        "web:main",
        "web:v3",
        "web:alpine",
        "web@sha256:abc",
    ]) {
        it(`is violated by ${image}`, async () => {
            const [message = ""] = (await judgeImage(image)).of("IAC-02");
            assert.ok(message.startsWith("Deployment/apps/web: container web runs "), message);
        });
    }

    it("is violated by a container without an image", async () => {
        assert.deepEqual((await judgeImage(undefined)).of("IAC-02"), [
            "Deployment/apps/web: container web names no image; name one with an exact tag or a digest.",
        ]);
    });

    it("is violated by a database that leaves the image to its operator", async () => {
        const cluster = object({
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name: "db", namespace: "apps" },
            spec: { instances: 3 },
        });
        assert.deepEqual((await judge([cluster])).of("IAC-02"), [
            "Cluster/apps/db: spec.imageName names no image; name one with an exact tag or a digest.",
        ]);
    });

    it("judges init containers, sidecars and image volumes too", async () => {
        const result = await judge([
            deployment({
                pod: {
                    initContainers: [{ name: "init", image: "init" }],
                    volumes: [{ name: "model", image: { reference: "model:latest" } }],
                },
            }),
        ]);
        assert.equal(result.of("IAC-02").length, 2);
    });

    it("is not judged where the image or the containers are unknown", async () => {
        assert.equal((await judgeImage(UNKNOWN)).verdict("IAC-02").verdict, "not judged");
        const result = await judge([deployment({ pod: { containers: UNKNOWN } })]);
        assert.equal(result.verdict("IAC-02").verdict, "not judged");
    });
});
