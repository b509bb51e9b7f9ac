/** SEC-15 of the webhooks that nobody declares: Kyverno writes them as its policies say. */
import * as assert from "node:assert/strict";
import { webhooks } from "../../../../policy/criteria/security/webhooks";
import { deployment, type Inputs, judge, object, podLabels, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";

const NAME = "kubernetes.io/metadata.name";
const pods = [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
];
const without = (...values: string[]) => ({
    matchExpressions: [{ key: NAME, operator: "NotIn", values }],
});

const service = object({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kyverno-svc", namespace: "apps" },
    spec: { selector: podLabels, ports: [{ port: 443, targetPort: 8080 }] },
});

function config(namespaceSelector: unknown) {
    return object({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kyverno", namespace: "apps" },
        data: { webhooks: JSON.stringify({ namespaceSelector }) },
    });
}

function policy(spec: unknown, kind = "ValidatingPolicy", inNamespace?: string) {
    const version = kind.endsWith("terPolicy") || kind === "Policy" ? "" : "policies.";
    return object({
        apiVersion: version === "" ? "kyverno.io/v1" : "policies.kyverno.io/v1",
        kind,
        metadata: { name: "p", ...(inNamespace === undefined ? {} : { namespace: inNamespace }) },
        spec,
    });
}

const about = (resourceRules: readonly Inputs[], more: Inputs = {}) => ({
    matchConstraints: { resourceRules, ...more },
});
const rule = (change: Inputs) => [{ ...pods[0], ...change }];
const kinds = (...names: string[]) => ({
    rules: [{ name: "r", match: { any: [{ resources: { kinds: names } }] } }],
});

const run = (...more: ReturnType<typeof object>[]) =>
    judge([namespace("apps", { [NAME]: "apps" }), deployment(), service, ...more], {
        judgedBy: [webhooks],
    });
const own = /asked about [^;]* in apps, where its own backend kyverno-svc must start/;
const system = /asked about [^;]* in kube-(system|node-lease), which must go on/;
const nodes = /without which no node and no volume comes back/;

describe("SEC-15 of Kyverno's policies", () => {
    for (const [title, expected, changed, selector] of [
        ["that says nothing of failures", [own, system], policy(about(pods)), undefined],
        [
            "that fails",
            [system],
            policy({ failurePolicy: "Fail", ...about(pods) }),
            without("apps"),
        ],
        [
            "whose own selector leaves half out",
            [own],
            policy(about(pods, { namespaceSelector: without("kube-system") })),
            {},
        ],
        [
            "about leases",
            [system],
            policy(about(rule({ apiGroups: ["coordination.k8s.io"], resources: ["leases"] }))),
            without("apps", "kube-system"),
        ],
        [
            "about nodes",
            [nodes],
            policy(about(rule({ operations: ["UPDATE"], resources: ["nodes/status"] }))),
            without("apps", "kube-system"),
        ],
        ["that mutates", [own, system], policy(about(pods), "MutatingPolicy"), undefined],
        ["of images", [own, system], policy(about(pods), "ImageValidatingPolicy"), undefined],
        [
            "of one namespace, the one of Kyverno",
            [own],
            policy(about(pods), "NamespacedValidatingPolicy", "apps"),
            undefined,
        ],
        ["of the older kind", [own, system], policy(kinds("Pod"), "ClusterPolicy"), {}],
        [
            "of the older kind, by version",
            [own, system],
            policy(kinds("v1/Pod"), "ClusterPolicy"),
            {},
        ],
        [
            "of the older kind, about everything",
            [system, nodes],
            policy(kinds("*"), "ClusterPolicy"),
            without("apps"),
        ],
        [
            "of the older kind that fails",
            [own, system],
            policy(
                { webhookConfiguration: { failurePolicy: "Fail" }, ...kinds("Pod") },
                "ClusterPolicy",
            ),
            {},
        ],
    ] as const) {
        it(`is violated by a policy ${title}`, async () => {
            const found = (await run(config(selector), changed)).of("SEC-15");
            assert.equal(found.length, expected.length, found.join("\n"));
            expected.forEach((one, index) => {
                assert.match(found[index] ?? "", one);
            });
        });
    }

    for (const [title, changed, selector] of [
        [
            "where the ConfigMap leaves both out",
            policy(about(pods)),
            without("apps", "kube-system"),
        ],
        [
            "where the policy leaves both out",
            policy(about(pods, { namespaceSelector: without("apps", "kube-system") })),
            undefined,
        ],
        [
            "where each leaves one out",
            policy(about(pods, { namespaceSelector: without("kube-system") })),
            without("apps"),
        ],
        ["that fails open", policy({ failurePolicy: "Ignore", ...about(pods) }), undefined],
        [
            "that is asked about nothing at admission",
            policy({ evaluation: { admission: { enabled: false } }, ...about(pods) }),
            undefined,
        ],
        [
            "of another namespace",
            policy(about(pods), "NamespacedValidatingPolicy", "shop"),
            undefined,
        ],
        [
            "with a condition on the namespace",
            policy({
                ...about(pods),
                matchConditions: [
                    { name: "a", expression: "!(request.namespace in ['apps', 'kube-system'])" },
                ],
            }),
            undefined,
        ],
        [
            "that generates: it always fails open",
            policy(about(pods), "GeneratingPolicy"),
            undefined,
        ],
        [
            "of the older kind that fails open",
            policy({ failurePolicy: "Ignore", ...kinds("Pod") }, "ClusterPolicy"),
            undefined,
        ],
        [
            "of the older kind about ingresses",
            policy(kinds("networking.k8s.io/v1/Ingress"), "ClusterPolicy"),
            undefined,
        ],
        [
            "about labelled pods",
            policy(about(pods, { objectSelector: { matchLabels: { a: "b" } } })),
            {},
        ],
    ] as const) {
        it(`is met by a policy ${title}`, async () => {
            assert.deepEqual((await run(config(selector), changed)).of("SEC-15"), []);
        });
    }

    it("is not judged while it is unknown where a policy is asked", async () => {
        for (const [changed, map] of [
            [policy(UNKNOWN), config({})],
            [policy({ matchConstraints: UNKNOWN }), config({})],
            [policy({ failurePolicy: UNKNOWN, ...about(pods) }), config({})],
            [policy(about(pods, { namespaceSelector: UNKNOWN })), config({})],
            [
                policy(about(pods)),
                object({
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    metadata: { name: "kyverno", namespace: "apps" },
                    data: { webhooks: UNKNOWN },
                }),
            ],
        ] as const) {
            const result = await run(map, changed);
            assert.equal(result.verdict("SEC-15").verdict, "not judged");
        }
    });

    it("is not applicable where the program does not hold Kyverno itself", async () => {
        const result = await run(policy(about(pods)));
        assert.equal(result.verdict("SEC-15").verdict, "not applicable");
    });
});
