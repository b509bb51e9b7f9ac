import assert from "node:assert/strict";
import {
    followedBy,
    fluxManifests,
    fluxUrl,
    siteQuota,
} from "../../../components/edge/flux-edge-manifests";
import { fluxEdge } from "../../../components/edge/flux-edge";
import { isRecord } from "../../../components/base/object";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleEdge } from "../../fixtures/every-system";
import { sampleConfiguration, sampleSite } from "../../fixtures/settings";
import { alone } from "../variants";

const site = sampleSite({ edge: sampleEdge });
const [north, south] = site.edge?.sites ?? [];
const { delivery } = site;
assert.ok(north && south && delivery);

const made = fluxManifests({ edgeSite: south, delivery, folder: "edge", credential: "the key" });
const all = Object.values(made).flat().filter(isRecord);

function found(kind: string): Readonly<Record<string, unknown>> {
    const [one, ...others] = all.filter((object) => object.kind === kind);
    assert.ok(one !== undefined && others.length === 0, kind);
    return one;
}

describe("delivery to edge sites", () => {
    it("is installed by k3s, as no administrator, and without what listens or writes back", () => {
        const { spec } = found("HelmChart") as {
            spec?: { valuesContent: string; targetNamespace: string };
        };
        assert.equal(spec?.targetNamespace, "flux-system");
        const values = JSON.parse(spec.valuesContent) as Record<string, Record<string, unknown>>;
        assert.deepEqual(values.multitenancy, { enabled: true, privileged: false });
        for (const off of ["notificationController", "imageAutomationController"]) {
            assert.equal(values[off]?.create, false);
        }
    });

    it("applies the site's own folder as an account of its namespace, and takes back what is gone", () => {
        const { spec } = found("Kustomization") as { spec?: Record<string, unknown> };
        assert.equal(spec?.path, "./edge/south");
        assert.equal(spec.serviceAccountName, "edge-apps");
        assert.equal(spec.targetNamespace, "edge-apps");
        assert.equal(spec.prune, true);
        const { roleRef } = found("RoleBinding") as { roleRef?: { name: string } };
        assert.equal(roleRef?.name, "admin");
        assert.deepEqual(
            all.filter(({ kind }) => kind === "ClusterRoleBinding"),
            [],
        );
    });

    it("reads the repository with its key, and knows its server", () => {
        const { stringData } = found("Secret") as { stringData?: Record<string, string> };
        assert.equal(stringData?.identity, "the key");
        assert.match(stringData.known_hosts ?? "", /^\[git\.example\.org\]:2222 ssh-ed25519 AAAA/);
        const open = fluxManifests({
            edgeSite: north,
            delivery: { ...delivery, repository: "https://git.example.org/a/b.git" },
            folder: "edge",
            credential: undefined,
        });
        assert.doesNotMatch(JSON.stringify(open), /secretRef|stringData/);
        const byToken = fluxManifests({
            edgeSite: north,
            delivery: { ...delivery, repository: "https://git.example.org/a/b.git" },
            folder: "edge",
            credential: "token",
        });
        assert.match(JSON.stringify(byToken), /"username":"git","password":"token"/);
    });

    it("comes to sites of a later wave by a branch of their own", () => {
        const hash = "0123456789abcdef0123456789abcdef01234567";
        assert.deepEqual(followedBy({ revision: "main" }, 0), { branch: "main" });
        assert.deepEqual(followedBy({ revision: "main" }, 2), { branch: "main-wave-2" });
        assert.deepEqual(followedBy({ revision: "v1.2.3" }, 0), { tag: "v1.2.3" });
        assert.deepEqual(followedBy({ revision: hash }, 0), { commit: hash });
    });

    it("takes an address as git itself writes it", () => {
        assert.equal(fluxUrl("git@github.com:you/apps.git"), "ssh://git@github.com/you/apps.git");
        assert.equal(fluxUrl("ssh://git@host:2222/a.git"), "ssh://git@host:2222/a.git");
        assert.equal(fluxUrl("https://host/a.git"), "https://host/a.git");
    });

    it("lets a site request what is there with one of three machines lost", () => {
        assert.equal(siteQuota(north)["requests.cpu"], "1250m");
        assert.equal(siteQuota(south)["requests.cpu"], "2500m");
        assert.equal(siteQuota(south)["requests.memory"], "5120Mi");
    });

    it("is told of in the namespace of the intake, and nowhere else on the platform", async () => {
        const stack = await alone(fluxEdge);
        assert.ok(stack.object("PrometheusRule/edge-intake/flux-edge"));
        assert.doesNotMatch(JSON.stringify(stack.resources.map(({ name }) => name)), /flux-system/);
    });

    it("refuses a server of ssh whose key sites would have to believe, once for all who ask", () => {
        const faults = (change: object) => {
            const result = parseConfiguration(
                {
                    ...sampleConfiguration,
                    edge: sampleEdge,
                    systems: { airflow: { enabled: true }, fluxEdge: { enabled: true } },
                    delivery: { repository: "git@github.com:you/apps.git", ...change },
                },
                new Set(Object.keys(secretDescriptions)),
            );
            return "faults" in result ? result.faults.map(({ key }) => key) : [];
        };
        assert.deepEqual(faults({}), ["delivery.hostKey"]);
        assert.deepEqual(faults({ repository: "ssh://git@git.example.org/apps.git" }), [
            "delivery.hostKey",
        ]);
        assert.deepEqual(faults({ hostKey: "ssh-ed25519 AAAA" }), []);
        assert.deepEqual(faults({ repository: "https://github.com/you/apps.git" }), []);
    });

    it("needs a repository", () => {
        const result = parseConfiguration(
            {
                ...sampleConfiguration,
                delivery: undefined,
                edge: sampleEdge,
                systems: { argoCd: { enabled: false }, fluxEdge: { enabled: true } },
            },
            new Set(Object.keys(secretDescriptions)),
        );
        assert.match(JSON.stringify(result), /repository that sites deploy from/);
    });
});
