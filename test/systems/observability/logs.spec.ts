/** What collects and keeps logs, and its configurations in the hands of the programs themselves. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import { auditPolicy } from "../../../components/cluster/audit-policy";
import { alloyConfiguration } from "../../../components/observability/alloy-config";
import {
    auditProgram,
    podProgram,
    vectorConfiguration,
    vectorFile,
} from "../../../components/observability/vector-config";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";
import { workloads } from "../workloads";
import { HARMLESS, SECRETS } from "./secret-lines";

const URL = "http://loki.loki.svc:3100";

function data(recorded: RecordedStack, key: string, file: string): string {
    const map = recorded.object(key) as unknown as { data: Record<string, string> };
    return map.data[file] ?? "";
}

interface LokiSettings {
    readonly auth_enabled: boolean;
    readonly common: { readonly replication_factor: number };
    readonly compactor: { readonly retention_enabled: boolean };
    readonly limits_config: { readonly retention_period: string };
    readonly schema_config: { readonly configs: readonly { store: string; schema: string }[] };
}

describe("Loki", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("loki");
        dev = (await stack("dev")).component("loki");
    });

    it("keeps each line three times in prod, for 30 days, and deletes it then", function () {
        needsCharts(this, prod);
        const [of, small] = [prod, dev].map(
            (recorded) =>
                yaml.load(data(recorded, "ConfigMap/loki/loki", "config.yaml")) as LokiSettings,
        );
        assert.equal(of?.common.replication_factor, 3);
        assert.equal(small?.common.replication_factor, 1);
        assert.equal(of.limits_config.retention_period, "720h");
        assert.equal(of.compactor.retention_enabled, true);
        assert.deepEqual(
            of.schema_config.configs.map(({ store, schema }) => [store, schema]),
            [["tsdb", "v13"]],
        );
    });

    it("is one StatefulSet of three behind a budget, without gateway, caches or canary", function () {
        needsCharts(this, prod);
        assert.deepEqual(
            workloads(prod).map(({ key }) => key),
            ["StatefulSet/loki/loki"],
        );
        const { spec } = prod.object("StatefulSet/loki/loki");
        assert.equal((spec as { replicas: number }).replicas, 3);
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 1);
        assert.deepEqual(dev.ofKind("PodDisruptionBudget"), []);
    });

    it("has the keys of its bucket from the Secret of the claim alone", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("StatefulSet/loki/loki"));
        assert.match(text, /"AWS_ACCESS_KEY_ID","valueFrom":\{"secretKeyRef":/);
        const settings = data(prod, "ConfigMap/loki/loki", "config.yaml");
        assert.doesNotMatch(settings, /access_key|secret_access/);
    });

    it("is reached by collectors alone, and reaches its bucket and itself", () => {
        assert.deepEqual(
            flowTexts(declaredFlows(prod)).filter((text) => !text.includes(" dns ")),
            [
                "loki alloy-loki in",
                "loki fluent-bit-loki in",
                "loki fluentd-loki in",
                "loki grafana-to-loki in",
                "loki loki-clients out",
                "loki loki-metrics in",
                "loki loki-ring in",
                "loki loki-ring out",
                "loki vector-loki in",
            ],
        );
    });
});

describe("Vector", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("vector");
        dev = (await stack("dev")).component("vector");
    });

    it("runs on every node and sees the two folders of logs and its own, nothing else", function () {
        needsCharts(this, prod);
        const [agent] = workloads(prod);
        assert.equal(agent?.key, "DaemonSet/node-logs/vector");
        const { volumes = [], containers } = agent.template.spec;
        const paths = volumes.flatMap((volume) => {
            const { hostPath } = volume as { hostPath?: { path: string } };
            return hostPath === undefined ? [] : [hostPath.path];
        });
        assert.deepEqual(paths.sort(), ["/var/lib/vector", "/var/log/audit", "/var/log/pods"]);
        assert.deepEqual(containers[0]?.securityContext?.capabilities, {
            drop: ["ALL"],
            add: ["DAC_READ_SEARCH"],
        });
        assert.ok(
            containers[0].livenessProbe !== undefined && containers[0].readinessProbe !== undefined,
        );
    });

    it("reads its own lines too, and rolls when its configuration changes", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("DaemonSet/node-logs/vector"));
        assert.doesNotMatch(text, /vector\.dev\/exclude/);
        const sums = [prod, dev].map(
            (recorded) =>
                /"checksum\/config":"([0-9a-f]{64})"/.exec(
                    JSON.stringify(recorded.object("DaemonSet/node-logs/vector")),
                )?.[1],
        );
        assert.equal(new Set(sums).size, 2);
    });

    it("leaves tenants to Alloy where there is one", () => {
        const of = (recorded: RecordedStack) =>
            data(recorded, "ConfigMap/node-logs/vector-config", "vector.yaml");
        assert.match(of(prod), /extra_namespace_label_selector: platform\/logs!=api/);
        assert.doesNotMatch(of(dev), /extra_namespace_label_selector/);
    });

    it("labels streams with few values, and blocks when a buffer is full", () => {
        const { sinks } = vectorConfiguration({ url: URL, namespaces: undefined });
        assert.deepEqual(Object.keys(sinks.loki_pods.labels).sort(), [
            "container",
            "namespace",
            "node",
            "pod",
            "source",
        ]);
        for (const { buffer, acknowledgements } of [sinks.loki_pods, sinks.loki_audit]) {
            assert.equal(buffer.when_full, "block");
            assert.equal(acknowledgements.enabled, true);
            // Vector's least for a buffer on disk (lib/vector-buffers: 268435488 bytes).
            assert.ok(buffer.max_size > 268_435_488);
        }
    });

    it("reads what the API server's policy writes", () => {
        assert.equal(auditPolicy().kind, "Policy");
        const { sources } = vectorConfiguration({ url: URL, namespaces: undefined });
        assert.deepEqual(sources.audit_files.include, ["/var/log/audit/**/*.log"]);
    });
});

