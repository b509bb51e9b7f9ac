import assert from "node:assert/strict";
import { restoreTests as definition } from "../../../components/backup/restore-tests";
import { monthly } from "../../../components/backup/restore-tests-plan";
import { longestGap } from "../../../policy/kubernetes/cron";
import { isRecord, type Manifest } from "../../../components/base/object";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { allows, rulesOf } from "../../restore-tests/access";
import { planOf } from "../../restore-tests/rehearsal";
import { declaredFlows } from "../flows";
import { alone } from "../variants";

const ACCOUNT = { kind: "ServiceAccount", name: "restore-tests", namespace: "restore-tests" };
const WRITES = ["create", "update", "patch", "delete", "deletecollection"];

function tests(recorded: RecordedStack): Record<string, readonly string[]> {
    const jobs = recorded
        .ofKind("CronJob")
        .filter(({ metadata }) => metadata.namespace === "restore-tests");
    return Object.fromEntries(
        jobs.map(({ metadata }): [string, readonly string[]] => [
            metadata.name ?? "",
            String(metadata.annotations?.["platform/restores"]).split(" "),
        ]),
    );
}

interface Role {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

describe("RestoreTests", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("restores each tier whose volumes are kept, and each database, by a job of its own", () => {
        const found = tests(prod);
        for (const { metadata } of prod.ofKind("Cluster")) {
            const { name = "", namespace = "" } = metadata;
            assert.deepEqual(found[`database-${name}`], [`database/${namespace}/${name}`]);
        }
        assert.ok(found["tier-0"]?.includes("namespace/openbao"), found["tier-0"]?.join());
        assert.ok(found["tier-1"]?.includes("namespace/monitoring"), found["tier-1"]?.join());
    });

    it("runs each once a month, on a day that a new one does not move", () => {
        const names = ["tier-0", "tier-1", "tier-2", "database-a", "database-b"];
        for (const name of names) {
            const gap = longestGap(monthly(name), "cronJob") ?? Infinity;
            assert.ok(gap <= 31 * 24, `${name}: ${monthly(name)}`);
            assert.equal(monthly(name), monthly(name));
        }
        assert.ok(new Set(names.map(monthly)).size > 1);
    });

    it("has no right where the data comes from, and none by a wildcard", () => {
        const rules = rulesOf(prod, ACCOUNT);
        assert.deepEqual([...rules.keys()].sort(), ["restore-scratch", "restore-tests", "velero"]);
        for (const rule of [...rules.values()].flat() as Role[]) {
            const words = [...rule.apiGroups, ...rule.resources, ...rule.verbs];
            assert.ok(!words.includes("*"), JSON.stringify(rule));
            // Nobody can limit the others to a name: what is made has none yet, and lists are of all.
            const unnamed = rule.verbs.every((verb) => ["create", "list"].includes(verb));
            const claims = rule.resources.join() === "persistentvolumeclaims";
            assert.ok(unnamed || claims || rule.resourceNames !== undefined, JSON.stringify(rule));
        }
    });

    it("may write nothing of what it tests", () => {
        const rules = rulesOf(prod, ACCOUNT);
        const sources = Object.values(tests(prod))
            .flat()
            .map((mark) => mark.split("/")[1] ?? "");
        for (const namespace of new Set(sources)) {
            for (const [group, resource] of [
                ["", "persistentvolumeclaims"],
                ["", "secrets"],
                ["", "pods"],
                ["postgresql.cnpg.io", "clusters"],
                ["barmancloud.cnpg.io", "objectstores"],
            ] as const) {
                for (const verb of [...WRITES, "get", "list"]) {
                    const asked = { verb, group, resource, namespace, name: "restored" };
                    assert.equal(allows(rules, asked), false, `${verb} ${resource} ${namespace}`);
                }
            }
        }
        for (const verb of WRITES.filter((one) => one !== "create")) {
            const backup = { verb, group: "velero.io", resource: "backups", namespace: "velero" };
            assert.equal(allows(rules, { ...backup, name: "last" }), false);
        }
    });

    it("makes a copy that archives nothing and reads from where its source writes", () => {
        const { cluster } = planOf(prod, "database-n8n-db") as { cluster: Manifest };
        const spec = cluster.spec as {
            plugins?: unknown;
            backup?: unknown;
            externalClusters: {
                plugin: { parameters: { barmanObjectName: string; serverName: string } };
            }[];
            storage: { storageClass: string };
        };
        assert.equal(cluster.metadata.namespace, "restore-scratch");
        assert.equal(spec.plugins, undefined);
        assert.equal(spec.backup, undefined);
        assert.equal(spec.storage.storageClass, "ceph-scratch");
        const [{ plugin } = assert.fail()] = spec.externalClusters;
        const source = prod.object("Cluster/n8n/n8n-db").spec as {
            plugins: { parameters: { serverName: string } }[];
        };
        assert.equal(plugin.parameters.serverName, source.plugins[0]?.parameters.serverName);
        const configuration = (key: string) => {
            const { configuration: found } = prod.object(key).spec as {
                configuration: Readonly<Record<string, unknown>>;
            };
            // The Secret is that of the namespace.
            return { ...found, s3Credentials: undefined, endpointCA: undefined };
        };
        assert.deepEqual(
            configuration(`ObjectStore/restore-scratch/${plugin.parameters.barmanObjectName}`),
            configuration("ObjectStore/n8n/n8n-db"),
        );
    });

    it("follows a database to its next archive", async () => {
        const archive = { generation: 2, restore: { generation: 1 } };
        const next = await stackWith({ systems: { identityDb: { archive } } });
        const text = JSON.stringify(planOf(next, "database-identity-db"));
        assert.match(text, /"serverName":"identity-db-2"/);
    });

    it("checks the tables of every database that systems have in a cluster", () => {
        const { tables } = planOf(prod, "database-identity-db") as {
            tables: { database: string }[];
        };
        const databases = new Set(tables.map(({ database }) => database));
        for (const { metadata } of prod
            .ofKind("Database")
            .filter((one) => one.metadata.namespace === "identity-db")) {
            assert.ok(databases.has(metadata.name ?? ""), `${metadata.name ?? ""} has no check`);
        }
    });

    it("gives copies as much room as the largest, and no more than one of them", async () => {
        const room = (recorded: RecordedStack) => {
            const { spec } = recorded.object("ResourceQuota/restore-scratch/tier");
            return (spec as { hard: Record<string, string> }).hard["requests.storage"];
        };
        assert.equal(room(prod), "15Gi");
        const large = await stackWith({ systems: { n8n: { databaseSize: 40 } } });
        assert.equal(room(large), "45Gi");
        const wide = await stackWith({ systems: { restoreTests: { scratchSize: 60 } } });
        assert.equal(room(wide), "60Gi");
    });

    it("lets copies reach their archive and the API, and be reached by operator and test", () => {
        const flows = declaredFlows(prod)
            .filter(({ namespace }) => namespace === "restore-scratch")
            .map(({ name, direction }) => `${direction} ${name}`)
            .sort();
        assert.deepEqual(flows, [
            "in copy-operator",
            "in restore-test-to-copy",
            "out copy-to-api-server",
            "out dns",
            "out restore-archives",
        ]);
    });

    it("tests databases only where their archive is outside, and says so of the others", async () => {
        const inside = await stackWith({ profile: "dev", backup: undefined });
        assert.ok(Object.keys(tests(inside)).every((name) => name.startsWith("tier-")));
        const { exceptions } = inside.component("restore-tests").components[0]?.inputs ?? {
            exceptions: inside.ofType("platform:backup:RestoreTests")[0]?.inputs.exceptions,
        };
        const named = (Array.isArray(exceptions) ? exceptions : [])
            .filter(isRecord)
            .map(({ criterion, resource }) => `${String(criterion)} ${String(resource)}`);
        assert.ok(named.includes("DR-07 Cluster/identity-db/identity-db"), named.join());
    });

    it("is empty where nothing is kept", async () => {
        const recorded = await alone(definition);
        assert.deepEqual(recorded.component("restore-tests").objects, []);
    });
});
