import * as assert from "node:assert/strict";
import { alloyConfiguration } from "../../../../components/observability/alloy-config";
import { elasticsearchRequests } from "../../../../components/observability/elasticsearch-state";
import { vectorFile } from "../../../../components/observability/vector-config";
import { retention } from "../../../../policy/criteria/compliance/retention";
import { logs } from "../../../../policy/criteria/observability/logs";
import { parseSelector } from "../../../../policy/kubernetes/selector-text";
import { type Path, Sound, withValue } from "../../change";
import { judge, resource, type Resource, UNKNOWN } from "../../harness";
import { logAgent, loggedParts, STORE_URL, vectorMap } from "../../sound-logs";
import { namespace } from "../../objects";
import { running, within } from "../../sound-backups";
import { everyNode, loki } from "../../sound-systems";

const POD: Path = ["spec", "template", "spec"];
const stack = new Sound(logs, loggedParts);

/** The configuration with something else in it. */
function changed(from: string, to: string): Readonly<Record<string, Resource>> {
    const text = vectorFile({ url: STORE_URL, namespaces: "platform/logs!=api" });
    assert.ok(text.includes(from), from);
    return { configuration: vectorMap(text.replaceAll(from, to)) };
}

describe("OBS-04", () => {
    it("is met where every pod is read once, by files or through the API, into a store", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-04"), []);
        assert.equal(result.verdict("OBS-04").subjects, 7);
    });

    it("is violated where pods run and nothing collects", async () => {
        const { agent, alloy, ...others } = loggedParts;
        assert.ok(agent && alloy);
        const [message = ""] = (await judge(Object.values(others))).of("OBS-04");
        assert.match(message, /write logs that nobody collects; add systems\.vector/);
    });

    const NOBODY = "no collector reads its logs; take it out of what they exclude.";

    it("is violated by a namespace, a pod or a path that the agent leaves out", async () => {
        const web = `Deployment/apps/web: ${NOBODY}`;
        for (const [from, to] of [
            ["platform/logs!=api", "kubernetes.io/metadata.name notin (apps, tenant-a)"],
            ["platform/logs!=api", "kubernetes.io/metadata.name!=apps,platform/logs!=api"],
            ["platform/logs!=api", "platform/logs!=api,team"],
            [
                "use_apiserver_cache: true",
                'use_apiserver_cache: true\n    extra_field_selector: "metadata.namespace!=apps"',
            ],
            [
                "use_apiserver_cache: true",
                'use_apiserver_cache: true\n    exclude_paths_glob_patterns: ["/var/log/pods/apps_*/**"]',
            ],
            [
                "use_apiserver_cache: true",
                'use_apiserver_cache: true\n    extra_label_selector: "app.kubernetes.io/name notin (web)"',
            ],
        ] as const) {
            const found = await stack.found(stack.judge(changed(from, to)));
            assert.ok(found.includes(web), `${to}: ${found.join("\n")}`);
        }
    });

    it("knows what Vector leaves out unasked", async () => {
        const path: Path = ["spec", "template", "metadata", "labels", "vector.dev/exclude"];
        assert.deepEqual(await stack.found(stack.with("web", path, "true")), [
            `Deployment/apps/web: ${NOBODY}`,
        ]);
        const labels: Path = ["metadata", "labels", "vector.dev/exclude"];
        assert.deepEqual(await stack.found(stack.with("apps", labels, "true")), [
            `Deployment/apps/web: ${NOBODY}`,
        ]);
    });

    it("does not mind selectors that leave nobody out", async () => {
        for (const to of [
            "platform/logs!=api,kubernetes.io/metadata.name notin (other)",
            "platform/logs notin (api, other)",
            '"!platform/logs"',
        ]) {
            assert.equal(
                await stack.verdict(stack.judge(changed("platform/logs!=api", to))),
                "met",
                to,
            );
        }
    });

    it("is violated by what is read twice", async () => {
        const [message = "", ...others] = await stack.found(
            stack.judge(changed("extra_namespace_label_selector: platform/logs!=api", "")),
        );
        assert.deepEqual(others, []);
        assert.equal(
            message,
            "Deployment/tenant-a/own: its logs are read twice, by DaemonSet/logging/vector (container_files) and Deployment/logging/alloy (loki.source.podlogs.tenants); exclude it from one of them.",
        );
        const second = {
            second: withValue(logAgent("second"), [...POD, "volumes", 2], {
                name: "config",
                configMap: { name: "vector" },
            }),
        };
        const twice = await stack.found(stack.judge(second));
        assert.ok(
            twice.some((line) => line.startsWith("Deployment/apps/web: its logs are read twice")),
        );
    });

    it("is violated by tenants that neither reads", async () => {
        const unread = `Deployment/tenant-a/own: ${NOBODY}`;
        assert.deepEqual(await stack.found(stack.without("podLogs")), [unread]);
        assert.deepEqual(await stack.found(stack.without("alloy")), [unread]);
        const other: Path = ["spec", "namespaceSelector", "matchLabels", "platform/logs"];
        assert.deepEqual(await stack.found(stack.with("podLogs", other, "other")), [unread]);
    });

    it("is violated by lines that reach no store, containers' and the audit log's", async () => {
        const lost: readonly (readonly [string, string, RegExp])[] = [
            [
                `endpoint: ${STORE_URL}`,
                "endpoint: http://loki.apps.svc:3100",
                /where the stack has no store/,
            ],
            ["type: loki", "type: blackhole", /keeps nothing/],
            ["when_full: block", "when_full: drop_newest", /drops lines when it is full/],
            ["type: remap", "type: sample\n    rate: 10", /throws lines away/],
            ["- pods\n", "- nothing\n", /nothing takes the output of pods/],
            ["- audit\n", "- nothing\n", /the audit log that audit_files reads reach no store/],
        ];
        for (const [from, to, why] of lost) {
            const found = await stack.found(stack.judge(changed(from, to)));
            assert.ok(
                found.some((line) => why.test(line)),
                `${to}: ${found.join("\n")}`,
            );
        }
    });

    it("follows wildcards and outputs of their own", async () => {
        for (const to of ["- 'pod*'\n", "- pods.other\n"]) {
            assert.equal(await stack.verdict(stack.judge(changed("- pods\n", to))), "met", to);
        }
    });

    it("is violated by an Alloy that forwards to nobody, whatever a comment says", async () => {
        const text = alloyConfiguration(STORE_URL).replace(
            "[loki.process.tenants.receiver]",
            "[] // loki.process.tenants.receiver",
        );
        const path: Path = ["data", "config.alloy"];
        const [message = ""] = await stack.found(stack.with("configuration of Alloy", path, text));
        assert.match(message, /its forward_to leads to no store of the stack/);
    });

    it("is violated by an agent that is not on every node, or sees no files", async () => {
        assert.deepEqual(
            await stack.found(stack.with("agent", [...POD, "tolerations"], undefined)),
            [
                "DaemonSet/logging/vector: it does not read the logs of every node: it does not tolerate every taint.",
            ],
        );
        const found = await stack.found(
            stack.with("agent", [...POD, "volumes", 0, "hostPath", "path"], "/var/lib"),
        );
        assert.ok(found.includes(`Deployment/apps/web: ${NOBODY}`));
    });

    it("takes an exporter that looks at the whole node for no collector, on whatever nodes it is", async () => {
        const exporter = [
            [[...POD, "containers", 0, "image"], "quay.io/prometheus/node-exporter:v1.11.1"],
            [[...POD, "volumes"], [{ name: "root", hostPath: { path: "/" } }]],
            [[...POD, "nodeSelector"], { "kubernetes.io/os": "linux", disk: "fast" }],
        ] as const;
        const part = exporter.reduce(
            (resource, [path, value]) => withValue(resource, path, value),
            logAgent("exporter"),
        );
        assert.deepEqual(await stack.found(stack.judge({ exporter: part })), []);
        for (const path of ["/var/log/", "/var/log/pods", "/var"]) {
            const reader = withValue(part, [...POD, "volumes"], [{ hostPath: { path } }]);
            const found = await stack.found(stack.judge({ exporter: reader }));
            assert.ok(
                found.some((line) => line.includes("does not read the logs of every node")),
                path,
            );
        }
    });

    it("is not judged where something is unknown, or in a language that nobody reads here", async () => {
        for (const [name, path] of [
            ["configuration", ["data"]],
            ["configuration", ["data", "vector.yaml"]],
            ["agent", [...POD, "volumes"]],
            ["agent", [...POD, "tolerations"]],
            ["apps", ["metadata", "labels"]],
        ] as const) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
        const stranger = stack.with(
            "agent",
            [...POD, "containers", 0, "image"],
            "docker.io/fluent/fluent-bit:5.1.1",
        );
        assert.equal(await stack.verdict(stranger), "not judged");
        const outside = stack.judge(changed(STORE_URL, "https://logs.example.com"));
        assert.equal(await stack.verdict(outside), "not judged");
    });
});

