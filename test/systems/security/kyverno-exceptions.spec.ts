import assert from "node:assert/strict";
import { AdmissionExceptions } from "../../../components/base/admission";
import { policyException } from "../../../components/security/kyverno-exceptions";
import { policies, policiesOf } from "../../../components/security/kyverno-policies";
import { admissionProbes } from "../../../policy/engines/admission/probes";
import { ask } from "../../../policy/engines/admission/expressions";
import { stack, stackWith } from "../../fixtures/stack";

const exception = {
    criterion: "SEC-03",
    resource: "Deployment/n8n/n8n",
    reason: "It writes to its own root.",
    guard: "Nobody reaches it.",
    expires: "2027-05-31",
};
const today = "2026-11-27";

describe("exceptions from admission policies", () => {
    it("say why, what protects instead, and until when", () => {
        const made = policyException(exception, today);
        assert.equal(made?.metadata.name, "sec-03-deployment-n8n-n8n");
        assert.equal(made.metadata.namespace, "kyverno");
        assert.deepEqual(made.metadata.annotations, {
            "policies.kyverno.io/title":
                "Deployment/n8n/n8n is excepted from SEC-03 until 2027-05-31",
            "policies.kyverno.io/description":
                "It writes to its own root. Instead: Nobody reaches it.",
        });
        const { expiresAt, policyRefs } = made.spec as Record<string, unknown>;
        assert.equal(expiresAt, "2027-06-01T00:00:00Z");
        assert.deepEqual(
            policyRefs,
            policiesOf("SEC-03").map((name) => ({ kind: "ValidatingPolicy", name })),
        );
    });

    it("hold up to and including their last day", () => {
        assert.ok(policyException(exception, "2027-05-31"));
        assert.equal(policyException(exception, "2027-06-01"), undefined);
    });

    for (const [title, change] of [
        ["no policy is about the criterion", { criterion: "HA-04" }],
        ["Kyverno is not asked in the namespace", { resource: "DaemonSet/falco/falco" }],
        ["the object has no namespace", { resource: "Namespace/n8n" }],
        ["the object is the platform", { resource: "Platform/platform" }],
    ] as const) {
        it(`are not made where ${title}`, () => {
            assert.equal(policyException({ ...exception, ...change }, today), undefined);
        });
    }

    it("are of the policies that refuse what their criterion judges", () => {
        for (const { metadata, spec } of policies) {
            const refused = admissionProbes.filter(
                ({ pod }) => ask(spec as Record<string, unknown>, pod) === "refuses",
            );
            assert.ok(refused.length > 0, metadata.name);
            for (const { criterion } of refused) {
                assert.ok(policiesOf(criterion).includes(metadata.name ?? ""), metadata.name);
            }
        }
    });

    it("of the site are in the stack before the policies and what comes after", async () => {
        const resource = "StatefulSet/n8n/other";
        const prod = await stackWith({ profile: "prod", exceptions: [{ ...exception, resource }] });
        const key = "PolicyException/kyverno/sec-03-statefulset-n8n-other";
        assert.equal(prod.object(key).apiVersion, "policies.kyverno.io/v1");
        assert.equal(prod.ofKind("PolicyException").length, 1);
    });

    it("are none where nobody outside of exempt namespaces is excepted", async () => {
        assert.deepEqual((await stack("prod")).ofKind("PolicyException"), []);
    });

    it("of systems that come before Kyverno are kept until it is there", () => {
        const admission = new AdmissionExceptions();
        const seen: string[] = [];
        assert.deepEqual(admission.take([exception]), []);
        const letIn = ({ resource }: typeof exception) => {
            seen.push(resource);
            return [];
        };
        admission.enforce(letIn);
        admission.take([{ ...exception, resource: "Deployment/n8n/later" }]);
        assert.deepEqual(seen, ["Deployment/n8n/n8n", "Deployment/n8n/later"]);
    });
});
