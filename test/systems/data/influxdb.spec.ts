/** InfluxDB: what it keeps, who reaches it, and how its buckets come to be. */
import assert from "node:assert/strict";
import { type InfluxFile, type InfluxWorld, setUp } from "../../../components/data/influx-program";
import { setupFiles, setupJob } from "../../../components/data/influxdb-manifests";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleConfiguration } from "../../fixtures/settings";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

function faults(buckets: unknown): string[] {
    const result = parseConfiguration(
        { ...sampleConfiguration, systems: { influxDb: { buckets } } },
        new Set(Object.keys(secretDescriptions)),
    );
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

describe("buckets of InfluxDB", () => {
    it("are refused in one sentence each", () => {
        const house = { name: "house" };
        assert.deepEqual(faults([]), []);
        assert.deepEqual(faults([house, { name: "garden", days: 0 }]), []);
        assert.match(
            faults([house, house]).join(),
            /buckets\[1\]\.name: house; a name that no other/,
        );
        assert.match(faults([{ name: "default" }]).join(), /nor `default`/);
        assert.match(faults([{ name: "House" }]).join(), /42 lower case letters/);
        assert.match(faults([{ ...house, days: -1 }]).join(), /days/);
        assert.match(faults([{ ...house, retention: 1 }]).join(), /retention/);
        assert.match(faults([{ ...house, namespaces: ["A b"] }]).join(), /name of a namespace/);
        assert.match(faults([{}]).join(), /buckets\[0\]\.name: nothing/);
    });
});

describe("InfluxDb", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({
            systems: { influxDb: { size: 20, buckets: [{ name: "house", namespaces: ["shop"] }] } },
        });
    });

    it("is off in dev", async () => {
        const names = (await stack("dev")).components.map(({ name }) => name);
        assert.ok(!names.includes("influx-db"));
    });

    it("is one restricted pod with its volume, of the last release of version 2", () => {
        const spec = JSON.stringify(recorded.object("StatefulSet/influxdb/influxdb").spec);
        assert.match(spec, /"image":"docker.io\/library\/influxdb:2\.9\.\d+-alpine"/);
        assert.match(spec, /"storage":"20Gi"/);
        assert.match(spec, /"readOnlyRootFilesystem":true/);
        assert.match(spec, /"INFLUXD_REPORTING_DISABLED","value":"true"/);
    });

    it("generates what its administrator and its writers show, and writes no password down", () => {
        recorded.object("Secret/influxdb/influxdb-administrator");
        recorded.object("Secret/influxdb/influxdb-house");
        const files = recorded
            .ofKind("ConfigMap")
            .filter(({ metadata }) => metadata.namespace === "influxdb");
        assert.ok(files.length > 0);
        assert.doesNotMatch(JSON.stringify(files), /"password":"/);
    });

    it("is written to from the namespaces that a bucket names, and set up by its Job", () => {
        const flows = flowTexts(declaredFlows(recorded));
        for (const flow of ["influxdb house-from-shop in", "influxdb influxdb-setup out"]) {
            assert.ok(flows.includes(flow), flow);
        }
    });

    it("is opened by administrators who have shown a second factor", () => {
        assert.match(
            JSON.stringify(recorded.object("SecurityPolicy/influxdb/influxdb-page")),
            /extAuth/,
        );
    });
});

describe("the setup of InfluxDB", () => {
    const file: InfluxFile = {
        url: "http://i",
        organisation: "platform",
        first: "default",
        administrator: "/s/admin",
        buckets: [{ name: "house", everySeconds: 86_400, credentials: "/s/house" }],
    };

    /** A server that has what it was given. */
    const world = (isNew: boolean, had: { bucket?: true; login?: true } = {}) => {
        const asked: string[] = [];
        const ask: InfluxWorld["ask"] = (address, { method, headers, body }) => {
            assert.equal(headers.authorization, "Token token of /s/admin");
            const path = address.replace("http://i", "");
            asked.push(`${method} ${path}${method === "GET" ? "" : ` ${body ?? ""}`}`);
            const answers: Readonly<Record<string, object | undefined>> = {
                "GET /api/v2/setup": { allowed: isNew },
                "GET /api/v2/orgs?org=platform": { orgs: [{ id: "o1", name: "platform" }] },
                "GET /api/v2/buckets?orgID=o1&name=house": had.bucket && {
                    buckets: [{ id: "b1", name: "house" }],
                },
                "GET /private/legacy/authorizations?orgID=o1": {
                    authorizations: had.login ? [{ id: "l1", token: "username of /s/house" }] : [],
                },
                "POST /api/v2/buckets": { id: "b2" },
                "PATCH /api/v2/buckets/b1": { id: "b1" },
                "POST /private/legacy/authorizations": { id: "l2" },
            };
            const key = `${method} ${path}`;
            const status = key in answers && answers[key] === undefined ? 404 : 200;
            return Promise.resolve({
                status,
                text: () => Promise.resolve(JSON.stringify(answers[key] ?? {})),
            });
        };
        const read = (path: string) => path.replace(/^(.*)\/(\w+)$/, "$2 of $1\n");
        return { asked, world: { read, ask } };
    };
    const changes = (asked: readonly string[]) => asked.filter((text) => !text.startsWith("GET"));

    it("makes the organisation, the bucket and its user at the first start", async () => {
        const { asked, world: first } = world(true);
        await setUp(file, first);
        const [setup, bucket, login, password] = changes(asked);
        assert.match(setup ?? "", /^POST \/api\/v2\/setup .*"org":"platform","bucket":"default"/);
        assert.equal(
            bucket,
            'POST /api/v2/buckets {"orgID":"o1","name":"house","retentionRules":[{"type":"expire","everySeconds":86400}]}',
        );
        assert.match(login ?? "", /"token":"username of \/s\/house".*"action":"write".*"id":"b2"/);
        assert.equal(
            password,
            'POST /private/legacy/authorizations/l2/password {"password":"password of /s/house"}',
        );
    });

    it("changes what is there, and makes nothing twice", async () => {
        const { asked, world: later } = world(false, { bucket: true, login: true });
        await setUp(file, later);
        assert.deepEqual(
            changes(asked).map((text) => text.split(" ").slice(0, 2).join(" ")),
            ["PATCH /api/v2/buckets/b1", "POST /private/legacy/authorizations/l1/password"],
        );
    });

    it("says what InfluxDB refused, without the password", async () => {
        const { world: own } = world(false);
        const ask: InfluxWorld["ask"] = (address, init) =>
            init.method === "POST"
                ? Promise.resolve({ status: 422, text: () => Promise.resolve("bucket too short") })
                : own.ask(address, init);
        await assert.rejects(setUp(file, { ...own, ask }), (error: Error) => {
            assert.equal(
                error.message,
                "InfluxDB answered 422 to POST /api/v2/buckets: bucket too short",
            );
            return true;
        });
        const none: InfluxWorld["ask"] = () =>
            Promise.resolve({ status: 200, text: () => Promise.resolve("{}") });
        await assert.rejects(setUp(file, { ...own, ask: none }), /no organisation platform/);
    });

    it("runs anew when a bucket or a password changes, and not otherwise", () => {
        const name = (days: number, revision?: string) => {
            const own = {
                image: "node",
                administrator: "admin",
                buckets: [{ name: "house", days, credentials: "influxdb-house", revision }],
            };
            return setupJob(own, setupFiles(own)).metadata.name;
        };
        assert.equal(name(1), name(1));
        assert.notEqual(name(1), name(2));
        assert.notEqual(name(1), name(1, "2"));
    });
});
