import * as assert from "node:assert/strict";
import { allowedRegistries } from "../../../../trust/registries";
import { deployment, judge, object, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

describe("SEC-04", () => {
    const judgeImage = (image: unknown) => judge([deployment({ container: { image } })]);

    for (const image of [
        "ghcr.io/a/b:1.0",
        "docker.io/rook/ceph:v1.20.6",
        "registry.k8s.io/a:1.0",
    ]) {
        it(`is met by ${image}`, async () => {
            assert.deepEqual((await judgeImage(image)).of("SEC-04"), []);
        });
    }

    const bad = {
        "evil.example.org/a:1.0": "evil.example.org/a",
        "ghcr.io.example.org/a:1.0": "ghcr.io.example.org/a",
        "docker.io/stranger/a:1.0": "docker.io/stranger/a",
        "busybox:1.36": "docker.io/library/busybox",
        "rook/ceph:v1.20.6": "docker.io/rook/ceph",
    };
    for (const [image, full] of Object.entries(bad)) {
        it(`is violated by ${image}, which is ${full}`, async () => {
            const [message = ""] = (await judgeImage(image)).of("SEC-04");
            assert.ok(
                message.startsWith(
                    `${WEB}: container web runs ${image} (${full}); write the full name of an image of ${allowedRegistries[0]}, `,
                ),
                message,
            );
        });
    }

    it("judges the images of operators", async () => {
        const cluster = object({
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name: "db", namespace: "apps" },
            spec: { imageName: "evil.example.org/postgres:18.1" },
        });
        assert.equal((await judge([cluster])).of("SEC-04").length, 1);
    });

    it("leaves an absent image to IAC-02", async () => {
        assert.deepEqual((await judgeImage(undefined)).of("SEC-04"), []);
    });

    it("is not judged where the image or the containers are unknown", async () => {
        assert.equal((await judgeImage(UNKNOWN)).verdict("SEC-04").verdict, "not judged");
        const hidden = await judge([deployment({ pod: { containers: UNKNOWN } })]);
        assert.equal(hidden.verdict("SEC-04").verdict, "not judged");
    });
});
