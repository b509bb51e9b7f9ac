import * as assert from "node:assert/strict";
import { mesh } from "../../../../policy/criteria/security/mesh";
import { partOf, type Path, Sound, withValue } from "../../change";
import { type Inputs, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { istio, meshParts } from "../../sound-systems";

const stack = new Sound(mesh, meshParts);
const ISTIOD = "Deployment/istio-system/istiod";

describe("SEC-07", () => {
    it("is met by strict TLS and a policy that allows nothing", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without istiod", async () => {
        assert.equal(await stack.verdict(stack.without("control")), "not applicable");
    });

    const notStrict = `${ISTIOD}: it is not so that a PeerAuthentication in istio-system is STRICT for the whole mesh.`;
    const open = `${ISTIOD}: it is not so that an AuthorizationPolicy in istio-system denies everything by default.`;
    const bad: readonly (readonly [string, Path, unknown, string])[] = [
        ["peers", ["metadata", "namespace"], "apps", notStrict],
        ["peers", ["spec", "mtls"], undefined, notStrict],
        ["peers", ["spec", "selector"], { matchLabels: { app: "a" } }, notStrict],
        ["nothing", ["metadata", "namespace"], "apps", open],
        ["nothing", ["spec", "action"], "DENY", open],
        ["nothing", ["spec", "rules"], [{}], open],
        ["nothing", ["spec", "targetRefs"], [{ kind: "Gateway", name: "a" }], open],
    ];
    for (const [name, path, value, message] of bad) {
        it(`is violated by ${name} with ${path.join(".")} ${JSON.stringify(value)}`, async () => {
            assert.deepEqual(await stack.found(stack.with(name, path, value)), [message]);
        });
    }

    it("is violated by anything weaker elsewhere, on a port too", async () => {
        const weaker = (spec: Inputs) =>
            stack.found(stack.judge({ weaker: istio("apps", "PeerAuthentication", "web", spec) }));
        assert.deepEqual(await weaker({ mtls: { mode: "PERMISSIVE" } }), [
            'PeerAuthentication/apps/web: spec.mtls.mode is "PERMISSIVE"; set it to STRICT.',
        ]);
        assert.deepEqual(await weaker({ portLevelMtls: { 8080: { mode: "DISABLE" } } }), [
            'PeerAuthentication/apps/web: spec.portLevelMtls.8080.mode is "DISABLE"; set it to STRICT.',
        ]);
        assert.deepEqual(await weaker({ mtls: { mode: "UNSET" } }), []);
    });

    it("finds the root namespace in the settings of the mesh", async () => {
        const settings = (mesh: unknown) =>
            within("istio-system", "v1", "ConfigMap", "istio", { data: { mesh } });
        const moved = (name: string) =>
            withValue(partOf(meshParts, name), ["metadata", "namespace"], "root");
        const there = { peers: moved("peers"), nothing: moved("nothing") };
        const map = settings("rootNamespace: root\n");
        assert.equal(await stack.verdict(stack.judge({ ...there, map })), "met");
        assert.equal(await stack.verdict(stack.judge({ map })), "violated");
        const unknown = stack.judge({ map: settings(UNKNOWN) });
        assert.equal(await stack.verdict(unknown), "not judged");
        const sail = within(undefined, "sailoperator.io/v1", "Istio", "default", {
            spec: { values: { meshConfig: { rootNamespace: "root" } } },
        });
        const operated = stack.judge({ ...there, control: sail });
        assert.equal(await stack.verdict(operated), "met");
    });

    it("is not judged where modes, selectors or rules are unknown", async () => {
        const unknown: readonly (readonly [string, Path])[] = [
            ["peers", ["spec", "mtls", "mode"]],
            ["peers", ["spec", "selector"]],
            ["peers", ["spec", "portLevelMtls"]],
            ["nothing", ["spec", "rules"]],
            ["nothing", ["spec", "action"]],
            ["nothing", ["spec"]],
        ];
        for (const [name, path] of unknown) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", `${name} ${path.join(".")}`);
        }
    });
});
