import { inertGroups } from "../../operators";
import assert from "node:assert/strict";
import { n8n } from "../../components/apps/n8n";
import { isBuiltIn } from "../../components/base/scope";
import { certManager } from "../../components/security/cert-manager";
import { needsCharts, type RecordedStack, stack } from "../fixtures/stack";
import { CrdSchemas } from "./crd-schemas";
import { acme, alone, everything, existing } from "./variants";

/** Kinds whose CRDs are in no chart, each with who brings them. */
const elsewhere: Readonly<Record<string, string>> = {
    CiliumClusterwideNetworkPolicy: "Cilium's operator brings its CRDs when it starts",
    CiliumL2AnnouncementPolicy: "Cilium's operator brings its CRDs when it starts",
    CiliumLoadBalancerIPPool: "Cilium's operator brings its CRDs when it starts",
    EventListener: "Tekton's operator brings the CRDs of triggers when it installs them",
    Pipeline: "Tekton's operator brings the CRDs of pipelines when it installs them",
    ServiceAccount: "Talos brings the CRD of its own where its configuration lets pods ask it",
    Task: "Tekton's operator brings the CRDs of pipelines when it installs them",
    TriggerTemplate: "Tekton's operator brings the CRDs of triggers when it installs them",
};

let compiled: CrdSchemas | undefined;

/** The CRDs are the same in every stack, so those of one with every system judge everything. */
async function schemas(): Promise<CrdSchemas> {
    compiled ??= new CrdSchemas((await everything()).ofKind("CustomResourceDefinition"));
    return compiled;
}

async function faultsOf(recorded: RecordedStack): Promise<string[]> {
    const known = await schemas();
    return recorded.objects
        .filter(
            (object) =>
                !isBuiltIn(object) &&
                !(object.kind in elsewhere) &&
                // Their CRDs are made of what the stack says of them; Gatekeeper's program tries those.
                !Object.hasOwn(inertGroups, object.apiVersion.split("/")[0] ?? ""),
        )
        .flatMap((object) => known.faults(object) ?? [`no CRD for ${object.kind}`]);
}

describe("custom resources", () => {
    const stacks: Readonly<Record<string, () => Promise<RecordedStack>>> = {
        prod: () => stack("prod"),
        dev: () => stack("dev"),
        "prod with every system": everything,
        "staging, of storage, data and apps": () =>
            alone(n8n, {}, { ...existing, profile: "staging" }),
        "a cluster that exists already": () => alone(n8n),
        "a stack with an ACME server": () => alone(certManager, acme),
    };
    for (const [name, recorded] of Object.entries(stacks)) {
        it(`are what their CRDs accept in ${name}, unknown fields refused`, async function () {
            needsCharts(this, await everything());
            assert.deepEqual(await faultsOf(await recorded()), []);
        });
    }

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
