import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, object, type Resource, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";

function policy(spec: unknown, name = "default-deny"): Resource {
    return object({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace: "apps" },
        spec,
    });
}

const deny = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });

describe("SEC-01", () => {
    const messages = async (...policies: Resource[]) =>
        (await judge([namespace("apps"), ...policies])).of("SEC-01");
    const missing = (direction: string) =>
        `Namespace/apps: no NetworkPolicy denies ${direction} by default; create it with components/base/namespace.ts.`;

    it("is met by one policy that denies both directions, or by one for each", async () => {
        assert.deepEqual(await messages(deny), []);
        const ingress = policy({ podSelector: {}, policyTypes: ["Ingress"] }, "in");
        const egress = policy({ podSelector: {}, policyTypes: ["Egress"], egress: [] }, "out");
        assert.deepEqual(await messages(ingress, egress), []);
    });

    it("is violated by a namespace without a policy", async () => {
        assert.deepEqual(await messages(), [missing("ingress"), missing("egress")]);
    });

    it("is violated by a policy that denies one direction only", async () => {
        const ingress = policy({ podSelector: {}, policyTypes: ["Ingress"] });
        assert.deepEqual(await messages(ingress), [missing("egress")]);
    });

    it("takes absent policyTypes as Ingress, as the API does", async () => {
        assert.deepEqual(await messages(policy({ podSelector: {} })), [missing("egress")]);
    });

    it("is violated by a policy for some pods only", async () => {
        const some = policy({
            podSelector: { matchLabels: { app: "web" } },
            policyTypes: ["Ingress", "Egress"],
        });
        assert.equal((await messages(some)).length, 2);
    });

    it("judges namespaces that objects only name", async () => {
        assert.equal((await judge([deployment()])).of("SEC-01").length, 2);
        assert.match((await judge([deployment()])).of("SEC-01")[0] ?? "", /^Namespace\/apps: /);
    });

    const openRules: Record<string, [Inputs, RegExp]> = {
        "an ingress rule without peers": [
            { ingress: [{ ports: [{ port: 80 }] }] },
            /an ingress rule has no from and so allows everybody/,
        ],
        "an empty egress rule": [{ egress: [{}] }, /an egress rule has no to/],
        "an empty list of peers": [{ egress: [{ to: [] }] }, /an egress rule has no to/],
        "an empty peer": [{ ingress: [{ from: [{}] }] }, /a peer of an ingress rule is empty/],
        "the whole internet": [
            { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] },
            /an egress rule allows 0\.0\.0\.0\/0 without except, which is everybody/,
        ],
        "the whole internet of IPv6": [
            { egress: [{ to: [{ ipBlock: { cidr: "::/0", except: [] } }] }] },
            /an egress rule allows ::\/0 without except, which is everybody/,
        ],
    };
    for (const [title, [rules, message]] of Object.entries(openRules)) {
        it(`is violated by ${title}`, async () => {
            const found = await messages(deny, policy({ podSelector: {}, ...rules }, "allow"));
            assert.equal(found.length, 1);
            assert.match(found[0] ?? "", message);
            assert.match(found[0] ?? "", /^NetworkPolicy\/apps\/allow: /);
        });
    }

    it("is met by named peers and by the internet without the cluster", async () => {
        const allow = policy(
            {
                podSelector: {},
                egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }],
                ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
            },
            "allow",
        );
        assert.deepEqual(await messages(deny, allow), []);
    });

    it("is violated by a Cilium policy for everybody", async () => {
        const cilium = (spec: unknown) =>
            object({
                apiVersion: "cilium.io/v2",
                kind: "CiliumNetworkPolicy",
                metadata: { name: "c", namespace: "apps" },
                spec,
            });
        const open = await messages(deny, cilium({ ingress: [{ fromEntities: ["all"] }] }));
        assert.deepEqual(open, [
            "CiliumNetworkPolicy/apps/c: an ingress rule allows everybody; name the peers.",
        ]);
        const world = await messages(deny, cilium({ egress: [{ toCIDR: ["0.0.0.0/0"] }] }));
        assert.equal(world.length, 1);
        const named = await messages(deny, cilium({ ingress: [{ fromEntities: ["host"] }] }));
        assert.deepEqual(named, []);
    });

    it("is not judged where specs, rules, peers or addresses are unknown", async () => {
        for (const spec of [
            UNKNOWN,
            { podSelector: UNKNOWN, policyTypes: ["Ingress", "Egress"] },
            { podSelector: {}, policyTypes: UNKNOWN },
        ]) {
            const result = await judge([namespace("apps"), policy(spec)]);
            assert.equal(result.verdict("SEC-01").verdict, "not judged", JSON.stringify(spec));
        }
        for (const egress of [
            UNKNOWN,
            [{ to: UNKNOWN }],
            [{ to: [UNKNOWN] }],
            [{ to: [{ ipBlock: { cidr: UNKNOWN } }] }],
            [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: UNKNOWN } }] }],
        ]) {
            const allow = policy({ podSelector: {}, egress }, "allow");
            const result = await judge([namespace("apps"), deny, allow]);
            assert.equal(result.verdict("SEC-01").verdict, "not judged", JSON.stringify(egress));
        }
    });
});
