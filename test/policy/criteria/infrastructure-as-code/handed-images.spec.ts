import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, object, type Resource, UNKNOWN } from "../../harness";

const told = (container: Inputs) => deployment({ container });
const variable = (name: string, value: unknown) => told({ env: [{ name, value }] });
const map = (data: Inputs, name = "settings") =>
    object({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "apps" }, data });
const found = async (id: string, resource: Resource) => (await judge([resource])).of(id);

describe("images that an operator is told to use", () => {
    for (const [title, make] of [
        ["a related image", (image) => variable("RELATED_IMAGE_DATABASE", image)],
        ["a variable", (image) => variable("ROOK_CSI_CEPH_IMAGE", image)],
        ["the name of an image", (image) => variable("OPERATOR_IMAGE_NAME", image)],
        ["an argument", (image) => told({ args: [`--acme-http01-solver-image=${image}`] })],
        ["an argument in two words", (image) => told({ args: ["--solver-image", image] })],
        ["a key of a ConfigMap", (image) => map({ ROOK_CSI_CEPH_IMAGE: image })],
        ["a key in words", (image) => map({ sidecarImage: image })],
        [
            "a file in a ConfigMap",
            (image) => map({ "config.yaml": `proxy:\n  image: "${image}"\n  port: 1\n` }),
        ],
        [
            "a set of images",
            (image) => map({ plugin: image }, "rook-csi-operator-image-set-configmap"),
        ],
    ] as const satisfies readonly (readonly [string, (image: string) => Resource])[]) {
        it(`judges ${title}`, async () => {
            assert.deepEqual(await found("IAC-02", make("quay.io/a/b:v1.2.3")), []);
            assert.deepEqual(await found("SEC-04", make("quay.io/a/b:v1.2.3")), []);
            assert.equal((await found("IAC-02", make("quay.io/a/b:latest"))).length, 1);
            assert.equal((await found("SEC-04", make("evil.example.org/a/b:v1.2.3"))).length, 1);
            assert.equal((await found("SEC-04", make("someone/b:v1.2.3"))).length, 1);
        });
    }

    it("knows an image by its form, whatever it is called", async () => {
        assert.equal((await found("SEC-04", map({ reloader: "evil.example.org/a:v1" }))).length, 1);
        assert.equal((await found("IAC-02", variable("SIDECAR", "quay.io/a/b:main"))).length, 1);
    });

    it("names the place", async () => {
        assert.match(
            (await found("IAC-02", variable("RELATED_IMAGE_A", "quay.io/a/b"))).join(),
            /variable RELATED_IMAGE_A of web runs quay\.io\/a\/b, which means latest/,
        );
    });

    for (const [name, value] of [
        ["IMAGE_PULL_POLICY", "Always"],
        ["IMAGE_PULL_SECRETS", "registry/credentials"],
        ["image-gc-high-threshold", "80"],
        ["DEFAULT_IMAGE_REGISTRY", "docker.io"],
        ["IMAGE_PATH", "/var/images"],
        ["LOGO_IMAGE", "logo.png"],
        ["LOGO_IMAGE", "https://example.org/logo:1"],
        ["ENABLE_IMAGE", "true"],
        ["TAINT", "node.kubernetes.io/not-ready:NoExecute"],
        ["ENDPOINT", "example.org:8080"],
        ["RELATED_IMAGE_A", "$(OTHER)"],
    ] as const) {
        it(`takes ${name}=${value} for no image`, async () => {
            for (const resource of [variable(name, value), map({ [name]: value })]) {
                assert.deepEqual(await found("IAC-02", resource), []);
                assert.deepEqual(await found("SEC-04", resource), []);
            }
        });
    }

    it("is not judged where the image is unknown", async () => {
        for (const resource of [
            variable("RELATED_IMAGE_A", UNKNOWN),
            map({ ROOK_CSI_CEPH_IMAGE: UNKNOWN }),
        ]) {
            const result = await judge([resource]);
            assert.equal(result.verdict("IAC-02").verdict, "not judged");
            assert.equal(result.verdict("SEC-04").verdict, "not judged");
        }
    });
});
