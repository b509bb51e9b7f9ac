import * as assert from "node:assert/strict";
import { auditLog } from "../../../../policy/criteria/compliance/audit-log";
import { benchmark } from "../../../../policy/criteria/compliance/benchmark";
import { reports } from "../../../../policy/criteria/compliance/reports";
import { vectorFile } from "../../../../components/observability/vector-config";
import { type Path, Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { running, within } from "../../sound-backups";
import { logAgent, STORE_URL, vectorMap } from "../../sound-logs";
import {
    benchmarkJob,
    benchmarkParts,
    collectorParts,
    CONTROL_PLANE,
    kyverno,
    loki,
    reportParts,
} from "../../sound-systems";

const POD: Path = ["spec", "template", "spec"];

describe("CMP-01", () => {
    const keeping = (period: string, enabled = true) =>
        `schema_config: {}\nlimits_config:\n  retention_period: ${period}\ncompactor:\n  retention_enabled: ${String(enabled)}\n`;
    const stack = new Sound(auditLog, collectorParts);
    const NOT = "DaemonSet/logging/alloy: the audit log of the API server is not shipped: ";

    it("is met by a collector that reads the audit log everywhere, into a store that keeps it", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("CMP-01"), []);
        assert.equal(result.verdict("CMP-01").subjects, 2);
    });

    it("is not applicable while nothing collects logs", async () => {
        assert.equal(await stack.verdict(stack.without("collector")), "not applicable");
    });

    const bad: readonly (readonly [string, Path, unknown, string])[] = [
        [
            "collector",
            [...POD, "volumes", 0, "hostPath", "path"],
            "/var/log/pods",
            "it mounts no directory that holds /var/log/audit",
        ],
        ["collector", [...POD, "tolerations"], undefined, "it does not tolerate every taint"],
        ["collector", [...POD, "nodeSelector"], { role: "worker" }, "its nodeSelector wants role"],
        [
            "sources",
            ["data", "config.alloy"],
            "path = /var/log/pods",
            "its configuration does not name /var/log/audit",
        ],
    ];
    for (const [name, path, value, why] of bad) {
        it(`is violated by ${name} with ${path.slice(-1).join("")} ${JSON.stringify(value)}`, async () => {
            assert.deepEqual(await stack.found(stack.with(name, path, value)), [`${NOT}${why}.`]);
        });
    }

    it("is violated by a store that deletes after less than 30 days", async () => {
        const of = (text: unknown) => stack.judge({ loki: loki(text) });
        assert.deepEqual(await stack.found(of(keeping("168h"))), [
            'StatefulSet/logging/loki: its limits_config.retention_period is "168h"; keep logs for 30 days.',
        ]);
        for (const text of [keeping("168h", false), keeping("0s"), keeping("31d")]) {
            assert.equal(await stack.verdict(of(text)), "met", text);
        }
        assert.equal(await stack.verdict(of(UNKNOWN)), "not judged");
        assert.equal(await stack.verdict(stack.without("loki")), "not judged");
        assert.equal(await stack.verdict(stack.without("store", "loki")), "met");
    });

    it("is met when one of several collectors does it", async () => {
        const other = running(
            "logging",
            "DaemonSet",
            "other",
            { image: "a:1" },
            { volumes: [{ name: "logs", hostPath: { path: "/var/log/pods" } }] },
        );
        assert.equal(await stack.verdict(stack.judge({ other })), "met");
    });

    it("asks what Vector reads, whatever else is mounted beside its configuration", async () => {
        const vector = (text: string) =>
            stack.judge({
                collector: withValue(logAgent(), [...POD, "volumes", 3], {
                    name: "password",
                    secret: { secretName: "elasticsearch" },
                }),
                sources: vectorMap(text),
            });
        const text = vectorFile({ url: STORE_URL, namespaces: "platform/logs!=api" });
        assert.equal(await stack.verdict(vector(text)), "met");
        const other = text.replaceAll("/var/log/audit/", "/var/log/other/");
        const comment = `# /var/log/audit is read elsewhere\n${other}`;
        for (const without of [other, comment]) {
            assert.deepEqual(await stack.found(vector(without)), [
                "DaemonSet/logging/vector: the audit log of the API server is not shipped: its configuration does not name /var/log/audit.",
            ]);
        }
    });

    it("is not judged where configuration or nodes are unknown, or a Secret hides them", async () => {
        for (const [name, path] of [
            ["sources", ["data"]],
            ["collector", [...POD, "tolerations"]],
            ["collector", [...POD, "volumes", 1]],
        ] as const) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
        const hidden = stack.with("collector", [...POD, "volumes", 1], {
            name: "config",
            secret: { secretName: "alloy" },
        });
        assert.equal(await stack.verdict(hidden), "not judged");
    });
});

