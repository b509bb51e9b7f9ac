/** Gatekeeper: the rules of Kyverno once more, and never two engines that refuse. */
import assert from "node:assert/strict";
import {
    askedAbout,
    gatekeeperPolicies,
    isAskedAbout,
} from "../../../components/security/gatekeeper-policies";
import { policies } from "../../../components/security/kyverno-policies";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { workloads } from "../workloads";

const ON = { gatekeeper: { enabled: true } };
const nextMonth = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
const CONSTRAINTS = "constraints.gatekeeper.sh/v1beta1";

function sentences(gatekeeper: object, others: Readonly<Record<string, object>> = {}): string[] {
    const systems = Object.fromEntries(
        Object.entries({ gatekeeper, ...others }).map(([name, own]) => [`systems.${name}`, own]),
    );
    return faultsOf(changed(systems)).map(
        ({ key, found, allowed }) => `${key}: ${found}; allowed: ${allowed}`,
    );
}

describe("Gatekeeper", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({ systems: ON });
    });

    it("is off everywhere unless asked for", async () => {
        const names = (await stack("prod")).components.map(({ name }) => name);
        assert.ok(!names.includes("gatekeeper"));
    });

    it("says what Kyverno says, and only tells of it beside Kyverno", () => {
        const constraints = recorded.objects.filter(({ apiVersion }) => apiVersion === CONSTRAINTS);
        assert.deepEqual(
            constraints.map(({ metadata }) => metadata.name).sort(),
            policies.map(({ metadata }) => metadata.name).sort(),
        );
        const actions = constraints.map(
            ({ spec }) => (spec as { enforcementAction: string }).enforcementAction,
        );
        assert.deepEqual([...new Set(actions)], ["dryrun"]);
        const expressions = (manifests: readonly unknown[]) =>
            manifests
                .flatMap((manifest) => [
                    ...JSON.stringify(manifest).matchAll(/"validations":\[.*?\]/g),
                ])
                .map(([text]) => text)
                .sort();
        const templates = recorded.objects.filter(({ kind }) => kind === "ConstraintTemplate");
        assert.deepEqual(expressions(templates), expressions(policies));
    });

    it("has each template, its kind included, before the constraint", () => {
        for (const { template, constraint } of gatekeeperPolicies("dryrun", [])) {
            const made = recorded.resource(`ConstraintTemplate/${template.metadata.name ?? ""}`);
            assert.match(
                JSON.stringify(made.inputs),
                /"pulumi.com\/waitFor":"jsonpath=\{.status.created\}=true"/,
            );
            const own = recorded.resource(`${constraint.kind}/${constraint.metadata.name ?? ""}`);
            assert.ok(own.dependencies.includes(made.urn));
        }
    });

    it("tells nobody else to enforce its templates", () => {
        for (const { template } of gatekeeperPolicies("deny", [])) {
            assert.match(JSON.stringify(template), /"generateVAP":false/);
        }
    });

    it("asks only about what its constraints are about, and reads nothing else", function () {
        const part = recorded.component("gatekeeper");
        needsCharts(this, part);
        const [configuration] = part.ofKind("ValidatingWebhookConfiguration");
        const [admit, label] = configuration?.webhooks as {
            rules: unknown;
            failurePolicy: string;
        }[];
        assert.deepEqual(admit?.rules, JSON.parse(JSON.stringify(askedAbout)));
        assert.equal(admit?.failurePolicy, "Ignore");
        assert.equal(label?.failurePolicy, "Ignore");
        assert.deepEqual(part.ofKind("MutatingWebhookConfiguration"), []);
        const roles = JSON.stringify([...part.ofKind("ClusterRole"), ...part.ofKind("Role")]);
        assert.doesNotMatch(roles, /"\*"|"secrets"/);
    });

    it("gets its certificate from the platform's authority, and its webhook that authority", function () {
        const part = recorded.component("gatekeeper");
        needsCharts(this, part);
        assert.ok(recorded.object("Certificate/gatekeeper-system/gatekeeper-webhook-server-cert"));
        const [configuration] = part.ofKind("ValidatingWebhookConfiguration");
        assert.match(JSON.stringify(configuration?.metadata), /inject-ca-from/);
        for (const { template } of workloads(part)) {
            assert.match(JSON.stringify(template), /--disable-cert-rotation=true/);
            assert.match(
                JSON.stringify(template),
                /docker\.io\/openpolicyagent\/gatekeeper:v3\.23\.0/,
            );
        }
    });

    it("refuses and fails closed where it decides alone, and spares what the site excepts", async function () {
        const alone = await stackWith({
            systems: {
                gatekeeper: { enabled: true, enforce: true },
                kyverno: { enabled: false },
            },
            exceptions: [
                {
                    criterion: "SEC-03",
                    resource: "Deployment/shop/writer",
                    reason: "it writes where it is",
                    guard: "nobody else reaches it",
                    expires: nextMonth,
                },
            ],
        });
        const constraints = alone.objects.filter(({ apiVersion }) => apiVersion === CONSTRAINTS);
        assert.ok(constraints.length > 0);
        assert.ok(
            constraints.every(
                ({ spec }) => (spec as { enforcementAction: string }).enforcementAction === "deny",
            ),
        );
        const template = alone.object("ConstraintTemplate/platformrequirereadonlyroot");
        assert.match(JSON.stringify(template), /not-deployment-shop-writer/);
        const other = alone.object("ConstraintTemplate/platformrequirelabels");
        assert.doesNotMatch(JSON.stringify(other), /shop-writer/);
        const part = alone.component("gatekeeper");
        needsCharts(this, part);
        const [configuration] = part.ofKind("ValidatingWebhookConfiguration");
        const [admit] = configuration?.webhooks as { failurePolicy: string }[];
        assert.equal(admit?.failurePolicy, "Fail");
    });

    it("is asked about an exception only where Kyverno would be", () => {
        const exception = {
            criterion: "SEC-03",
            resource: "Deployment/shop/writer",
            reason: "",
            guard: "",
            expires: "2027-01-01",
        };
        assert.ok(isAskedAbout(exception, "2026-12-31"));
        for (const change of [
            { criterion: "HA-04" },
            { resource: "Deployment/kube-system/coredns" },
            { resource: "Namespace/shop" },
            { expires: "2026-12-30" },
        ]) {
            assert.ok(!isAskedAbout({ ...exception, ...change }, "2026-12-31"));
        }
    });
});

