import assert from "node:assert/strict";
import { LoadBalancerPool } from "../../../components/network/load-balancers";
import { sampleConfiguration } from "../../fixtures/settings";
import { record, type Recording, settingsWith } from "./record";

const build = (settings = settingsWith()): Promise<Recording> =>
    record(
        (context) => new LoadBalancerPool("load-balancers", { context, needs: [] }, {}),
        settings,
    );

describe("LoadBalancerPool", () => {
    it("hands out the configured range", async () => {
        const pool = (await build()).object("CiliumLoadBalancerIPPool", "nodes");
        assert.equal(pool.apiVersion, "cilium.io/v2");
        assert.deepEqual(pool.spec, {
            blocks: [{ start: "192.168.68.200", stop: "192.168.68.220" }],
        });
    });

    it("announces from workers only", async () => {
        const policy = (await build()).object("CiliumL2AnnouncementPolicy", "nodes");
        assert.deepEqual(policy.spec, {
            loadBalancerIPs: true,
            nodeSelector: {
                matchExpressions: [
                    { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
                ],
            },
        });
    });

    it("announces from every node of a cluster without workers", async () => {
        const nodes = sampleConfiguration.nodes.filter(({ role }) => role === "controlPlane");
        const systems = { rookCeph: { enabled: false }, n8n: { enabled: false } };
        const recording = await build(settingsWith({ profile: "dev", nodes, systems }));
        const policy = recording.object("CiliumL2AnnouncementPolicy", "nodes");
        assert.deepEqual(policy.spec, { loadBalancerIPs: true });
    });
});
