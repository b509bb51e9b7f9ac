/** SEC-05: images of sources that sign are verified. */
import * as assert from "node:assert/strict";
import { policies } from "../../../../components/security/kyverno-policies";
import { signaturePolicies } from "../../../../components/security/kyverno-signatures";
import { admission } from "../../../../policy/criteria/security/admission";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    type Resource,
    UNKNOWN,
} from "../../harness";
import { soundController } from "../../sound-parts";

type Manifest = Parameters<typeof object>[0];

const IMAGE = "quay.io/openbao/openbao:2.6.2";
const enforced = policies.map((manifest) => object(manifest as Manifest));

function signatures(change: Inputs = {}, which = "signed-openbao"): Resource[] {
    return signaturePolicies("audit").map((manifest) =>
        object(
            (manifest.metadata.name === which
                ? { ...manifest, spec: { ...(manifest.spec as Inputs), ...change } }
                : manifest) as Manifest,
        ),
    );
}

const run = (image: unknown, ...more: Resource[]) =>
    judge(
        [
            platform(),
            ...soundController(),
            ...enforced,
            deployment({ container: { image } }),
            ...more,
        ],
        { judgedBy: [admission] },
    );
const found = async (image: unknown, ...more: Resource[]) =>
    (await run(image, ...more)).of("SEC-05");

describe("SEC-05 of images from sources that sign", () => {
    it("is met by the policies of the platform, by tag and by digest", async () => {
        for (const image of [IMAGE, `quay.io/openbao/openbao@sha256:${"0".repeat(64)}`]) {
            assert.deepEqual(await found(image, ...signatures()), [], image);
        }
    });

    it("is met by images of sources that do not sign, with and without policies", async () => {
        for (const image of [
            "ghcr.io/example/web:1.2.3",
            "quay.io/openbao/openbao-csi:2.6.2",
            "quay.io.example.org/openbao/openbao:2.6.2",
        ]) {
            assert.deepEqual(await found(image), [], image);
        }
    });

    it("is violated by an image of a source that signs, which nobody verifies", async () => {
        assert.deepEqual(await found(IMAGE), [
            `Deployment/apps/web: ${IMAGE} comes from a source that signs its images (openbao), and no policy verifies them; verify them as trust/image-signatures.ts says.`,
        ]);
    });

    const attestor = (cosign: Inputs) => ({ attestors: [{ name: "upstream", cosign }] });
    for (const [title, change, message] of [
        ["asks for no signature", { validations: [] }, /do not ask for the signature/],
        [
            "asks for that of some containers",
            {
                validations: [
                    {
                        expression:
                            "images.containers.map(i, verifyImageSignatures(i, [attestors.upstream])).all(e, e > 0)",
                    },
                ],
            },
            /do not ask for the signature of every image/,
        ],
        [
            "is about other images",
            { matchImageReferences: [{ glob: "ghcr.io/*" }] },
            /matchImageReferences lack/,
        ],
        [
            "is about tags only",
            { matchImageReferences: [{ glob: "quay.io/openbao/openbao:*" }] },
            /lack quay\.io\/openbao\/openbao@\*/,
        ],
        [
            "trusts anybody",
            attestor({ keyless: { identities: [{ issuerRegExp: ".*", subjectRegExp: ".*" }] } }),
            /attestors are not those/,
        ],
        ["trusts a key of somebody", attestor({ key: { data: "x" } }), /attestors are not those/],
        ["trusts nobody", { attestors: [] }, /attestors are not those/],
        ["only warns", { validationActions: ["Warn"] }, /neither Deny nor Audit/],
        ["is off", { evaluation: { admission: { enabled: false } } }, /enabled is false/],
        [
            "leaves the namespace alone",
            {
                matchConstraints: {
                    namespaceSelector: {
                        matchExpressions: [
                            {
                                key: "kubernetes.io/metadata.name",
                                operator: "NotIn",
                                values: ["kube-system", "apps"],
                            },
                        ],
                    },
                },
            },
            /leaves namespace apps alone/,
        ],
    ] as const) {
        it(`is violated by a policy that ${title}`, async () => {
            const messages = await found(IMAGE, ...signatures(change));
            assert.equal(messages.length, 1, messages.join("\n"));
            assert.match(messages[0] ?? "", message);
        });
    }

    it("is met by a policy under another name that does the same", async () => {
        const other = signaturePolicies("enforce").map(({ metadata, ...rest }) =>
            object({
                ...rest,
                metadata: { ...metadata, name: `my-${metadata.name ?? ""}` },
            }),
        );
        assert.deepEqual(await found(IMAGE, ...other), []);
    });

    it("is not judged while a policy is unknown, and says nothing of unknown images", async () => {
        const result = await run(IMAGE, ...signatures({ attestors: UNKNOWN }));
        assert.equal(result.verdict("SEC-05").verdict, "not judged");
        assert.deepEqual(await found(UNKNOWN), []);
    });
});
