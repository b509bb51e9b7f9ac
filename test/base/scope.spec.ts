import * as assert from "node:assert/strict";
import { groupKind, ObjectScopes } from "../../components/base/scope";

describe("the scopes of kinds", () => {
    const scopes = new ObjectScopes([]);

    for (const [apiVersion, kind] of [
        ["v1", "Node"],
        ["node.k8s.io/v1", "RuntimeClass"],
        ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy"],
        ["certificates.k8s.io/v1", "CertificateSigningRequest"],
        ["networking.k8s.io/v1", "ServiceCIDR"],
        ["resource.k8s.io/v1", "DeviceClass"],
        ["storage.k8s.io/v1", "VolumeAttributesClass"],
        ["flowcontrol.apiserver.k8s.io/v1", "FlowSchema"],
    ] as const) {
        it(`know that a ${kind} has no namespace`, () => {
            const manifest = { apiVersion, kind, metadata: { name: "some" } };
            assert.ok(scopes.isClusterScoped(groupKind(manifest)));
            assert.equal(scopes.inNamespace(manifest, "apps"), manifest);
        });
    }

    for (const [apiVersion, kind] of [
        ["v1", "Pod"],
        ["storage.k8s.io/v1", "CSIStorageCapacity"],
        ["resource.k8s.io/v1", "ResourceClaim"],
        ["discovery.k8s.io/v1", "EndpointSlice"],
    ] as const) {
        it(`put a ${kind} into its namespace`, () => {
            const manifest = { apiVersion, kind, metadata: { name: "some" } };
            assert.equal(scopes.inNamespace(manifest, "apps").metadata.namespace, "apps");
        });
    }
});
