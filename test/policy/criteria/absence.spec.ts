import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { notBuiltExceptions } from "../../../components/base/exceptions";
import { systems } from "../../../components/systems";
import { documentCriteria } from "../../../policy/criteria/documentation/documents";
import { knowingAbsence, protecting } from "../../../policy/criteria/absence";
import {
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    resource,
    type Resource,
    UNKNOWN,
} from "../harness";
import { soundSite } from "../sound-parts";
import { notBuilt } from "../../../trust/not-built";
import { allAlerts, libraryOf } from "../sound-monitoring";

const claim = object({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "apps" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
});
const database = object({
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { name: "db", namespace: "apps" },
    spec: { instances: 3, storage: { size: "1Gi" } },
});
const service = object({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "apps" },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
});
const secret = (metadata: Inputs = {}, data: unknown = { key: "dmFsdWU=" }) =>
    object({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "token", namespace: "apps", ...metadata },
        data,
    });
const withMetrics = deployment({
    container: { ports: [{ name: "metrics", containerPort: 9090 }] },
});
const binding = (name: string, kind = "Group") =>
    object({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "people" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind, name }],
    });
/** A pod in a namespace of people's applications. */
const application: Resource[] = (() => {
    const home = resource("platform:base:Namespace", "apps", { tier: "app" });
    const namespace = object(
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } },
        { parent: home.urn },
    );
    return [home, namespace, deployment()];
})();
const machines = platform(soundSite);

/** What turns each criterion on while nobody does what it asks for. */
const protectedBy: Readonly<Record<string, readonly Resource[]>> = {
    ...Object.fromEntries(
        ["DR-01", "DR-02", "DR-03", "DR-04", "DR-08", "DR-09"].map((id) => [id, [claim]]),
    ),
    "DR-06": [database],
    ...Object.fromEntries(
        ["DR-05", "OBS-09", "SEC-08", "CMP-01", "CMP-02"].map((id) => [id, [machines]]),
    ),
    "OBS-01": [withMetrics],
    "OBS-03": [withMetrics],
    "OBS-07": [allAlerts],
    "OBS-10": [machines],
    "SEC-07": [service],
    "SEC-10": [binding("developers")],
    "SEC-14": [secret()],
    ...Object.fromEntries(["CI-01", "CI-02", "COST-03"].map((id) => [id, application])),
    ...Object.fromEntries(
        ["OBS-04", "OBS-05", "OBS-11", "SEC-05", "SEC-11", "SEC-12", "COST-01"].map((id) => [
            id,
            [deployment()],
        ]),
    ),
    // About documents, which belong to a platform.
    "DOC-02": [platform(), deployment()],
    "DOC-04": [platform(), deployment()],
};

/** A criterion that awaits a system; none when everything is built. */
const awaited = notBuilt[0]?.criteria[0];

/** The awaited criterion with what turns it on; skips where everything is built. */
function awaitedIn(context: Mocha.Context): { id: string; resources: readonly Resource[] } {
    if (awaited === undefined) {
        return context.skip();
    }
    return { id: awaited, resources: protectedBy[awaited] ?? [] };
}