describe("Alloy", () => {
    it("shares events and tenants among two replicas in prod, and is off in dev", async function () {
        const prod = await stack("prod");
        needsCharts(this, prod);
        const { spec } = prod.object("Deployment/alloy/alloy");
        assert.equal((spec as { replicas: number }).replicas, 2);
        const text = alloyConfiguration(URL);
        assert.equal(text.match(/clustering \{\n\t\tenabled = true/g)?.length, 2);
        assert.ok((await stack("dev")).components.every(({ name }) => name !== "alloy"));
    });

    it("may read pods, their logs and events, and no Secret", async function () {
        const prod = await stack("prod");
        needsCharts(this, prod);
        const rules = JSON.stringify(prod.object("ClusterRole/alloy"));
        assert.doesNotMatch(rules, /secrets|configmaps|"nodes/);
        assert.match(rules, /pods\/log/);
    });
});

describe("the programs themselves", () => {
    const programs = ["loki", "vector", "vrl", "alloy"].map(
        (name): [string, string | undefined] => [
            name,
            findExecutable(name, (process.env.PATH ?? "").split(path.delimiter)),
        ],
    );
    const found = new Map(programs);
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "logs-"));
        const missing = programs.filter(([, place]) => place === undefined).map(([name]) => name);
        if (missing.length > 0) {
            console.log(
                `    (${missing.join(", ")} not on the PATH: ${missing.length} checks skipped)`,
            );
        }
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function write(name: string, text: string): string {
        const file = path.join(folder, name);
        fs.writeFileSync(file, text);
        return file;
    }

    function run(context: Mocha.Context, name: string, ...args: readonly string[]): string {
        const program = found.get(name);
        if (program === undefined) {
            context.skip();
        }
        const env = { ...process.env, VECTOR_SELF_NODE_NAME: "worker-1", POD_IP: "10.0.0.1" };
        const result = spawnSync(program, args, { encoding: "utf8", env });
        assert.equal(result.status, 0, `${result.stdout}${result.stderr}`);
        return result.stdout;
    }

    it("Loki verifies the configuration of each profile", async function () {
        for (const profile of ["prod", "dev"] as const) {
            const recorded = await stack(profile);
            needsCharts(this, recorded);
            const text = data(recorded, "ConfigMap/loki/loki", "config.yaml");
            run(this, "loki", "-verify-config", `-config.file=${write(`${profile}.yaml`, text)}`);
        }
    });

    it("Vector validates its configuration", function () {
        const file = write(
            "vector.yaml",
            vectorFile({ url: URL, namespaces: "platform/logs!=api" }),
        );
        run(
            this,
            "vector",
            "--disable-env-var-interpolation",
            "validate",
            "--no-environment",
            file,
        );
    });

    it("Vector's language compiles both programs, which leave no secret and change nothing else", function () {
        const lines = [...SECRETS.map(([line]) => line), ...HARMLESS];
        for (const [name, program] of [
            ["pods", podProgram],
            ["audit", auditProgram],
        ] as const) {
            const events = lines.map((message) => JSON.stringify({ message })).join("\n");
            const output = run(
                this,
                "vrl",
                "--input",
                write(`${name}.json`, events),
                "--program",
                write(`${name}.vrl`, `${program}\n.`),
                "--print-object",
            );
            for (const [line, secret] of SECRETS) {
                assert.ok(!output.includes(secret), `${line}: ${output}`);
            }
            for (const line of HARMLESS) {
                assert.ok(output.includes(JSON.stringify(line).slice(1, -1)), line);
            }
        }
    });

    it("Alloy finds its configuration formatted and valid", function () {
        const file = write("config.alloy", alloyConfiguration(URL));
        run(this, "alloy", "fmt", "--test", file);
        run(this, "alloy", "validate", file);
    });
});
