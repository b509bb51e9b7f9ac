import assert from "node:assert/strict";
import { cloudflareTunnel as definition } from "../../../components/network/cloudflare-tunnel";
import type { RecordedStack } from "../../fixtures/stack";
import { allSecrets, changed, faultsOf } from "../../settings/fixture";
import { faults } from "../conformance";
import { declaredFlows } from "../flows";
import { alone, everything, existing } from "../variants";
import { workloads } from "../workloads";

describe("CloudflareTunnel", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await alone(definition)).component("cloudflare-tunnel");
    });

    it("keeps the rules for workloads: limits, probes, spread, budget, no rights", () => {
        assert.deepEqual(faults(recorded), []);
        const [workload, ...others] = workloads(recorded);
        assert.deepEqual(others, []);
        assert.equal(workload?.replicas, 2);
    });

    it("has one pod and no budget where everything has one", async () => {
        const small = await alone(definition, {}, { ...existing, profile: "dev" });
        const part = small.component("cloudflare-tunnel");
        assert.equal(workloads(part)[0]?.replicas, 1);
        assert.deepEqual(part.ofKind("PodDisruptionBudget"), []);
    });

    it("takes traffic only while it is connected, and is not killed when it is not", () => {
        const [container] = workloads(recorded)[0]?.template.spec.containers ?? [];
        assert.match(JSON.stringify(container?.readinessProbe), /"\/ready"/);
        assert.match(JSON.stringify(container?.livenessProbe), /"\/healthcheck"/);
    });

    it("offers metrics at a port that is said, with its token in no argument", () => {
        const [container] = workloads(recorded)[0]?.template.spec.containers ?? [];
        const { args, env } = container as unknown as { args: string[]; env: object[] };
        assert.deepEqual(args, ["tunnel", "--no-autoupdate", "--metrics", "0.0.0.0:2000", "run"]);
        assert.deepEqual(env, [
            {
                name: "TUNNEL_TOKEN",
                valueFrom: { secretKeyRef: { name: "tunnel-token", key: "token" } },
            },
        ]);
    });

    it("lets nobody in but Prometheus, and goes out to the internet alone", () => {
        const flows = declaredFlows(recorded).filter(
            ({ namespace, name }) => namespace === "cloudflare-tunnel" && name !== "dns",
        );
        assert.deepEqual(
            flows.map(({ name, direction, ports }) => [name, direction, JSON.stringify(ports)]),
            [
                ["cloudflare-access", "out", '[{"port":443,"protocol":"TCP"}]'],
                [
                    "cloudflare-edge",
                    "out",
                    '[{"port":7844,"protocol":"TCP"},{"port":7844,"protocol":"UDP"}]',
                ],
            ],
        );
        for (const { peers } of flows) {
            assert.deepEqual(
                peers.map(({ ipBlock }) => ipBlock?.cidr),
                ["0.0.0.0/0"],
            );
        }
    });

    it("says in one sentence that its token is missing and how to make one", () => {
        const without = new Set([...allSecrets].filter((key) => key !== "cloudflareTunnelToken"));
        const on = changed({ "systems.cloudflareTunnel": { enabled: true } });
        const [fault, ...others] = faultsOf(on, without);
        assert.deepEqual(others, []);
        assert.equal(fault?.key, "cloudflareTunnelToken");
        assert.match(
            fault.allowed,
            /because systems\.cloudflareTunnel is on: pulumi config set --secret cloudflareTunnelToken, with the token of a Cloudflare tunnel; made at one\.dash\.cloudflare\.com/,
        );
        assert.deepEqual(faultsOf(changed({}), without), []);
    });

    it("reaches the gateway where there is one, over TLS, and no other pod", async () => {
        const part = await everything();
        const inside = declaredFlows(part)
            .filter(
                ({ namespace, name, direction }) =>
                    namespace === "cloudflare-tunnel" && direction === "out" && name !== "dns",
            )
            .filter(({ peers }) => peers.some(({ ipBlock }) => ipBlock === undefined));
        assert.deepEqual(
            inside.map(({ name, ports }) => [name, JSON.stringify(ports)]),
            [
                [
                    "tunnel-to-gateway",
                    // And the port of the mesh, in which both are.
                    '[{"port":10443,"protocol":"TCP"},{"port":15008,"protocol":"TCP"}]',
                ],
            ],
        );
    });
});
