/** Laws over every room. */
import * as assert from "node:assert/strict";
import { behaviours, inert } from "../../operators";
import { custom } from "./surroundings";
import { around } from "./surroundings";

describe("the rooms of operators", () => {
    it("are the only place of their kinds, and say where their facts are from", () => {
        for (const [kind, { source }] of behaviours) {
            assert.ok(!Object.hasOwn(inert, kind), `${kind} has a room and is listed as inert`);
            assert.match(source, /\d/, `${kind}: ${source} names no release`);
        }
        for (const [kind, reason] of Object.entries(inert)) {
            assert.ok(reason.length > 10, kind);
        }
    });

    it("take a resource that says nothing", () => {
        for (const [kind, room] of behaviours) {
            const [group = "", name = ""] = kind.split("/");
            const resource = custom(group, name, "bare", {});
            const all = around([resource]);
            assert.doesNotThrow(() => {
                room.pods?.(resource, all);
                room.budgets?.(resource, all);
                room.services?.(resource, all);
                room.secrets?.(resource);
                room.configMaps?.(resource, all);
                room.objects?.(resource, all);
                room.monitor?.labels(resource);
            }, kind);
        }
    });

    it("give each budget exactly one limit", () => {
        for (const [kind, room] of behaviours) {
            const [group = "", name = ""] = kind.split("/");
            const resource = custom(group, name, "bare", { pdb: { enabled: true } });
            for (const budget of room.budgets?.(resource, around([resource])) ?? []) {
                const limits = [budget.minAvailable, budget.maxUnavailable].filter(
                    (limit) => limit !== undefined,
                );
                assert.equal(limits.length, 1, `${kind} ${budget.name}`);
            }
        }
    });

    it("call nothing inert of which pods are known to be made", () => {
        for (const kind of [
            "gateway.envoyproxy.io/EnvoyProxy",
            "grafana.integreatly.org/Grafana",
            "keda.sh/ScaledJob",
            "operator.tekton.dev/TektonConfig",
            "registry.apicur.io/ApicurioRegistry3",
            "sailoperator.io/Istio",
            "sailoperator.io/ZTunnel",
            "serving.kserve.io/InferenceService",
            "tailscale.com/Connector",
            "tailscale.com/ProxyGroup",
            "feast.dev/FeatureStore",
        ]) {
            assert.ok(!Object.hasOwn(inert, kind), kind);
        }
    });
});