describe("OBS-04 with Loki and Elasticsearch", () => {
    const ELASTIC = "https://elasticsearch-es-http.elastic.svc:9200";
    const both = new Sound(logs, {
        ...loggedParts,
        elastic: namespace("elastic"),
        elasticsearch: within(
            "elastic",
            "elasticsearch.k8s.elastic.co/v1",
            "Elasticsearch",
            "elasticsearch",
            { spec: { version: "9.4.3", nodeSets: [] } },
        ),
        configuration: vectorMap(
            vectorFile({
                url: STORE_URL,
                elasticsearch: ELASTIC,
                namespaces: "platform/logs!=api",
            }),
        ),
    });
    const text = vectorFile({
        url: STORE_URL,
        elasticsearch: ELASTIC,
        namespaces: "platform/logs!=api",
    });
    const found = (from: string, to: string) => {
        assert.ok(text.includes(from), from);
        return both.found(both.judge({ configuration: vectorMap(text.replaceAll(from, to)) }));
    };

    it("is met where the lines of both sources get to both", async () => {
        assert.deepEqual(await both.found(both.judge({})), []);
    });

    it("is violated where one of the stores gets none, whichever it is", async () => {
        for (const [from, to, why] of [
            ["type: loki", "type: blackhole", /keeps nothing/],
            ["type: elasticsearch", "type: console", /keeps nothing/],
            [STORE_URL, ELASTIC, /none of its sinks sends to the store in logging/],
            [`- ${ELASTIC}`, "- http://elastic.apps.svc:9200", /the stack has no store/],
            ["- audit_documents", "- nothing", /nothing takes the output of audit_documents/],
            ["- pods_documents", "- nothing", /nothing takes the output of pods_documents/],
            ["when_full: block", "when_full: drop_newest", /drops lines/],
        ] as const) {
            const lines = await found(from, to);
            assert.ok(
                lines.some((line) => why.test(line)),
                `${from}: ${lines.join("\n")}`,
            );
        }
    });

    it("is violated by an agent that knows of no Elasticsearch where there is one", async () => {
        const old = vectorFile({ url: STORE_URL, namespaces: "platform/logs!=api" });
        const lines = await both.found(both.judge({ configuration: vectorMap(old) }));
        assert.equal(lines.length, 2);
        assert.match(lines.join(), /none of its sinks sends to the store in elastic/);
    });

    it("is not judged where the other sink sends to an address outside of the stack", async () => {
        const other = text.replaceAll(`- ${ELASTIC}`, "- https://logs.example.com:9200");
        assert.equal(
            await both.verdict(both.judge({ configuration: vectorMap(other) })),
            "not judged",
        );
    });
});