describe("two policy engines in the settings", () => {
    it("are refused in one sentence where both refuse", () => {
        assert.deepEqual(sentences({ enabled: true, enforce: true }), [
            "systems.gatekeeper.enabled: true; allowed: only one of gatekeeper and kyverno, unless systems.gatekeeper.enforce is false: two engines that both refuse give two verdicts",
        ]);
        assert.equal(
            sentences({ enabled: true, enforce: true }, { kyverno: { enabled: true } }).length,
            1,
        );
    });

    for (const [title, own, others] of [
        ["by default", { enabled: true }, {}],
        ["where it only tells", { enabled: true, enforce: false }, {}],
        ["where it is off", { enabled: false, enforce: true }, {}],
        ["where nobody switched it on", { enforce: true }, {}],
        ["where Kyverno is off", { enabled: true, enforce: true }, { kyverno: { enabled: false } }],
    ] as const) {
        it(`are none ${title}`, () => {
            assert.deepEqual(sentences(own, others), []);
        });
    }

    it("are not guessed at where the setting cannot be read", () => {
        const found = sentences({ enabled: true, enforce: "yes" });
        assert.equal(found.length, 1, found.join("\n"));
        assert.match(found[0] ?? "", /^systems\.gatekeeper\.enforce: /);
    });
});
