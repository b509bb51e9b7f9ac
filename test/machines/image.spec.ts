import assert from "node:assert/strict";
import {
    imageFileName,
    imageUrl,
    installerImage,
    schematicDocument,
} from "../../components/machines/image";

describe("the Talos image", () => {
    it("has the guest agent and what storage needs, in a fixed order", () => {
        assert.deepEqual(JSON.parse(schematicDocument()), {
            customization: {
                systemExtensions: {
                    officialExtensions: [
                        "siderolabs/qemu-guest-agent",
                        "siderolabs/iscsi-tools",
                        "siderolabs/util-linux-tools",
                    ],
                },
            },
        });
        assert.equal(schematicDocument(), schematicDocument());
    });

    it("carries schematic and version in its file name, and is qcow2 for an import by API", () => {
        assert.equal(imageFileName("abc", "v1.13.9"), "talos-v1.13.9-abc-nocloud-amd64.qcow2");
        assert.equal(
            imageUrl("abc", "v1.13.9"),
            "https://factory.talos.dev/image/abc/v1.13.9/nocloud-amd64.qcow2",
        );
    });

    it("has an installer of the same platform, or the static address would be lost", () => {
        assert.equal(
            installerImage("abc", "v1.13.9"),
            "factory.talos.dev/nocloud-installer/abc:v1.13.9",
        );
    });
});
