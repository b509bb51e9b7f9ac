import * as assert from "node:assert/strict";
import { virtualClusters } from "../../../../policy/criteria/multi-tenancy/virtual-clusters";
import { Sound } from "../../change";
import { object, type Resource, UNKNOWN } from "../../harness";
import { loggedParts } from "../../sound-logs";
import { running } from "../../sound-backups";

const NAMESPACE = "tenant-a";

function within(apiVersion: string, kind: string, spec: unknown): Resource {
    return object({ apiVersion, kind, metadata: { name: "a", namespace: NAMESPACE }, spec });
}

function policy(spec: unknown): Resource {
    return within("networking.k8s.io/v1", "NetworkPolicy", spec);
}

const cluster = running(NAMESPACE, "Deployment", "blue", {
    image: "ghcr.io/loft-sh/vcluster-oss:1",
});
const labelled: Resource = {
    ...cluster,
    inputs: {
        ...cluster.inputs,
        spec: {
            ...(cluster.inputs.spec as object),
            template: {
                ...(cluster.inputs.spec as { template: object }).template,
                metadata: { labels: { app: "vcluster", release: "blue" } },
            },
        },
    },
};

const stack = new Sound(virtualClusters, {
    ...loggedParts,
    cluster: labelled,
    quota: within("v1", "ResourceQuota", { hard: {} }),
    range: within("v1", "LimitRange", { limits: [] }),
    deny: policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
});

describe("TEN-04", () => {
    it("is met by a virtual cluster with guardrails, whose logs are read through the API", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("TEN-04"), []);
        assert.equal(result.verdict("TEN-04").verdict, "met");
    });

    for (const [part, message] of [
        ["quota", /has no ResourceQuota/],
        ["range", /has no LimitRange/],
        ["deny", /has no NetworkPolicy that denies everything/],
        ["podLogs", /no collector reads its logs/],
        ["alloy", /no collector reads its logs/],
    ] as const) {
        it(`is violated without its ${part}`, async () => {
            const found = await stack.found(stack.without(part));
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", message);
        });
    }

    it("is violated by a policy that leaves a direction or some pods open", async () => {
        for (const spec of [
            { podSelector: {}, policyTypes: ["Ingress"] },
            { podSelector: { matchLabels: { app: "a" } }, policyTypes: ["Ingress", "Egress"] },
            { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{}] },
        ]) {
            assert.equal((await stack.found(stack.judge({ deny: policy(spec) }))).length, 1);
        }
    });

    it("is not applicable without one", async () => {
        assert.equal(await stack.verdict(stack.without("cluster")), "not applicable");
    });

    it("is not judged where a policy or what is collected is known only at the update", async () => {
        assert.equal(await stack.verdict(stack.judge({ deny: policy(UNKNOWN) })), "not judged");
        assert.equal(await stack.verdict(stack.with("podLogs", ["spec"], UNKNOWN)), "not judged");
    });
});
