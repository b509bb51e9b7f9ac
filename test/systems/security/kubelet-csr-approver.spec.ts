import assert from "node:assert/strict";
import { kubeletCsrApprover } from "../../../components/security/kubelet-csr-approver";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

describe("KubeletCsrApprover", () => {
    const environment = (part: RecordedStack): Record<string, string> => {
        const [container] = workloads(part)[0]?.template.spec.containers ?? [];
        const { env = [] } = (container ?? {}) as { env?: { name: string; value: string }[] };
        return Object.fromEntries(env.map(({ name, value }) => [name, value]));
    };

    it("approves the nodes of the settings by their exact names", async function () {
        const approver = (await stack("prod")).component("kubelet-csr-approver");
        needsCharts(this, approver);
        const { PROVIDER_REGEX = "", PROVIDER_IP_PREFIXES } = environment(approver);
        const pattern = new RegExp(PROVIDER_REGEX);
        assert.ok(pattern.test("worker-4"));
        assert.ok(!pattern.test("worker-44"));
        assert.ok(!pattern.test("my-worker-4"));
        assert.equal(PROVIDER_IP_PREFIXES, "192.168.68.0/24");
    });

    it("approves any node name on a cluster that it does not know", async function () {
        const approver = (await alone(kubeletCsrApprover)).component("kubelet-csr-approver");
        needsCharts(this, approver);
        assert.ok(new RegExp(environment(approver).PROVIDER_REGEX ?? "").test("k3s-1"));
    });
});
