import assert from "node:assert/strict";
import { sealedSecrets as definition } from "../../../components/security/sealed-secrets";
import { needsCharts } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

describe("SealedSecrets", () => {
    it("renews its key as it is told", async function () {
        const sealedSecrets = (await alone(definition, { keyRenewal: "240h" })).component(
            "sealed-secrets",
        );
        needsCharts(this, sealedSecrets);
        const [controller] = workloads(sealedSecrets);
        assert.match(
            JSON.stringify(controller?.template.spec.containers[0]),
            /"--key-renew-period","240h"/,
        );
    });
});
