import * as assert from "node:assert/strict";
import { policies } from "../../../../components/security/kyverno-policies";
import {
    type Inputs,
    judge,
    object,
    platform,
    resource,
    type Resource,
    UNKNOWN,
} from "../../harness";
import { soundAdmission, soundController } from "../../sound-parts";

const namespaceSelector = (key: string, operator: string, values?: string[]) => ({
    namespaceSelector: { matchExpressions: [{ key, operator, values }] },
});
const NAME = "kubernetes.io/metadata.name";

describe("SEC-05", () => {
    const judged = (admission: Resource[], controller = soundController()) =>
        judge([platform(), ...controller, ...admission]);
    const messages = async (...args: Parameters<typeof judged>) =>
        (await judged(...args)).of("SEC-05");

    it("is met by the policies of the platform", async () => {
        const real = policies.map((manifest) => object(manifest as Parameters<typeof object>[0]));
        const result = await judged(real);
        assert.deepEqual(result.of("SEC-05"), []);
        assert.equal(result.verdict("SEC-05").verdict, "met");
    });

    for (const { metadata } of policies) {
        it(`misses the policy ${metadata.name ?? ""}`, async () => {
            const rest = policies.filter((policy) => policy.metadata.name !== metadata.name);
            const found = await messages(
                rest.map((manifest) => object(manifest as Parameters<typeof object>[0])),
            );
            assert.match(
                found[0] ?? "",
                /^Deployment\/apps\/kyverno: no admission policy refuses /,
            );
        });
    }

    for (const [title, spec, message] of [
        [
            "only audits",
            { validationActions: ["Audit"] },
            /validationActions is \["Audit"\]; set it to \["Deny"\]/,
        ],
        ["names no action", { validationActions: undefined }, /validationActions is absent/],
        ["fails open", { failurePolicy: "Ignore" }, /failurePolicy is "Ignore"; set it to Fail/],
        [
            "is off for admission",
            { evaluation: { admission: { enabled: false } } },
            /evaluation.admission.enabled is false/,
        ],
        [
            "refuses everything",
            { validations: [{ expression: "false" }] },
            /refuses even a pod that does everything right/,
        ],
        [
            "admits everything",
            { validations: [{ expression: "true" }] },
            /no admission policy refuses/,
        ],
        [
            "asks nobody",
            { matchConditions: [{ name: "none", expression: "false" }] },
            /no admission policy refuses/,
        ],
    ] as const) {
        it(`is violated by a policy that ${title}`, async () => {
            assert.match((await messages(soundAdmission(spec))).join("\n"), message);
        });
    }

    for (const [title, constraints, message] of [
        [
            "leaves another namespace alone",
            namespaceSelector(NAME, "NotIn", ["kube-system", "apps"]),
            /leaves namespace apps alone; only kube-system, /,
        ],
        [
            "covers named namespaces only",
            namespaceSelector(NAME, "In", ["apps"]),
            /leaves namespace any-other-namespace alone/,
        ],
        [
            "lets namespaces choose",
            namespaceSelector("policies", "Exists"),
            /choose by their label policies/,
        ],
        [
            "covers kube-system",
            { namespaceSelector: undefined },
            /covers kube-system, which must start/,
        ],
        [
            "lets pods choose",
            { objectSelector: { matchLabels: { a: "b" } } },
            /objectSelector lets pods choose/,
        ],
        ["excludes resources", { excludeResourceRules: [{}] }, /it has excludeResourceRules/],
        [
            "is asked about Deployments only",
            { resourceRules: [] },
            /do not match the creation of pods/,
        ],
    ] as const) {
        it(`is violated by a policy that ${title}`, async () => {
            assert.match((await messages(soundAdmission({}, constraints))).join("\n"), message);
        });
    }

    it("is violated by fewer than three admission controllers in prod", async () => {
        assert.deepEqual(await messages(soundAdmission(), soundController(2)), [
            "Deployment/apps/kyverno: replicas is 2; while it is down no pod starts, so run 3.",
        ]);
        const dev = await judge([
            platform({ profile: "dev" }),
            ...soundController(1),
            ...soundAdmission(),
        ]);
        assert.deepEqual(dev.of("SEC-05"), []);
    });

    it("is violated by a controller that fails open, or is missing", async () => {
        const open = soundController(3, { args: ["--forceFailurePolicyIgnore=true"] });
        assert.match(
            (await messages(soundAdmission(), open)).join(),
            /lets everything in while it is down/,
        );
        assert.match(
            (await messages(soundAdmission(), [])).join(),
            /no admission controller of Kyverno is in the stack/,
        );
    });

    it("is violated by settings of Kyverno that exempt another namespace", async () => {
        const settings = (data: Inputs) =>
            object({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "kyverno", namespace: "kyverno" },
                data,
            });
        const found = (data: Inputs) => messages([...soundAdmission(), settings(data)]);
        const resourceFilters = "[*/*,kyverno,*] [Event,*,*] [Pod/binding,*,*]";
        const webhooks = (...values: string[]) =>
            JSON.stringify(namespaceSelector(NAME, "NotIn", values));
        assert.deepEqual(await found({ resourceFilters, webhooks: webhooks("kyverno") }), []);
        assert.match(
            (await found({ resourceFilters: "[*/*,apps,*]" })).join(),
            /it exempts apps from every policy/,
        );
        assert.match(
            (await found({ resourceFilters, webhooks: webhooks("apps") })).join(),
            /it exempts apps/,
        );
        const unknown = await judged([...soundAdmission(), settings({ resourceFilters: UNKNOWN })]);
        assert.equal(unknown.verdict("SEC-05").verdict, "not judged");

        for (const data of [
            { resourceFilters: "[Pod,apps,web-*]" },
            { resourceFilters: "[v1/Pod,a*,*]" },
            { resourceFilters: "[*,*,*]" },
            { resourceFilters: "[Po?,apps]" },
            { webhooks: JSON.stringify([namespaceSelector("team", "In", ["a"])]) },
            { webhooks: JSON.stringify({ objectSelector: { matchLabels: { ask: "yes" } } }) },
            { excludeGroups: "system:nodes,system:serviceaccounts" },
            { excludeGroups: "system:authenticated" },
            { excludeUsernames: "admin" },
            { excludeRoles: "apps:deployer" },
            { excludeClusterRoles: "cluster-admin" },
            { matchConditions: '[{"name":"a","expression":"false"}]' },
        ]) {
            assert.ok((await found(data)).length > 0, JSON.stringify(data));
        }
        for (const data of [
            { resourceFilters: "[*/*,kube-system,*] [Pod,kyverno,kyverno-*] [Pod/?*,apps,*]" },
            { resourceFilters: "[ReplicaSet,*,*] [Node/?*,*,*] [PodDisruptionBudget,apps,*]" },
            { excludeGroups: "system:nodes", excludeUsernames: "", excludeRoles: "!apps:x" },
            { webhooks: "[{}]", matchConditions: "[]" },
        ]) {
            assert.deepEqual(await found(data), [], JSON.stringify(data));
        }
    });

    it("is violated by arguments that take its policies away", async () => {
        for (const argument of [
            "--forceFailurePolicyIgnore=1",
            "--exceptionNamespace=*",
            "--autoUpdateWebhooks=false",
        ]) {
            const found = await messages(
                soundAdmission(),
                soundController(3, { args: [argument] }),
            );
            assert.equal(found.length, 1, argument);
        }
        const args = ["--forceFailurePolicyIgnore=false", "--exceptionNamespace=kyverno"];
        assert.deepEqual(await messages(soundAdmission(), soundController(3, { args })), []);
    });

    it("is violated by an exception that nobody listed", async () => {
        for (const apiVersion of ["kyverno.io/v2", "policies.kyverno.io/v1"]) {
            const exception = object({
                apiVersion,
                kind: "PolicyException",
                metadata: { name: "web", namespace: "apps" },
                spec: {},
            });
            assert.match(
                (await messages([...soundAdmission(), exception])).join(),
                /PolicyException\/apps\/web: it exempts pods from policies; list it/,
            );
        }
    });

    it("is not judged where a rule is unknown or needs more than a pod", async () => {
        for (const spec of [
            { validations: UNKNOWN },
            {
                validations: [
                    { expression: "resource.get('v1', 'configmaps', 'a', 'b').data.ok == 'yes'" },
                ],
            },
        ]) {
            const result = await judged(soundAdmission(spec));
            assert.equal(result.verdict("SEC-05").verdict, "not judged");
        }
        const unknown = await judged(soundAdmission(), soundController(UNKNOWN));
        assert.equal(unknown.verdict("SEC-05").verdict, "not judged");
    });

    it("is not applicable without Kyverno, and not judged while a chart is not rendered", async () => {
        assert.equal((await judge([platform()])).verdict("SEC-05").verdict, "not applicable");
        const chart = resource("platform:base:Chart", "kyverno", { rendered: false });
        const result = await judge([platform(), chart, ...soundAdmission()]);
        assert.equal(result.verdict("SEC-05").verdict, "not judged");
    });
});