describe("a criterion whose system is absent", () => {
    it("knows what it protects, each of them", () => {
        assert.deepEqual(Object.keys(protectedBy).sort(), [...protecting].sort());
    });

    for (const [id, resources] of Object.entries(protectedBy)) {
        it(`${id} is violated where there is something to protect`, async () => {
            // The repository's own documents are there.
            const unwritten = id.startsWith("DOC-")
                ? { judgedBy: knowingAbsence(documentCriteria(libraryOf({}))) }
                : {};
            const result = await judge(resources, unwritten);
            assert.equal(result.verdict(id).verdict, "violated", result.of(id).join());
            assert.match(result.of(id)[0] ?? "", /; (add .+|\S+ is not built yet)\.$/);
        });

        it(`${id} is not applicable where there is nothing`, async () => {
            assert.equal((await judge([])).verdict(id).verdict, "not applicable");
        });
    }

    it("says so at the root component, once for all", async () => {
        const found = (await judge([platform(), claim, database])).of("DR-01");
        assert.deepEqual(found, [
            "Platform/platform: Cluster/apps/db, PersistentVolumeClaim/apps/data keep state, and no tier of backups is for it; add Velero.",
        ]);
    });

    it("asks nothing for rights of the cluster itself, or for Secrets that say who renews them", async () => {
        const own = binding("system:serviceaccounts");
        assert.equal((await judge([own])).verdict("SEC-10").verdict, "not applicable");
        const kept = secret({
            annotations: {
                "secret.platform/owner": "apps",
                "secret.platform/rotate-after": "90d",
            },
        });
        assert.equal((await judge([kept])).verdict("SEC-14").verdict, "not applicable");
    });

    it("is about a Secret whose values only the update knows", async () => {
        assert.equal((await judge([secret({}, UNKNOWN)])).verdict("SEC-14").verdict, "violated");
    });

    it("asks no backup of a database that archives itself, but of the rest", async () => {
        const archiving = object({
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name: "db", namespace: "apps" },
            spec: {
                instances: 3,
                storage: { size: "1Gi" },
                backup: {
                    retentionPolicy: "30d",
                    barmanObjectStore: {
                        destinationPath: "s3://db",
                        endpointURL: "https://s3.example.org",
                    },
                },
            },
        });
        assert.notEqual((await judge([archiving])).verdict("DR-02").verdict, "violated");
        assert.match(
            (await judge([archiving, claim])).of("DR-02")[0] ?? "",
            /PersistentVolumeClaim/,
        );
    });

    it("is not judged where only the update tells whether there is state", async () => {
        const set = object({
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name: "db", namespace: "apps" },
            spec: { volumeClaimTemplates: UNKNOWN, template: { spec: { containers: [] } } },
        });
        assert.equal((await judge([set])).verdict("DR-01").verdict, "not judged");
    });

    it("may be in a chart that was not rendered", async () => {
        const chart = resource("platform:base:Chart", "kyverno", { rendered: false });
        const result = await judge([chart, claim, deployment()]);
        assert.equal(result.verdict("SEC-05").verdict, "not judged");
        assert.equal(result.verdict("COST-01").verdict, "not judged");
    });

    it("is in no chart where no code installs it", async function () {
        const { id, resources } = awaitedIn(this);
        const chart = resource("platform:base:Chart", "kyverno", { rendered: false });
        const result = await judge([chart, ...resources]);
        assert.equal(result.verdict(id).verdict, "violated");
    });
});

describe("what is not built yet", () => {
    const root = platform({ exceptions: notBuiltExceptions("Platform/platform") });

    it("is excepted, and counted apart from what is met", async function () {
        const { id, resources } = awaitedIn(this);
        const { scorecard } = await judge([root, ...resources]);
        const category = scorecard.categories.find((each) => each.id === id.split("-")[0]);
        assert.ok((category?.excepted ?? 0) > 0);
        const used = scorecard.exceptions.map(({ criterion, state }) => `${criterion} ${state}`);
        assert.ok(used.includes(`${id} used`));
    });

    it("leaves no exception behind where nobody misses it", async () => {
        const { scorecard } = await judge([root]);
        assert.ok(scorecard.exceptions.every(({ state }) => state === "used"));
        assert.ok(!scorecard.exceptions.some(({ criterion }) => criterion === awaited));
    });

    it("is violated again after its last day", async function () {
        const { id, resources } = awaitedIn(this);
        const result = await judge([root, ...resources], { today: "2099-01-01" });
        assert.equal(result.verdict(id).verdict, "violated");
        assert.match(result.of(id)[0] ?? "", /its exception expired on/);
    });

    it("excepts only that it is absent: what is there is judged", async () => {
        const schedule = object({
            apiVersion: "velero.io/v1",
            kind: "Schedule",
            metadata: { name: "tier-0", namespace: "velero" },
            spec: { schedule: "0 0 * * 0", template: { ttl: "168h0m0s" } },
        });
        assert.equal((await judge([root, claim, schedule])).verdict("DR-01").verdict, "violated");
    });

    it("is no system that the program has", () => {
        const built = new Set<string>(systems.map(({ name }) => name));
        assert.deepEqual(
            notBuilt.filter(({ system }) => built.has(system)).map(({ system }) => system),
            [],
        );
    });

    it("is no document that is there", () => {
        const repository = path.join(__dirname, "..", "..", "..");
        const written = notBuilt
            .map(({ system }) => system)
            .filter((system) => system.endsWith(".md"))
            .filter((file) => fs.existsSync(path.join(repository, file)));
        assert.deepEqual(written, []);
    });

    it("is asked for by criteria that know absence, each said once and dated", () => {
        const asked = notBuilt.flatMap(({ criteria }) => criteria);
        assert.deepEqual(asked, [...new Set(asked)]);
        assert.deepEqual(
            asked.filter((id) => !protecting.includes(id)),
            [],
        );
        for (const { until, purpose, meanwhile } of notBuilt) {
            assert.match(until, /^\d{4}-\d{2}-\d{2}$/);
            assert.ok(purpose.length > 20 && meanwhile.length > 10);
        }
    });
});
