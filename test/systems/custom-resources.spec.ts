import assert from "node:assert/strict";
import { isBuiltIn } from "../../components/base/scope";
import type { Profile } from "../../components/site-schema";
import { needsCharts, type RecordedStack, stack } from "../fixtures/stack";
import { CrdSchemas } from "./crd-schemas";
import { told } from "./variants";

/** Kinds whose CRDs are in no chart, each with who brings them. */
const elsewhere: Readonly<Record<string, string>> = {
    CiliumL2AnnouncementPolicy: "Cilium's operator brings its CRDs when it starts",
    CiliumLoadBalancerIPPool: "Cilium's operator brings its CRDs when it starts",
};

let compiled: CrdSchemas | undefined;

/** The CRDs are the same in every stack, so those of prod, which has all, judge everything. */
async function schemas(): Promise<CrdSchemas> {
    compiled ??= new CrdSchemas((await stack("prod")).ofKind("CustomResourceDefinition"));
    return compiled;
}

async function faultsOf(recorded: RecordedStack): Promise<string[]> {
    const known = await schemas();
    return recorded.objects
        .filter((object) => !isBuiltIn(object) && !(object.kind in elsewhere))
        .flatMap((object) => known.faults(object) ?? [`no CRD for ${object.kind}`]);
}

describe("custom resources", () => {
    for (const profile of ["dev", "staging", "prod"] as const satisfies Profile[]) {
        it(`are what the CRDs of the stack accept in ${profile}, unknown fields refused`, async function () {
            const recorded = await stack(profile);
            needsCharts(this, recorded);
            assert.deepEqual(await faultsOf(recorded), []);
        });
    }

    it("are so whatever systems are told", async function () {
        const recorded = await told();
        needsCharts(this, recorded);
        assert.deepEqual(await faultsOf(recorded), []);
    });

    it("are refused with a misspelt field, so the checks above mean something", async function () {
        const recorded = await stack("prod");
        needsCharts(this, recorded);
        const replication = recorded.object("RedisReplication/n8n/n8n-redis");
        const { kubernetesConfig, ...spec } = replication.spec as { kubernetesConfig: object };
        const misspelt = { ...kubernetesConfig, imagePolicy: "Always" };
        const faults = (await schemas()).faults({
            ...replication,
            spec: { ...spec, kubernetesConfig: misspelt },
        });
        assert.match(faults?.join(" ") ?? "", /imagePolicy/);
    });

    it("have no CRD elsewhere that is in the stack after all", async function () {
        const recorded = await stack("prod");
        needsCharts(this, recorded);
        const known = await schemas();
        const found = recorded.objects.filter(
            (object) => object.kind in elsewhere && known.faults(object) !== undefined,
        );
        assert.deepEqual(found, []);
    });
});
