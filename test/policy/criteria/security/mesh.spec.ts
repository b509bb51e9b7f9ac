import * as assert from "node:assert/strict";
import { mesh } from "../../../../policy/criteria/security/mesh";
import { peer, pods, policy } from "../../../flows/stack";
import { partOf, type Parts, type Path, Sound, withValue } from "../../change";
import { type Inputs, object, UNKNOWN } from "../../harness";
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

describe("SEC-07 on who is in the mesh", () => {
    const meshed = { "istio.io/dataplane-mode": "ambient" };
    const home = (name: string, labels: unknown = meshed) =>
        object({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    const only = { homes: home("shop"), pods: pods("shop", "web", [80]) };
    const found = (parts: Parts) => stack.found(stack.judge({ ...only, ...parts }));

    it("is met by namespaces that are in, and by those that trust/mesh.ts lists", async () => {
        assert.deepEqual(await found({ other: home("kube-system", {}) }), []);
        assert.deepEqual(
            await found({ sidecars: home("old", { "istio-injection": "enabled" }) }),
            [],
        );
    });

    it("is violated by a namespace that is outside without a reason", async () => {
        const message =
            "Namespace/shop: its pods are outside of the mesh, and nothing says why; label it istio.io/dataplane-mode: ambient, or list it with its reason in trust/mesh.ts.";
        const labels = [
            {},
            { "istio.io/dataplane-mode": "none" },
            { "istio.io/dataplane-mode": "Ambient" },
            { "istio-injection": "disabled" },
        ];
        for (const one of labels) {
            assert.deepEqual(await found({ homes: home("shop", one) }), [message]);
        }
    });

    it("is not judged where labels are unknown, and not applicable without a mesh", async () => {
        const unknown = stack.judge({ ...only, homes: home("shop", UNKNOWN) });
        assert.equal(await stack.verdict(unknown), "not judged");
        const without = stack.judge({ homes: home("shop", {}), control: undefined });
        assert.equal(await stack.verdict(without), "not applicable");
    });

    const labelled = (labels: Inputs, annotations: Inputs = {}) =>
        withValue(
            withValue(only.pods, ["spec", "template", "metadata", "annotations"], annotations),
            ["spec", "template", "metadata", "labels"],
            { app: "web", ...labels },
        );

    it("is violated by pods that leave the mesh without a reason", async () => {
        assert.deepEqual(await found({ pods: labelled({ "istio.io/dataplane-mode": "none" }) }), [
            "Deployment/shop/web: its pods are labelled istio.io/dataplane-mode: none, so they are outside of the mesh, and nothing says why; leave the label out, or list Deployment/shop/web with its reason in trust/mesh.ts.",
        ]);
    });

    const past = { "ambient.istio.io/bypass-inbound-capture": "true" };
    const hook = policy("shop", "hook", "web", {
        ingress: [{ from: [{ ipBlock: { cidr: "192.168.68.101/32" } }], ports: [{ port: 80 }] }],
    });

    it("is violated by pods that are called past it and by nobody outside", async () => {
        assert.match(
            (await found({ pods: labelled({}, past) })).join(),
            /Deployment\/shop\/web can be called past the mesh .* no flow lets anybody in who is outside/,
        );
        assert.deepEqual(await found({ pods: labelled({}, past), hook }), []);
    });

    it("is violated by pods that refuse whom a policy of the network lets in", async () => {
        assert.deepEqual(await found({ hook }), [
            'NetworkPolicy/shop/hook: it lets 192.168.68.101/32 in at Deployment/shop/web, which is in the mesh and refuses who is outside; let them be called past the mesh (ambient.istio.io/bypass-inbound-capture: "true"), or bring the caller in.',
        ]);
        const udp = withValue(hook, ["spec", "ingress", 0, "ports", 0, "protocol"], "UDP");
        assert.deepEqual(await found({ hook: udp }), []);
        const probes = withValue(
            hook,
            ["spec", "ingress", 0, "from", 0, "ipBlock", "cidr"],
            "169.254.7.127/32",
        );
        assert.deepEqual(await found({ hook: probes }), []);
    });

    it("is violated by callers that stand outside of it", async () => {
        const caller = policy("shop", "in", "web", {
            ingress: [{ from: [peer("kyverno")], ports: [{ port: 80 }] }],
        });
        const kyverno = { homes2: home("kyverno", {}), caller: pods("kyverno", "kyverno", [1]) };
        assert.match(
            (await found({ ...kyverno, in: caller })).join(),
            /NetworkPolicy\/shop\/in: it lets Deployment\/kyverno\/kyverno in at/,
        );
    });
});
