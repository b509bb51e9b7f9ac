import * as assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { istio } from "../../../components/network/istio";
import { outsideMesh } from "../../../trust/mesh";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { alone, everything } from "../variants";

const MODE = "istio.io/dataplane-mode";
const PORT = 15_008;

interface Rule {
    readonly ports?: readonly { readonly port: number }[];
}

/** The rules of a NetworkPolicy in a direction. */
function rulesOf({ spec }: Manifest, direction: "ingress" | "egress"): readonly Rule[] {
    return (spec as Record<string, readonly Rule[] | undefined>)[direction] ?? [];
}

function holdsTunnel({ ports = [] }: Rule): boolean {
    return ports.some(({ port }) => port === PORT);
}

function keyOf({ metadata }: Manifest): string {
    return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

const modeOf = ({ metadata }: Manifest) => metadata.labels?.[MODE];
const specOf = (of: RecordedStack, key: string) => of.object(key).spec as Record<string, unknown>;

describe("Istio", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await everything();
    });

    it("has three istiod in prod, two in staging, and nothing in dev", async () => {
        const count = async (profile: "prod" | "staging") =>
            (
                specOf(await stack(profile), "Istio/default").values as {
                    pilot: { replicaCount: number };
                }
            ).pilot.replicaCount;
        assert.equal(await count("prod"), 3);
        assert.equal(await count("staging"), 2);
        const dev = await stack("dev");
        assert.deepEqual(
            dev.objects.filter(({ apiVersion }) => /istio\.io|sailoperator\.io/.test(apiVersion)),
            [],
        );
        assert.ok(!JSON.stringify(dev.ofKind("NetworkPolicy")).includes(String(PORT)));
        assert.ok(dev.ofKind("Namespace").every((namespace) => modeOf(namespace) === undefined));
    });

    it("has every namespace in the mesh but those that are listed", () => {
        const all = [...recorded.ofKind("Namespace"), ...recorded.ofKind("NamespacePatch")];
        for (const namespace of all) {
            const { name = "" } = namespace.metadata;
            const listed = Object.hasOwn(outsideMesh, name);
            assert.equal(modeOf(namespace), listed ? undefined : "ambient", name);
        }
    });

    it("is strict, and weaker nowhere", () => {
        const peers = recorded.ofKind("PeerAuthentication");
        assert.deepEqual(peers.map(keyOf), ["istio-system/default"]);
        assert.deepEqual(peers[0]?.spec, { mtls: { mode: "STRICT" } });
        assert.deepEqual(specOf(recorded, "AuthorizationPolicy/istio-system/allow-nothing"), {});
    });

    it("refuses nobody before it lets in whom a flow names", () => {
        const allowing = recorded
            .ofType("kubernetes:security.istio.io/v1:AuthorizationPolicy")
            .filter(({ name }) => !name.endsWith("allow-nothing"))
            .map(({ urn }) => urn);
        for (const key of [
            "PeerAuthentication/istio-system/default",
            "AuthorizationPolicy/istio-system/allow-nothing",
        ]) {
            const { dependencies } = recorded.resource(key);
            assert.ok(
                allowing.every((urn) => dependencies.includes(urn)),
                key,
            );
        }
    });

    it("has a policy of its own for each one of the network with its port, and no other", () => {
        const network = recorded
            .ofKind("NetworkPolicy")
            .filter((policy) => rulesOf(policy, "ingress").some(holdsTunnel))
            .map(keyOf);
        const own = recorded
            .ofKind("AuthorizationPolicy")
            .map(keyOf)
            .filter((key) => key !== "istio-system/allow-nothing");
        assert.deepEqual(own.toSorted(), network.toSorted());
        assert.ok(own.length > 50);
        assert.ok(own.every((key) => !Object.hasOwn(outsideMesh, key.split("/")[0] ?? "")));
    });

    it("has what the API server calls called past it, and nothing else of charts", function () {
        needsCharts(this, recorded);
        const past = recorded.objects
            .filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind))
            .filter((object) => JSON.stringify(object.spec).includes("bypass-inbound-capture"))
            .map(keyOf);
        for (const wanted of [
            "cert-manager/cert-manager-webhook",
            "metrics-server/metrics-server",
            "cnpg-system/cloudnative-pg",
        ]) {
            assert.ok(past.includes(wanted), wanted);
        }
        for (const not of ["cert-manager/cert-manager", "grafana/grafana-operator"]) {
            assert.ok(!past.includes(not), not);
        }
        assert.match(
            JSON.stringify(recorded.ofKind("EnvoyProxy")[0]?.spec),
            /"ambient.istio.io\/bypass-inbound-capture":"true"/,
        );
    });

    it("lets probes of kubelets in, by Cilium's policy or by one in each namespace", async function () {
        needsCharts(this, recorded);
        const { spec } = recorded.object("CiliumClusterwideNetworkPolicy/mesh-probes");
        assert.match(JSON.stringify(spec), /169\.254\.7\.127\/32/);
        assert.match(
            JSON.stringify(spec),
            /"enableDefaultDeny":\{"egress":false,"ingress":false\}/,
        );
        const other = await alone(istio);
        const probes = other
            .ofKind("NetworkPolicy")
            .filter(({ metadata }) => metadata.name === "mesh-probes");
        const members = other.ofKind("Namespace").filter((one) => modeOf(one) === "ambient");
        assert.deepEqual(
            probes.map(({ metadata }) => metadata.namespace),
            members.map(({ metadata }) => metadata.name),
        );
    });

    it("needs its operator, and says so in one sentence", () => {
        const faults = faultsOf(changed({ "systems.sailOperator": { enabled: false } }));
        assert.deepEqual(
            faults.map(({ key, allowed }) => [key, allowed]),
            [
                [
                    "systems.sailOperator.enabled",
                    "true, because istio needs it (or turn systems.istio off)",
                ],
            ],
        );
        assert.deepEqual(
            faultsOf(
                changed({
                    "systems.sailOperator": { enabled: false },
                    "systems.istio": { enabled: false },
                }),
            ),
            [],
        );
    });
});
