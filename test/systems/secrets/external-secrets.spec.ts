import assert from "node:assert/strict";
import { secretStoreLabel } from "../../../components/base/namespace-manifests";
import { configuratorRole, readerRole } from "../../../components/secrets/openbao-configuration";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

interface Store {
    readonly conditions: readonly [
        { readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> } },
    ];
    readonly provider: {
        readonly vault: {
            readonly server: string;
            readonly path: string;
            readonly caProvider: { readonly name: string; readonly namespace: string };
            readonly auth: { readonly kubernetes: { readonly role: string } };
        };
    };
}

describe("ExternalSecrets", () => {
    let prod: RecordedStack;
    let whole: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        prod = whole.component("external-secrets");
    });

    it("reads the store as the role that OpenBao has for it, over TLS with the platform's authority", () => {
        const { spec } = prod.object("ClusterSecretStore/openbao");
        const { vault } = (spec as Store).provider;
        assert.equal(vault.server, "https://openbao.openbao.svc:8200");
        assert.equal(vault.auth.kubernetes.role, readerRole.name);
        const { name, namespace } = vault.caProvider;
        assert.ok(
            whole.resources.some((resource) =>
                resource.name.endsWith(`:Certificate/${namespace}/${name}`),
            ),
        );
    });

    it("lets only namespaces read that say so", () => {
        const { spec } = prod.object("ClusterSecretStore/openbao");
        const [{ namespaceSelector }] = (spec as Store).conditions;
        assert.deepEqual(namespaceSelector.matchLabels, secretStoreLabel);
        const readable = whole
            .ofKind("Namespace")
            .filter(({ metadata }) =>
                Object.entries(secretStoreLabel).every(
                    ([key, value]) => metadata.labels?.[key] === value,
                ),
            );
        assert.deepEqual(
            readable.map(({ metadata }) => metadata.name),
            ["external-secrets"],
        );
    });

    it("shows by a canary that the whole way works", () => {
        const { spec } = prod.object("ExternalSecret/external-secrets/canary");
        const [{ remoteRef }] = (spec as { data: [{ remoteRef: { key: string } }] }).data;
        assert.ok(`platform/data/${remoteRef.key}` in configuratorRole.policy);
    });

    it("makes no tokens of other accounts", function () {
        needsCharts(this, prod);
        const rules = JSON.stringify(prod.ofKind("ClusterRole"));
        assert.doesNotMatch(rules, /serviceaccounts\/token/);
    });
});