describe("OBS-04 of machines", () => {
    const apply = (configPatches: unknown): Resource =>
        resource("talos:machine/configurationApply:ConfigurationApply", "worker-1", {
            node: "192.168.68.20",
            configPatches,
        });
    const main = (endpoint?: string, ...more: string[]) =>
        JSON.stringify({
            machine: {
                logging: {
                    destinations: [endpoint, ...more]
                        .filter((one) => one !== undefined)
                        .map((one) => ({ endpoint: one, format: "json_lines" })),
                },
            },
        });
    const kernel = (url: string, name = "fluent-bit") =>
        JSON.stringify({ apiVersion: "v1alpha1", kind: "KmsgLogConfig", name, url });
    const HERE = "tcp://127.0.0.1:5170";
    const listener = (extra: Record<string, unknown>, hostPort: unknown = 5170) =>
        running(
            "logging",
            "DaemonSet",
            "fluent-bit",
            {
                image: "cr.fluentbit.io/fluent/fluent-bit:5.1.1",
                ports: [{ name: "machine", containerPort: 5170, hostPort }],
            },
            extra,
        );
    const machines = new Sound(logs, {
        ...loggedParts,
        listener: listener(everyNode),
        machine: apply([main(HERE), kernel(`${HERE}/`)]),
    });
    const about = async (parts: Readonly<Record<string, Resource>>) =>
        (await machines.found(machines.judge(parts))).join("\n");

    it("is met where Talos and the kernel send to an agent of their own node", async () => {
        assert.equal(await about({}), "");
        assert.equal(
            await about({ machine: apply([main("udp://localhost:5170"), kernel(`${HERE}/`)]) }),
            "",
        );
    });

    it("is violated where either goes nowhere, twice, or where nobody listens on every node", async () => {
        for (const [patches, why] of [
            [[kernel(`${HERE}/`)], /what Talos writes goes nowhere/],
            [[main(HERE)], /what the kernel writes goes nowhere/],
            [[main(), kernel(`${HERE}/`)], /what Talos writes goes nowhere/],
            [[main(HERE, "tcp://192.168.68.5:514"), kernel(`${HERE}/`)], /is sent twice/],
            [[main(HERE), kernel(`${HERE}/`), kernel("udp://10.0.0.1:514", "b")], /is sent twice/],
            [[main("tcp://127.0.0.1:5171"), kernel(`${HERE}/`)], /port 5171 .* nobody listens/],
        ] as const) {
            assert.match(await about({ machine: apply(patches) }), why);
        }
        assert.match(await about({ listener: listener({}) }), /not on every node/);
        assert.match(await about({ listener: listener(everyNode, 5171) }), /nobody listens/);
    });

    it("is not judged where patches or the other end are known only at the update", async () => {
        for (const patches of [
            UNKNOWN,
            [UNKNOWN],
            [main("tcp://logs.example.com:514"), kernel(`${HERE}/`)],
        ]) {
            const result = machines.judge({ machine: apply(patches) });
            assert.equal(await machines.verdict(result), "not judged");
        }
    });

    it("is nobody's affair where no collector is", async () => {
        const result = await judge([apply([])]);
        assert.deepEqual(result.of("OBS-04"), []);
    });
});

