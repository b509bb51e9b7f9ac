/** What moves pods: never the last of its kind, and never without end. */
import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

interface Policy {
    readonly maxNoOfPodsToEvictPerNamespace: number;
    readonly profiles: readonly {
        readonly pluginConfig: readonly { readonly name: string; readonly args?: object }[];
        readonly plugins: Readonly<Record<string, { readonly enabled: readonly string[] }>>;
    }[];
}

describe("the descheduler", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("descheduler");
    });

    function policy(): Policy {
        const { data } = prod.object("ConfigMap/descheduler/descheduler") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        return yaml.load(data["policy.yaml"] ?? "") as Policy;
    }

    it("moves what is together, and nothing because it is idle or restarts", function () {
        needsCharts(this, prod);
        const { profiles, maxNoOfPodsToEvictPerNamespace } = policy();
        assert.deepEqual(
            profiles.map(({ plugins }) => plugins),
            [
                {
                    balance: {
                        enabled: [
                            "RemoveDuplicates",
                            "RemovePodsViolatingTopologySpreadConstraint",
                        ],
                    },
                },
            ],
        );
        assert.equal(maxNoOfPodsToEvictPerNamespace, 2);
    });

    it("spares pods with claims, pods without a budget, and the last of its kind", function () {
        needsCharts(this, prod);
        const [evictor] = policy().profiles.flatMap(({ pluginConfig }) => pluginConfig);
        assert.deepEqual(evictor, {
            name: "DefaultEvictor",
            args: {
                nodeFit: true,
                minReplicas: 2,
                minPodAge: "15m",
                podProtections: {
                    defaultDisabled: ["PodsWithLocalStorage"],
                    extraEnabled: ["PodsWithPVC", "PodsWithoutPDB"],
                },
            },
        });
    });

    it("really evicts, by one of two at a time", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("Deployment/descheduler/descheduler"));
        assert.doesNotMatch(text, /dry-run/);
        assert.match(text, /--leader-elect=true/);
        assert.match(text, /--leader-elect-resource-namespace=descheduler/);
        assert.match(text, /--descheduling-interval=15m/);
    });
});
