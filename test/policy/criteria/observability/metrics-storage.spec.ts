import * as assert from "node:assert/strict";
import { metricsStorage } from "../../../../policy/criteria/observability/metrics-storage";
import { type Path, Sound } from "../../change";
import { type Resource, UNKNOWN } from "../../harness";
import { running, within } from "../../sound-backups";
import { prometheusParts } from "../../sound-monitoring";

const stack = new Sound(metricsStorage, prometheusParts);
const KPS = "Prometheus/monitoring/kps";

function compactor(...flags: string[]): Resource {
    const image = "quay.io/thanos/thanos:v0.40.1";
    return running("monitoring", "StatefulSet", "compactor", {
        image,
        args: ["compact", ...flags],
    });
}

describe("OBS-03", () => {
    it("is met by replicas, 30 days and a longer store", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without Prometheus, Alertmanager or a store", async () => {
        const none = stack.without("prometheus", "alertmanager");
        assert.equal(await stack.verdict(none), "not applicable");
    });

    const bad: readonly (readonly [string, Path, unknown, string])[] = [
        ["prometheus", ["spec", "replicas"], undefined, `${KPS}: spec.replicas is absent`],
        ["prometheus", ["spec", "replicas"], 1, `${KPS}: spec.replicas is 1`],
        ["prometheus", ["spec", "retention"], "15d", `${KPS}: spec.retention is "15d"`],
        ["prometheus", ["spec", "retention"], undefined, `${KPS}: spec.retention is absent`],
        ["prometheus", ["spec", "thanos"], undefined, `${KPS}: its metrics go nowhere else`],
        [
            "alertmanager",
            ["spec", "replicas"],
            2,
            "Alertmanager/monitoring/kps: spec.replicas is 2",
        ],
    ];
    for (const [name, path, value, message] of bad) {
        it(`is violated by ${name} with ${path.join(".")} ${String(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with(name, path, value));
            assert.ok(found.startsWith(message), found);
            assert.deepEqual(more, []);
        });
    }

    it("is met by remote writing, and by retentions in other units", async () => {
        const prometheus = (spec: object) =>
            within("monitoring", "monitoring.coreos.com/v1", "Prometheus", "kps", {
                spec: { replicas: 2, ...spec },
            });
        const remoteWrite = [{ url: "https://mimir.example.org" }];
        for (const retention of ["720h", "1y", "5w"]) {
            const result = stack.judge({ prometheus: prometheus({ retention, remoteWrite }) });
            assert.equal(await stack.verdict(result), "met", retention);
        }
        const nowhere = prometheus({ retention: "30d", remoteWrite: [] });
        assert.equal((await stack.found(stack.judge({ nowhere }))).length, 1);
    });

    it("wants a year of the compactor, whose flags mean for ever unless set", async () => {
        const of = (...flags: string[]) => stack.found(stack.judge({ store: compactor(...flags) }));
        assert.deepEqual(await of(), []);
        const short = ["--retention.resolution-raw=30d", "--retention.resolution-5m=90d"];
        assert.deepEqual(await of(...short), []);
        assert.deepEqual(await of(...short, "--retention.resolution-1h=1y"), []);
        assert.deepEqual(await of(...short, "--retention.resolution-1h=180d"), [
            "StatefulSet/monitoring/compactor: its --retention.resolution flags keep at most 180 days; keep 365.",
        ]);
    });

    it("wants a year of Mimir, by the file that its chart writes", async () => {
        const mimir = running("mimir", "StatefulSet", "compactor", {
            image: "grafana/mimir:3.0.0",
        });
        const settings = (text: unknown) =>
            within("mimir", "v1", "ConfigMap", "mimir", { data: { "mimir.yaml": text } });
        const of = (text: unknown) => stack.judge({ mimir, settings: settings(text) });
        const limits = (period: string) =>
            `limits:\n  compactor_blocks_retention_period: ${period}\n`;
        for (const text of ["limits: {}\n", limits("0"), limits("1y"), limits("9000h")]) {
            assert.equal(await stack.verdict(of(text)), "met", text);
        }
        assert.deepEqual(await stack.found(of(limits("90d"))), [
            'ConfigMap/mimir/mimir: limits.compactor_blocks_retention_period is "90d"; keep 365 days.',
        ]);
        assert.deepEqual(await stack.found(of("a: [")), [
            "ConfigMap/mimir/mimir: mimir.yaml is no YAML; correct it.",
        ]);
        assert.equal(await stack.verdict(of(UNKNOWN)), "not judged");
    });

    it("is not judged where what it looks at is unknown", async () => {
        for (const path of [["replicas"], ["retention"], ["thanos"]]) {
            const result = stack.with("prometheus", ["spec", ...path], UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
        const store = compactor(UNKNOWN);
        assert.equal(await stack.verdict(stack.judge({ store })), "not judged");
    });
});