describe("CMP-05, evidence", () => {
    const requests = elasticsearchRequests({ replicas: 1, bucket: "elasticsearch" });
    const map = (text: unknown) =>
        within("logging", "v1", "ConfigMap", "requests", { data: { "requests.json": text } });
    const verdict = async (text: unknown) => (await judge([map(text)])).verdict("CMP-05").verdict;
    const said = JSON.stringify(requests);

    it("is kept as long as the table says, each kind with a lifecycle of its own", async () => {
        assert.equal(await verdict(said), "met");
        assert.equal(await verdict(JSON.stringify(requests, undefined, 4)), "met");
    });

    it("is for less or more or for ever a violation, and so is a stream without a lifecycle", async () => {
        for (const [from, to] of [
            ['"min_age":"30d"', '"min_age":"3d"'],
            ['"min_age":"30d"', '"min_age":"365d"'],
            ['"delete":{"min_age"', '"cold":{"min_age"'],
            ['"lifecycle":{"name":"evidence-audit"}', '"lifecycle":{}'],
            ['"lifecycle":{"name":"evidence-audit"}', '"lifecycle":{"name":"logs"}'],
        ] as const) {
            assert.ok(said.includes(from), from);
            assert.equal(await verdict(said.replaceAll(from, to)), "violated", to);
        }
    });

    it("is no affair of other JSON, and of what only the update knows", async () => {
        for (const text of ["[]", "{}", "not JSON", '[{"path":"_snapshot/x"}]', UNKNOWN]) {
            assert.equal(await verdict(text), "not applicable");
        }
    });
});

describe("selectors as texts", () => {
    it("are read as the API server reads them", () => {
        assert.deepEqual(parseSelector("a=b, c!=d,e in (f, g),h notin (i),j,!k"), [
            { key: "a", operator: "In", values: ["b"] },
            { key: "c", operator: "NotIn", values: ["d"] },
            { key: "e", operator: "In", values: ["f", "g"] },
            { key: "h", operator: "NotIn", values: ["i"] },
            { key: "j", operator: "Exists", values: [] },
            { key: "k", operator: "DoesNotExist", values: [] },
        ]);
        assert.deepEqual(parseSelector(""), []);
        assert.equal(parseSelector("a ~ b"), undefined);
    });
});

describe("CMP-05, logs", () => {
    const keeping = (period: string, rest = "compactor:\n  retention_enabled: true\n") =>
        loki(`schema_config: {}\nlimits_config:\n  retention_period: ${period}\n${rest}`);
    const verdict = async (settings: Resource) =>
        (await judge([settings])).verdict("CMP-05").verdict;

    it("are kept for 30 days and deleted then, in hours as in days", async () => {
        assert.equal(retention.id, "CMP-05");
        assert.equal(await verdict(keeping("720h")), "met");
        assert.equal(await verdict(keeping("30d")), "met");
    });

    it("are for less or more, or for ever, a violation", async () => {
        for (const settings of [
            keeping("168h"),
            keeping("2160h"),
            keeping("720h", ""),
            keeping("720h", "compactor:\n  retention_enabled: false\n"),
            loki("schema_config: {}\ncompactor:\n  retention_enabled: true\n"),
        ]) {
            assert.equal(await verdict(settings), "violated");
        }
    });

    it("are no affair of another program's config.yaml", async () => {
        assert.equal(await verdict(loki("limits_config: {}\n")), "not applicable");
        assert.equal(await verdict(loki(UNKNOWN)), "not applicable");
    });
});
