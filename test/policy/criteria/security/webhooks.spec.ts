import * as assert from "node:assert/strict";
import { webhooks } from "../../../../policy/criteria/security/webhooks";
import { deployment, type Inputs, judge, object, podLabels, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";

const GROUP = "admissionregistration.k8s.io";
const NAME = "kubernetes.io/metadata.name";

const service = object({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "apps" },
    spec: { selector: podLabels, ports: [{ port: 443, targetPort: 8080 }] },
});
const pods = [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
];
const without = (...names: string[]) => ({
    namespaceSelector: { matchExpressions: [{ key: NAME, operator: "NotIn", values: names }] },
});
const rules = (change: Inputs) => ({ rules: [{ ...pods[0], ...change }] });

/** One webhook whose backend is `apps/web`, with the API's own defaults. */
function webhook(
    change: Inputs = {},
    { kind = "ValidatingWebhookConfiguration", version = "v1" } = {},
) {
    return object({
        apiVersion: `${GROUP}/${version}`,
        kind,
        metadata: { name: "hook" },
        webhooks: [
            {
                name: "hook.example.org",
                clientConfig: { service: { name: "web", namespace: "apps" } },
                rules: pods,
                ...change,
            },
        ],
    });
}

const run = (...configurations: ReturnType<typeof object>[]) =>
    judge(
        [
            namespace("apps", { [NAME]: "apps", hooks: "off" }),
            deployment(),
            service,
            ...configurations,
        ],
        {
            judgedBy: [webhooks],
        },
    );
const own = /asked about [^;]* in apps, where its own backend web must start/;
const system = /asked about [^;]* in kube-(system|node-lease), which must go on/;
const nodes = /without which no node and no volume comes back/;

async function flags(expected: readonly RegExp[], change: Inputs, options = {}): Promise<void> {
    const found = (await run(webhook(change, options))).of("SEC-15");
    assert.equal(found.length, expected.length, found.join("\n"));
    expected.forEach((one, index) => {
        assert.match(found[index] ?? "", one);
    });
}

describe("SEC-15", () => {
    it("is violated by a webhook that says nothing of failures and namespaces", async () => {
        await flags([own, system], {});
        await flags([own, system], {}, { kind: "MutatingWebhookConfiguration" });
    });

    it("is violated where only one of the two is excluded", async () => {
        await flags([own], without("kube-system"));
        await flags([system], without("apps"));
    });

    for (const [title, change, expected] of [
        ["pods/binding", rules({ resources: ["pods/binding"] }), [own, system]],
        ["every resource", rules({ resources: ["*"] }), [own, system, nodes]],
        ["every subresource of pods", rules({ resources: ["pods/*"] }), [own, system]],
        [
            "everything",
            rules({ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }),
            [own, system, nodes],
        ],
        ["tokens of pods", rules({ resources: ["serviceaccounts/token"] }), [own, system]],
        [
            "workloads",
            rules({ apiGroups: ["apps"], operations: ["UPDATE"], resources: ["deployments"] }),
            [own, system],
        ],
        [
            "leases",
            {
                ...rules({ apiGroups: ["coordination.k8s.io"], resources: ["leases"] }),
                ...without("apps", "kube-system"),
            },
            [system],
        ],
        [
            "what nodes report",
            rules({ operations: ["UPDATE"], resources: ["nodes/status"] }),
            [nodes],
        ],
        ["objectSelector {}", { objectSelector: {} }, [own, system]],
        ["its pods by label", { objectSelector: { matchLabels: podLabels } }, [own]],
        [
            "all but labelled pods",
            { objectSelector: { matchExpressions: [{ key: "skip", operator: "DoesNotExist" }] } },
            [own, system],
        ],
        [
            "a condition that excludes neither",
            { matchConditions: [{ name: "c", expression: "request.operation == 'CREATE'" }] },
            [own, system],
        ],
        [
            "a URL of its Service",
            { clientConfig: { url: "https://web.apps.svc:443/validate" } },
            [own, system],
        ],
        ["a backend outside", { clientConfig: { url: "https://hook.example.org/" } }, [system]],
    ] as const) {
        it(`is violated by a webhook about ${title}`, async () => {
            await flags(expected, change);
        });
    }

    for (const [title, change, options] of [
        ["fails open", { failurePolicy: "Ignore" }, {}],
        ["of v1beta1 says nothing of failures", {}, { version: "v1beta1" }],
        ["excludes both by name", without("apps", "kube-system"), {}],
        [
            "is asked by labelled namespaces",
            { namespaceSelector: { matchLabels: { hooks: "on" } } },
            {},
        ],
        ["is asked by labelled pods", { objectSelector: { matchLabels: { inject: "true" } } }, {}],
        [
            "is about its own kind",
            rules({ apiGroups: ["cert-manager.io"], resources: ["*/*"] }),
            {},
        ],
        [
            "is about ingresses",
            rules({ apiGroups: ["networking.k8s.io"], resources: ["ingresses"] }),
            {},
        ],
        ["is about another version", rules({ apiVersions: ["v2"] }), {}],
        [
            "is about what people do",
            rules({ operations: ["CONNECT"], resources: ["pods/exec"] }),
            {},
        ],
        ["is about objects of the cluster only", rules({ scope: "Cluster" }), {}],
        [
            "has a condition on the namespace",
            {
                matchConditions: [
                    { name: "a", expression: "!(request.namespace in ['apps', 'kube-system'])" },
                ],
            },
            {},
        ],
        ["has no rules", { rules: [] }, {}],
    ] as const) {
        it(`is met by a webhook that ${title}`, async () => {
            await flags([], change, options);
        });
    }

    it("is not judged where it is unknown whom it guards, or a condition needs more", async () => {
        for (const change of [
            { failurePolicy: UNKNOWN },
            { rules: UNKNOWN },
            { namespaceSelector: { matchLabels: { a: UNKNOWN } } },
            { objectSelector: UNKNOWN },
            { matchConditions: [{ name: "c", expression: "authorizer.group('').check('get')" }] },
        ]) {
            const result = await run(webhook(change));
            assert.equal(result.verdict("SEC-15").verdict, "not judged", JSON.stringify(change));
        }
        const hidden = object({
            apiVersion: `${GROUP}/v1`,
            kind: "ValidatingWebhookConfiguration",
            metadata: { name: "hook" },
            webhooks: UNKNOWN,
        });
        assert.equal((await run(hidden)).verdict("SEC-15").verdict, "not judged");
    });

    it("does not care for a certificate that is known only at the update", async () => {
        const clientConfig = { service: { name: "web", namespace: "apps" }, caBundle: UNKNOWN };
        assert.deepEqual(
            (await run(webhook({ clientConfig, ...without("apps", "kube-system") }))).of("SEC-15"),
            [],
        );
    });

    it("is not applicable without webhooks", async () => {
        const policy = object({
            apiVersion: `${GROUP}/v1`,
            kind: "ValidatingAdmissionPolicy",
            metadata: { name: "p" },
            spec: { failurePolicy: "Fail" },
        });
        assert.equal((await run(policy)).verdict("SEC-15").verdict, "not applicable");
    });
});
