import * as assert from "node:assert/strict";
import { connectorLabels, tailscaleNamespace } from "../../operators/tailscale";
import type { Tree } from "../../operators/behaviour";
import { custom, podsOf, whyOf } from "./surroundings";

const GROUP = "tailscale.com";

describe("what the Tailscale operator makes", () => {
    const connector = (spec: Tree) => custom(GROUP, "Connector", "site", spec);
    const resources = { requests: { cpu: "20m", memory: "64Mi" } };
    const proxyClass = custom(GROUP, "ProxyClass", "quiet", {
        statefulSet: {
            pod: {
                priorityClassName: "high",
                labels: { team: "platform", "tailscale.com/managed": "no" },
                tailscaleContainer: { resources },
            },
        },
    });

    it("is one pod in the operator's own namespace, with hardly a request and every right", () => {
        const [set, ...others] = podsOf(connector({}));
        assert.deepEqual(others, []);
        assert.equal(set?.namespace, tailscaleNamespace);
        assert.equal(set.count, 1);
        assert.deepEqual(set.labels, connectorLabels("site"));
        assert.match(JSON.stringify(set.pod.containers), /"cpu":"1m".*"privileged":true/);
    });

    it("is as many as the Connector says, and as its ProxyClass says but for its own labels", () => {
        const [set] = podsOf(connector({ replicas: 3, proxyClass: "quiet" }), [proxyClass]);
        assert.equal(set?.count, 3);
        assert.equal(set.pod.priorityClassName, "high");
        assert.deepEqual(set.labels, { team: "platform", ...connectorLabels("site") });
        assert.match(JSON.stringify(set.pod.containers), /"cpu":"20m","memory":"64Mi"/);
    });

    it("is unknown where its ProxyClass is, and for a ProxyGroup", () => {
        assert.match(whyOf(connector({ proxyClass: "quiet" })), /ProxyClass is not in the stack/);
        assert.match(whyOf(custom(GROUP, "ProxyGroup", "egress", {})), /no room/);
    });
});