describe("CMP-02", () => {
    const image = "docker.io/aquasec/kube-bench:v0.15.6";
    const stack = new Sound(benchmark, benchmarkParts);
    const SPEC: Path = ["spec", "jobTemplate", "spec", "template", "spec"];
    const CONTROL = "CronJob/kube-bench/control-plane";

    it("is met by jobs on control planes and workers, with an alert", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        const affinity = {
            nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                    nodeSelectorTerms: [
                        { matchExpressions: [{ key: CONTROL_PLANE, operator: "Exists" }] },
                    ],
                },
            },
        };
        const control = benchmarkJob("control-plane", {
            affinity,
            tolerations: [{ operator: "Exists" }],
        });
        assert.equal(await stack.verdict(stack.judge({ control })), "met");
    });

    it("is not applicable without kube-bench", async () => {
        assert.equal(await stack.verdict(stack.without("control", "workers")), "not applicable");
    });

    it("is violated by a role that nobody checks", async () => {
        assert.deepEqual(await stack.found(stack.without("workers")), [
            `${CONTROL}: kube-bench does not run on a worker; add a CronJob for it.`,
        ]);
        const tolerations = stack.with("control", [...SPEC, "tolerations"], undefined);
        assert.deepEqual(await stack.found(tolerations), [
            `${CONTROL}: kube-bench does not run on a control plane; add a CronJob for it.`,
        ]);
    });

    it("is violated by a job that runs once, never, or is suspended", async () => {
        const once = within("kube-bench", "batch/v1", "Job", "once", {
            spec: { template: { spec: { containers: [{ name: "a", image }] } } },
        });
        assert.deepEqual(await stack.found(stack.judge({ once })), [
            "Job/kube-bench/once: it runs kube-bench only once; make it a CronJob.",
        ]);
        for (const [path, value] of [
            [["spec", "schedule"], "0 0 30 2 *"],
            [["spec", "schedule"], undefined],
            [["spec", "suspend"], true],
        ] as const) {
            assert.equal((await stack.found(stack.with("workers", path, value))).length, 1);
        }
    });

    it("is violated without an alert, but only where something evaluates alerts", async () => {
        assert.deepEqual(await stack.found(stack.without("alerts")), [
            `${CONTROL}: no alert fires when kube-bench finds something new; add one whose expression names kube-bench.`,
        ]);
        assert.equal(await stack.verdict(stack.without("alerts", "prometheus")), "met");
    });

    it("is not judged where nodes or schedules are unknown", async () => {
        for (const path of [
            [...SPEC, "nodeSelector"],
            ["spec", "schedule"],
            ["spec", "suspend"],
        ]) {
            const result = stack.with("control", path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
    });
});

describe("CMP-03", () => {
    const stack = new Sound(reports, reportParts);

    it("is met by reports of both", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("CMP-03"), []);
        assert.equal(result.verdict("CMP-03").subjects, 2);
    });

    it("is not applicable without both", async () => {
        const none = stack.without("admission", "reports", "trivy");
        assert.equal(await stack.verdict(none), "not applicable");
    });

    it("is violated without the reports controller, or with reports or scanner off", async () => {
        assert.deepEqual(await stack.found(stack.without("reports")), [
            "Deployment/kyverno/kyverno: no reports controller of Kyverno runs beside it; turn it on.",
        ]);
        for (const flag of ["policyReports", "admissionReports", "backgroundScan"]) {
            const off = kyverno("reports-controller", `--${flag}=false`);
            assert.deepEqual(await stack.found(stack.judge({ reports: off })), [
                `Deployment/kyverno/reports-controller: the flag --${flag} is "false"; turn it on.`,
            ]);
        }
        const env = [{ name: "OPERATOR_VULNERABILITY_SCANNER_ENABLED", value: "false" }];
        const path = [...POD, "containers", 0, "env"];
        assert.equal((await stack.found(stack.with("trivy", path, env))).length, 1);
    });

    it("is not judged where flags or variables are unknown", async () => {
        const flags = stack.with("reports", [...POD, "containers", 0, "args"], UNKNOWN);
        assert.equal(await stack.verdict(flags), "not judged");
        const variables = stack.with("trivy", [...POD, "containers", 0, "env"], UNKNOWN);
        assert.equal(await stack.verdict(variables), "not judged");
    });
});
