import * as assert from "node:assert/strict";
import { istio, istioCni, istioVersion, ztunnel } from "../../components/network/istio-values";
import type { Resource, Tree } from "../../operators/behaviour";
import { waypointClass } from "../../operators/istio-waypoint";
import { around, custom, podsOf, roomOf } from "./surroundings";

const GROUP = "sailoperator.io";
const resource = (manifest: unknown) => manifest as Resource;

function only(found: readonly { readonly pod: Tree }[]): Tree {
    const [pods, ...others] = found;
    assert.ok(pods);
    assert.deepEqual(others, []);
    return pods.pod;
}

describe("what the Sail operator makes", () => {
    it("is istiod, as many as the Istio says, with what it asks for", () => {
        const [set] = podsOf(resource(istio(3)));
        assert.ok(set);
        assert.equal(set.namespace, "istio-system");
        assert.equal(set.count, 3);
        assert.equal(set.most, 4);
        assert.equal(set.labels.app, "istiod");
        assert.match(JSON.stringify(set.pod), /"cpu":"100m","memory":"384Mi"/);
        assert.match(JSON.stringify(set.pod.containers), new RegExp(istioVersion.slice(1)));
    });

    it("is one istiod with two gigabytes that may become five, where nothing is said", () => {
        const [set] = podsOf(custom(GROUP, "Istio", "default", {}));
        assert.equal(set?.count, 1);
        assert.equal(set.most, 5);
        assert.match(JSON.stringify(set.pod), /"cpu":"500m","memory":"2048Mi"/);
    });

    it("is an agent and a proxy on every node, control planes and sick nodes included", () => {
        for (const manifest of [istioCni, ztunnel]) {
            const found = podsOf(resource(manifest));
            assert.equal(found[0]?.perNode, "DaemonSet");
            assert.match(JSON.stringify(only(found).tolerations), /NoSchedule.*NoExecute/);
        }
    });

    it("has a budget of its own unless it is told otherwise", () => {
        const { budgets } = roomOf(custom(GROUP, "Istio", "default", {}));
        const of = (spec: Tree) => budgets?.(custom(GROUP, "Istio", "default", spec), around([]));
        assert.deepEqual(of({}), []);
        const pilot = { autoscaleMin: 2 };
        assert.equal(of({ values: { pilot } })?.length, 1);
        const global = { defaultPodDisruptionBudget: { enabled: false } };
        assert.deepEqual(of({ values: { pilot, global } }), []);
    });

    it("is a waypoint for each Gateway of its class, as the mesh wants them", () => {
        const gateway = custom("gateway.networking.k8s.io", "Gateway", "waypoint", {
            gatewayClassName: waypointClass,
        });
        const [alone] = podsOf(gateway);
        assert.equal(alone?.count, 1);
        const [set] = podsOf(gateway, [resource(istio(3))]);
        assert.equal(set?.count, 2);
        assert.match(JSON.stringify(set.pod), /"cpu":"50m","memory":"128Mi"/);
        assert.equal(set.labels["gateway.networking.k8s.io/gateway-name"], "waypoint");
        const { budgets } = roomOf(gateway);
        assert.equal(budgets?.(gateway, around([resource(istio(3))])).length, 1);
    });
});
