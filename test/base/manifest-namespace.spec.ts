import * as assert from "node:assert/strict";
import { inOtherNamespace } from "../../components/base/manifest-namespace";
import type { Manifest } from "../../components/base/object";

/** One object, moved from `upstream` (or the given one) to `own`. */
function moved(object: object, from = "upstream"): Manifest | undefined {
    const manifest = { apiVersion: "v1", ...object } as unknown as Manifest;
    return inOtherNamespace([manifest], from, "own").at(0);
}
const metadata = { name: "x" };
const pod = (container: object) => ({ kind: "Pod", metadata, spec: { containers: [container] } });

describe("upstream's namespace in plain manifests", () => {
    for (const [title, before, after] of [
        [
            "of the object",
            { kind: "Service", metadata: { name: "upstream", namespace: "upstream" } },
            { kind: "Service", metadata: { name: "upstream", namespace: "own" } },
        ],
        [
            "in the subjects of a ClusterRoleBinding",
            {
                kind: "ClusterRoleBinding",
                metadata,
                subjects: [{ kind: "ServiceAccount", name: "upstream", namespace: "upstream" }],
            },
            {
                kind: "ClusterRoleBinding",
                metadata,
                subjects: [{ kind: "ServiceAccount", name: "upstream", namespace: "own" }],
            },
        ],
        [
            "of the Service that a webhook calls",
            {
                kind: "ValidatingWebhookConfiguration",
                metadata,
                webhooks: [{ clientConfig: { service: { name: "w", namespace: "upstream" } } }],
            },
            {
                kind: "ValidatingWebhookConfiguration",
                metadata,
                webhooks: [{ clientConfig: { service: { name: "w", namespace: "own" } } }],
            },
        ],
        [
            "in the names of a certificate",
            { kind: "Certificate", metadata, spec: { dnsNames: ["w.upstream.svc.cluster.local"] } },
            { kind: "Certificate", metadata, spec: { dnsNames: ["w.own.svc.cluster.local"] } },
        ],
        [
            "in the annotation that names a certificate",
            {
                kind: "X",
                metadata: {
                    ...metadata,
                    annotations: { "cert-manager.io/inject-ca-from": "upstream/w" },
                },
            },
            {
                kind: "X",
                metadata: {
                    ...metadata,
                    annotations: { "cert-manager.io/inject-ca-from": "own/w" },
                },
            },
        ],
        [
            "in arguments, within one or after its flag",
            pod({
                args: [
                    "--leader-election-namespace=upstream",
                    "--namespace",
                    "upstream",
                    "-s=upstream/tls",
                ],
            }),
            pod({ args: ["--leader-election-namespace=own", "--namespace", "own", "-s=own/tls"] }),
        ],
        [
            "in a variable that is called so",
            pod({
                env: [
                    { name: "WATCH_NAMESPACE", value: "upstream" },
                    { name: "APP", value: "upstream" },
                ],
            }),
            pod({
                env: [
                    { name: "WATCH_NAMESPACE", value: "own" },
                    { name: "APP", value: "upstream" },
                ],
            }),
        ],
    ] as const) {
        it(`is replaced ${title}`, () => {
            assert.deepEqual(moved(before), { apiVersion: "v1", ...after });
        });
    }

    it("stays what only has the same name: labels, images, accounts, other namespaces", () => {
        const object = {
            apiVersion: "v1",
            kind: "Deployment",
            metadata: { name: "upstream", namespace: "kube-system", labels: { app: "upstream" } },
            spec: {
                serviceAccountName: "upstream",
                containers: [
                    {
                        image: "upstream/upstream:1",
                        args: ["--name=upstream", "http://upstream.example.org", "a.upstreams.svc"],
                    },
                ],
            },
        };
        assert.deepEqual(moved(object), object);
    });

    it("is replaced anywhere where it is a word that stands for one", () => {
        const object = {
            kind: "X",
            metadata: { name: "x" },
            spec: { url: "PLACEHOLDER_NAMESPACE.x" },
        };
        assert.deepEqual(moved(object, "PLACEHOLDER_NAMESPACE")?.spec, { url: "own.x" });
    });

    it("is left out as an object, because the platform makes its namespaces itself", () => {
        assert.equal(moved({ kind: "Namespace", metadata: { name: "upstream" } }), undefined);
        assert.equal(
            moved({ kind: "Namespace", metadata: { name: "NS_HERE" } }, "NS_HERE"),
            undefined,
        );
        assert.ok(moved({ kind: "Namespace", metadata: { name: "other" } }));
    });

    it("stays in the schema of a CRD", () => {
        const schema = { openAPIV3Schema: { properties: { namespace: { default: "upstream" } } } };
        const spec = { versions: [{ schema }] };
        assert.deepEqual(moved({ kind: "CustomResourceDefinition", metadata, spec })?.spec, spec);
    });

    it("is added to the accounts of a RoleBinding that name none", () => {
        const binding = {
            kind: "RoleBinding",
            metadata,
            subjects: [{ kind: "ServiceAccount", name: "a" }],
        };
        assert.deepEqual(moved(binding)?.subjects, [
            { kind: "ServiceAccount", name: "a", namespace: "own" },
        ]);
    });
});
