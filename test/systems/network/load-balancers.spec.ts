import assert from "node:assert/strict";
import { cilium } from "../../../components/network/cilium";
import { sampleConfiguration } from "../../fixtures/settings";
import { stack } from "../../fixtures/stack";
import { alone } from "../variants";

const ANNOUNCEMENT = "CiliumL2AnnouncementPolicy/nodes";

describe("LoadBalancerPool", () => {
    it("hands out the configured range", async () => {
        const pool = (await stack("prod")).object("CiliumLoadBalancerIPPool/nodes");
        assert.equal(pool.apiVersion, "cilium.io/v2");
        assert.deepEqual(pool.spec, {
            blocks: [{ start: "192.168.68.200", stop: "192.168.68.220" }],
        });
    });

    it("announces from workers only", async () => {
        assert.deepEqual((await stack("prod")).object(ANNOUNCEMENT).spec, {
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
        const recorded = await alone(cilium, {}, { nodes });
        assert.deepEqual(recorded.object(ANNOUNCEMENT).spec, { loadBalancerIPs: true });
    });
});
