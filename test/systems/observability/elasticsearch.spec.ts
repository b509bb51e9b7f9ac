/** The store of evidence: who may do what, how long it keeps things, and what brings them there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import {
    type ApiRequest,
    applyRequests,
    ElasticApi,
} from "../../../components/observability/elastic-apply";
import { elasticsearchRequests } from "../../../components/observability/elasticsearch-state";
import { elasticUsers, rolesFile } from "../../../components/observability/elasticsearch-users";
import { dataStream, evidenceKinds } from "../../../components/observability/evidence";
import { allLines, linesOf } from "../../../components/observability/report-lines";
import { auditDocument, podDocument } from "../../../components/observability/vector-config";
import { type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

interface Cluster {
    readonly auth: {
        readonly disableElasticUser: boolean;
        readonly fileRealm: readonly { readonly secretName: string }[];
    };
    readonly nodeSets: readonly {
        readonly count: number;
        readonly zoneAwareness: { readonly topologyKey: string };
    }[];
}

describe("Elasticsearch", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("eck-operator");
    });
    const cluster = () => prod.object("Elasticsearch/elastic/elasticsearch").spec as Cluster;

    it("is three nodes that know their Proxmox hosts, and has no user who may do everything", () => {
        const { auth, nodeSets } = cluster();
        assert.equal(auth.disableElasticUser, true);
        assert.deepEqual(
            nodeSets.map(({ count, zoneAwareness }) => [count, zoneAwareness.topologyKey]),
            [[3, "topology.kubernetes.io/zone"]],
        );
        assert.doesNotMatch(rolesFile(), /superuser|cluster:\n\s+- all/);
    });

    it("knows every user by a Secret that is there", async () => {
        const whole = await stack("prod");
        for (const { secretName } of cluster().auth.fileRealm) {
            const secret = whole.object(`Secret/elastic/${secretName}`) as unknown as {
                readonly type: string;
            };
            assert.equal(secret.type, "kubernetes.io/basic-auth");
        }
    });

    it("is not there in dev, and Vector brings lines to Loki alone", async () => {
        const dev = await stack("dev");
        assert.deepEqual(dev.ofKind("Elasticsearch"), []);
        const map = dev.object("ConfigMap/node-logs/vector-config") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        assert.doesNotMatch(map.data["vector.yaml"] ?? "", /elasticsearch/);
    });

    it("is reached by collectors, its own Jobs, the exporter and the operator alone", () => {
        assert.deepEqual(
            flowTexts(declaredFlows(prod))
                .filter((text) => text.startsWith("elastic elastic"))
                .sort(),
            [
                "elastic elastic-operator-metrics in",
                "elastic elasticsearch-clients out",
                "elastic elasticsearch-exporter-metrics in",
                "elastic elasticsearch-nodes in",
                "elastic elasticsearch-nodes out",
                ...["", "-2", "-3"].flatMap((which) =>
                    ["in", "out"].map((way) => `elastic elasticsearch-own-clients${which} ${way}`),
                ),
            ].sort(),
        );
    });
});

describe("the roles in Elasticsearch", () => {
    const streams = evidenceKinds.map(([kind]) => dataStream(kind));

    it("let collectors add documents to their own streams, and never read or delete", () => {
        const written = (["vector", "fluentd"] as const).flatMap((user) =>
            elasticUsers[user].indices?.flatMap(({ names, privileges }) => {
                assert.deepEqual(privileges, ["create_doc", "auto_configure"]);
                return names;
            }),
        );
        // One way in for each kind.
        assert.deepEqual([...written].sort(), [...streams].sort());
    });

    it("let people read evidence and look through Kibana, and change nothing", () => {
        const { indices, applications } = elasticUsers["kibana-reader"];
        assert.deepEqual(indices[0].privileges, ["read", "view_index_metadata"]);
        assert.deepEqual(applications[0].privileges, ["read"]);
    });

    it("let Grafana read evidence, and write or look through nothing else", () => {
        const role = elasticUsers["grafana-reader"];
        assert.deepEqual(Object.keys(role), ["cluster", "indices"]);
        assert.deepEqual(role.cluster, ["monitor"]);
        assert.deepEqual(
            role.indices.map(({ names, privileges }) => [[...names].sort(), privileges]),
            [[[...streams].sort(), ["read", "view_index_metadata"]]],
        );
    });

    it("are a file that Elasticsearch reads", () => {
        const roles = yaml.load(rolesFile()) as Readonly<Record<string, object>>;
        assert.deepEqual(Object.keys(roles), Object.keys(elasticUsers));
    });
});

describe("what Elasticsearch is told", () => {
    const requests = elasticsearchRequests({ replicas: 1, bucket: "elasticsearch" });
    const at = (start: string) => requests.filter(({ path: place }) => place.startsWith(start));

    it("is a lifecycle and a template for every kind, the lifecycle first", () => {
        assert.equal(at("_ilm/policy/").length, evidenceKinds.length);
        assert.equal(at("_index_template/").length, evidenceKinds.length);
        const paths = requests.map(({ path: place }) => place.split("/")[0]);
        assert.ok(paths.lastIndexOf("_ilm") < paths.indexOf("_index_template"));
        assert.ok(paths.indexOf("_snapshot") < paths.indexOf("_slm"));
    });

    it("never makes mappings of what a program writes", () => {
        for (const { body } of at("_index_template/")) {
            const { template } = body as { template: { mappings: { dynamic: boolean } } };
            assert.equal(template.mappings.dynamic, false);
        }
    });
});

describe("the program that tells it", () => {
    const seen: string[] = [];
    let server: http.Server;
    let url = "";
    let silent = 0;
    let answers: (line: string) => number;
    before((done) => {
        server = http.createServer((request, response) => {
            let body = "";
            request.on("data", (piece: Buffer) => (body += piece.toString()));
            request.on("end", () => {
                const line = `${request.method ?? ""} ${request.url ?? ""}`;
                seen.push(line);
                silent -= 1;
                response.statusCode = silent >= 0 ? 503 : answers(line);
                response.end(line.includes("_import") ? '{"success":false}' : "{}");
            });
        });
        server.listen(0, "127.0.0.1", () => {
            url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
            done();
        });
    });
    after((done) => {
        server.close(done);
    });
    beforeEach(() => {
        seen.length = 0;
        silent = 0;
        answers = () => 200;
    });
    const api = () =>
        new ElasticApi(
            { ELASTIC_URL: url, ELASTIC_USER: "u", ELASTIC_PASSWORD: "p" },
            { tries: 3, wait: 1 },
        );

    async function apply(...requests: readonly ApiRequest[]): Promise<readonly string[]> {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "elastic-"));
        const file = path.join(folder, "requests.json");
        fs.writeFileSync(file, JSON.stringify(requests));
        try {
            return await applyRequests(file, api());
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    }

    it("waits until somebody answers, and keeps the order", async () => {
        silent = 2;
        await apply({ method: "PUT", path: "a", body: {} }, { method: "PUT", path: "b", body: {} });
        assert.deepEqual(seen, ["PUT /a", "PUT /a", "PUT /a", "PUT /b"]);
    });

    it("leaves alone what is there, and waits for what somebody else puts there", async () => {
        const done = await apply({ method: "PUT", path: "index", unless: "_alias/write" });
        assert.deepEqual(done, ["is there: PUT index"]);
        let asked = 0;
        answers = (line) => (line === "GET /_index_template/x" && (asked += 1) < 3 ? 404 : 200);
        await apply({ method: "PUT", path: "index", after: "_index_template/x" });
        assert.equal(seen.at(-1), "PUT /index");
        assert.equal(asked, 3);
    });

    it("says what was refused, and gives up", async () => {
        answers = () => 400;
        await assert.rejects(apply({ method: "PUT", path: "a" }), /PUT a answered 400/);
        answers = () => 200;
        await assert.rejects(
            apply({ method: "POST", path: "api/_import", upload: [{ id: "x" }] }),
            /_import answered 200: \{"success":false\}/,
        );
        silent = 10;
        await assert.rejects(apply({ method: "PUT", path: "a" }), /answered 503/);
    });
});

describe("reports as lines", () => {
    const scope = { kind: "Deployment", namespace: "apps", name: "web" };

    it("of Kyverno are those that say that something is wrong", () => {
        const lines = linesOf("policyreports", {
            scope,
            results: [
                { policy: "images", rule: "registries", result: "fail", message: "no" },
                { policy: "images", rule: "tags", result: "pass" },
                { policy: "labels", rule: "team", result: "skip" },
            ],
        });
        assert.deepEqual(
            lines.map(({ evidence, finding }) => [evidence, finding.rule, finding.resource]),
            [["policy", "registries", scope]],
        );
    });

    it("of Trivy name image, package and workload, and never what a secret is", () => {
        const metadata = {
            labels: {
                "trivy-operator.resource.kind": "ReplicaSet",
                "trivy-operator.resource.namespace": "apps",
                "trivy-operator.resource.name": "web-1",
            },
        };
        const [found] = linesOf("vulnerabilityreports", {
            metadata,
            report: {
                registry: { server: "ghcr.io" },
                artifact: { repository: "example/web", tag: "1.2.3" },
                vulnerabilities: [
                    { vulnerabilityID: "CVE-2026-1", severity: "CRITICAL", resource: "openssl" },
                ],
            },
        });
        assert.equal(found?.finding.image, "ghcr.io/example/web:1.2.3");
        assert.equal(found.finding.id, "CVE-2026-1");
        const secrets = linesOf("exposedsecretreports", {
            metadata,
            report: {
                secrets: [{ ruleID: "aws", severity: "HIGH", match: "AKIA…", target: "/x" }],
            },
        });
        assert.doesNotMatch(JSON.stringify(secrets), /AKIA/);
        assert.deepEqual(
            linesOf("configauditreports", {
                report: {
                    checks: [
                        { checkID: "KSV1", success: true },
                        { checkID: "KSV2", success: false },
                    ],
                },
            }).map(({ finding }) => finding.id),
            ["KSV2"],
        );
    });

    it("are read page by page", async () => {
        const asked: string[] = [];
        const lines: unknown[] = [];
        const pages = [
            { items: [{ results: [{ result: "fail" }] }], metadata: { continue: "a/b" } },
            { items: [{ results: [{ result: "warn" }] }], metadata: {} },
        ];
        const ask = (place: string) => {
            asked.push(place);
            return Promise.resolve(pages[asked.length - 1] ?? {});
        };
        for await (const line of allLines(["/apis/x/policyreports"], ask)) {
            lines.push(line);
        }
        assert.equal(lines.length, 2);
        assert.deepEqual(asked, [
            "/apis/x/policyreports?limit=50",
            "/apis/x/policyreports?limit=50&continue=a%2Fb",
        ]);
    });
});

describe("lines as documents", () => {
    const program = findExecutable("vrl", (process.env.PATH ?? "").split(path.delimiter));

    /** What Vector's own language makes of lines. */
    function documents(
        context: Mocha.Context,
        source: string,
        lines: readonly object[],
    ): Readonly<Record<string, unknown>>[] {
        if (program === undefined) {
            console.log(`    (vrl is not on the PATH: ${lines.length} lines not tried)`);
            return context.skip();
        }
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "vrl-"));
        const write = (name: string, text: string) => {
            fs.writeFileSync(path.join(folder, name), text);
            return path.join(folder, name);
        };
        const result = spawnSync(
            program,
            [
                "--input",
                write("lines.json", lines.map((line) => JSON.stringify(line)).join("\n")),
                "--program",
                write("program.vrl", `${source}\n.`),
                "--print-object",
            ],
            { encoding: "utf8" },
        );
        fs.rmSync(folder, { recursive: true });
        assert.equal(result.status, 0, `${result.stdout}${result.stderr}`);
        return result.stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Record<string, unknown>);
    }

    const pod = (namespace: string, container: string, message: string) => ({
        message,
        node: "worker-1",
        stream: "stdout",
        timestamp: "2026-11-27T08:00:00Z",
        kubernetes: {
            pod_namespace: namespace,
            pod_name: "p",
            container_name: container,
            pod_labels: { a: "b" },
        },
    });

    it("of containers are what they were, or evidence of another kind where they come from one", function () {
        const event = { rule: "Shell", priority: "Warning", output: "bash in web", tags: ["x"] };
        const found = { evidence: "policy", finding: { policy: "images" } };
        const made = documents(this, podDocument, [
            pod("apps", "web", "hello"),
            pod("falco", "falco", JSON.stringify(event)),
            pod("falco", "falco", "Loading rules"),
            pod("apps", "web", JSON.stringify(event)),
            pod("kube-bench", "kube-bench", "[FAIL] 1.2.3 Ensure that (Automated)"),
            pod("kube-bench", "kube-bench", "== Summary =="),
            pod("elastic", "evidence-reports", JSON.stringify(found)),
            pod("apps", "web", JSON.stringify(found)),
            pod("elastic", "evidence-reports", JSON.stringify({ ...found, evidence: "audit" })),
        ]);
        assert.deepEqual(
            made.map(({ kind }) => kind),
            [
                "container",
                "runtime",
                "container",
                "container",
                "benchmark",
                "container",
                "policy",
                "container",
                "container",
            ],
        );
        assert.equal((made[1]?.event as { priority: string }).priority, "warning");
        assert.deepEqual(made[4]?.finding, {
            check: "1.2.3",
            result: "FAIL",
            title: "Ensure that (Automated)",
        });
        for (const document of made) {
            assert.equal("message" in document, document.kind === "container");
            assert.deepEqual(Object.keys(document.kubernetes as object).sort(), [
                "container",
                "namespace",
                "pod",
            ]);
        }
    });

    it("of the audit log are events, or a line that is no event", function () {
        const at = { node: "cp-1", timestamp: "2026-11-27T08:00:00Z" };
        const [event, line] = documents(this, auditDocument, [
            { ...at, message: JSON.stringify({ verb: "get", user: { username: "a" } }) },
            { ...at, message: '{"verb":"ge' },
        ]);
        assert.equal((event?.audit as { verb: string }).verb, "get");
        assert.equal(event?.message, undefined);
        assert.equal(line?.message, '{"verb":"ge');
    });
});
