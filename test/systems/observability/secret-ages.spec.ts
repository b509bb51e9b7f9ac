import assert from "node:assert/strict";
import { SecretPlan } from "../../../components/base/secret-plan";
import { secretAgeRules } from "../../../components/observability/secret-ages";

describe("ages of secrets", () => {
    const plan = new SecretPlan([{ secret: "renewed", generation: 2, since: "2026-11-01" }]);
    const rotation = { owner: "platform-admin", days: 90 };
    for (const name of ["renewed", "first"]) {
        plan.take({ namespace: "demo", secretName: name, rotation }, [name]);
    }
    const groups = JSON.stringify(secretAgeRules("monitoring", plan)?.spec);

    it("count from the day of the renewal", () => {
        const made = Date.parse("2026-11-01T00:00:00Z") / 1000;
        assert.ok(groups.includes(`"expr":"vector(${made})"`));
        assert.ok(groups.includes(`"expr":"vector(${made}) + ${90 * 86_400}"`));
    });

    it("count from the namespace of a secret that was never renewed", () => {
        assert.ok(groups.includes('max(kube_namespace_created{namespace=\\"demo\\"}) + 7776000'));
    });

    it("are two rules a secret, the same at each run, and none without secrets", () => {
        assert.equal(groups.match(/"record"/g)?.length, 4);
        assert.equal(secretAgeRules("monitoring", new SecretPlan()), undefined);
    });
});
