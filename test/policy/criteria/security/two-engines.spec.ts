/** SEC-05: at most one engine refuses. */
import * as assert from "node:assert/strict";
import { gatekeeperPolicies } from "../../../../components/security/gatekeeper-policies";
import { type Inputs, judge, object, platform, type Resource, UNKNOWN } from "../../harness";
import { soundAdmission, soundController } from "../../sound-parts";

const sound = [platform(), ...soundController(), ...soundAdmission()];

function constraint(spec: Inputs, name = "some", kind = "K8sRequiredLabels"): Resource {
    return object({
        apiVersion: "constraints.gatekeeper.sh/v1beta1",
        kind,
        metadata: { name },
        spec,
    });
}

function clusterPolicy(spec: Inputs, kind = "ClusterPolicy"): Resource {
    return object({
        apiVersion: "kyverno.io/v1",
        kind,
        metadata: { name: "patterns", ...(kind === "Policy" ? { namespace: "apps" } : {}) },
        spec,
    });
}

const BOTH =
    /^K8sRequiredLabels\/some: it refuses, and so does Kyverno \(.+\): two engines give two verdicts; set enforcementAction to dryrun, or let Kyverno only audit\.$/;

async function found(...resources: readonly Resource[]): Promise<string[]> {
    const result = await judge([...resources]);
    return result.of("SEC-05").filter((message) => message.includes("two engines"));
}

const scoped = (action: string, ...names: readonly string[]) => ({
    enforcementAction: "scoped",
    scopedEnforcementActions: [{ action, enforcementPoints: names.map((name) => ({ name })) }],
});

describe("two policy engines", () => {
    for (const [title, spec] of [
        ["denies", { enforcementAction: "deny" }],
        ["names no action", {}],
        ["names an empty one", { enforcementAction: "" }],
        ["denies at the webhook", scoped("deny", "validation.gatekeeper.sh")],
        ["denies in the API server", scoped("deny", "vap.k8s.io")],
        ["denies everywhere", scoped("deny", "*")],
        ["denies at one of two points", scoped("deny", "audit.gatekeeper.sh", "*")],
    ] as const) {
        it(`are found where a constraint ${title} beside Kyverno`, async () => {
            const [first, ...others] = await found(...sound, constraint(spec));
            assert.match(first ?? "", BOTH);
            assert.deepEqual(others, []);
        });
    }

    for (const [title, spec] of [
        ["only warns", { enforcementAction: "warn" }],
        ["only audits", { enforcementAction: "dryrun" }],
        ["warns at the webhook", scoped("warn", "validation.gatekeeper.sh")],
        ["denies in its audit alone", scoped("deny", "audit.gatekeeper.sh")],
        ["denies in tests alone", scoped("deny", "gator.gatekeeper.sh")],
        ["is scoped to nothing", { enforcementAction: "scoped" }],
    ] as const) {
        it(`are none where a constraint ${title}`, async () => {
            assert.deepEqual(await found(...sound, constraint(spec)), []);
        });
    }

    it("are told of once, with how many refuse", async () => {
        const many = ["some", "second", "third"].map((name) => constraint({}, name));
        const [first, ...others] = await found(...sound, ...many);
        assert.match(first ?? "", /it and 2 others refuse, and so does Kyverno/);
        assert.deepEqual(others, []);
    });

    it("are none where the other one only has templates, or is not there", async () => {
        assert.deepEqual(await found(...sound), []);
        assert.deepEqual(await found(platform(), constraint({})), []);
    });

    it("are found by Kyverno's older kinds, and none where those only audit", async () => {
        const rule = (failureAction?: string) => ({
            rules: [{ name: "one", validate: { failureAction, pattern: {} } }],
        });
        for (const spec of [
            rule("Enforce"),
            { ...rule(), validationFailureAction: "Enforce" },
            { ...rule(), validationFailureAction: "enforce" },
        ]) {
            for (const kind of ["ClusterPolicy", "Policy"]) {
                const [first] = await found(platform(), clusterPolicy(spec, kind), constraint({}));
                assert.match(first ?? "", BOTH);
            }
        }
        for (const spec of [
            rule(),
            rule("Audit"),
            { ...rule("Audit"), validationFailureAction: "Enforce" },
            { validationFailureAction: "Enforce", rules: [{ name: "m", mutate: {} }] },
        ]) {
            assert.deepEqual(await found(platform(), clusterPolicy(spec), constraint({})), []);
        }
    });

    it("are not judged where only the update knows whether a constraint refuses", async () => {
        for (const spec of [
            { enforcementAction: UNKNOWN },
            { enforcementAction: "scoped", scopedEnforcementActions: UNKNOWN },
        ]) {
            const result = await judge([...sound, constraint(spec)]);
            assert.deepEqual(result.of("SEC-05"), []);
            assert.equal(result.verdict("SEC-05").verdict, "not judged");
        }
        // One that does refuse is enough.
        const both = [constraint({ enforcementAction: UNKNOWN }, "hidden"), constraint({})];
        assert.match((await found(...sound, ...both))[0] ?? "", BOTH);
    });

    it("are none with the constraints of the platform, which refuse only when they are told to", async () => {
        const all = (enforcement: "deny" | "dryrun") =>
            gatekeeperPolicies(enforcement, []).map(({ constraint: manifest }) =>
                object(manifest as Parameters<typeof object>[0]),
            );
        assert.deepEqual(await found(...sound, ...all("dryrun")), []);
        assert.equal((await found(...sound, ...all("deny"))).length, 1);
    });
});
