import * as assert from "node:assert/strict";
import { imagesIn } from "../../scripts/images/list";
import type { StackResource } from "../../preview/recorded-stack";

function object(kind: string, spec: Record<string, unknown>): StackResource {
    const inputs = { apiVersion: "apps/v1", kind, metadata: { name: "a", namespace: "b" }, spec };
    const type = `kubernetes:apps/v1:${kind}`;
    return {
        urn: `urn:${kind}`,
        type,
        name: kind,
        parent: "",
        inputs,
        protect: false,
        dependencies: [],
    };
}

const running = (kind: string, ...images: string[]) =>
    object(kind, {
        template: {
            spec: {
                initContainers: [{ name: "before", image: "ghcr.io/example/before:1" }],
                containers: images.map((image, index) => ({ name: `c${index}`, image })),
            },
        },
    });

describe("images of a stack", () => {
    it("are those of all containers, each once", () => {
        const found = imagesIn([
            running("Deployment", "ghcr.io/example/web:2", "ghcr.io/example/side:1"),
            running("StatefulSet", "ghcr.io/example/web:2"),
        ]);
        assert.deepEqual(found, [
            "ghcr.io/example/before:1",
            "ghcr.io/example/side:1",
            "ghcr.io/example/web:2",
        ]);
    });

    it("are none of what runs nothing", () => {
        assert.deepEqual(imagesIn([object("ConfigMap", {})]), []);
    });
});
