import * as assert from "node:assert/strict";
import { scraping } from "../../../../policy/criteria/observability/scraping";
import { partOf, type Path, Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { monitor, scrapedParts } from "../../sound-monitoring";

const WEB = "Deployment/apps/web";

const stack = new Sound(scraping, scrapedParts);
const UNSCRAPED = `${WEB}: nothing scrapes its port http-metrics (8080); add a ServiceMonitor or PodMonitor that Prometheus selects.`;

describe("OBS-01", () => {
    it("is met by a port that a selected monitor scrapes", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-01"), []);
        assert.equal(result.verdict("OBS-01").subjects, 1);
    });

    it("is not applicable without Prometheus", async () => {
        assert.equal(await stack.verdict(stack.without("prometheus")), "not applicable");
    });

    it("is violated without a monitor, or with one that leads elsewhere", async () => {
        assert.deepEqual(await stack.found(stack.without("monitor")), [UNSCRAPED]);
        const bad: readonly (readonly [string, Path, unknown])[] = [
            ["monitor", ["spec", "endpoints", 0, "port"], "http"],
            ["monitor", ["spec", "selector", "matchLabels"], { app: "other" }],
            ["service", ["spec", "selector"], { app: "other" }],
        ];
        for (const [name, path, value] of bad) {
            assert.deepEqual(await stack.found(stack.with(name, path, value)), [UNSCRAPED], name);
        }
    });

    it("asks whether Prometheus selects the monitor, by labels and namespace", async () => {
        const spec = (field: string): Path => ["spec", field];
        const selector = "serviceMonitorSelector";
        const spaces = "serviceMonitorNamespaceSelector";
        const cases: readonly (readonly [string, unknown, boolean])[] = [
            [selector, {}, true],
            // Absent selects nothing, and no other namespace than its own.
            [selector, undefined, false],
            [selector, { matchLabels: { release: "other" } }, false],
            [spaces, undefined, false],
            [spaces, { matchLabels: { team: "a" } }, true],
            [spaces, { matchLabels: { "kubernetes.io/metadata.name": "apps" } }, true],
            [spaces, { matchLabels: { team: "b" } }, false],
        ];
        for (const [field, value, selected] of cases) {
            const found = await stack.found(stack.with("prometheus", spec(field), value));
            assert.deepEqual(found, selected ? [] : [UNSCRAPED], `${field} ${String(value)}`);
        }
    });

    it("heeds that Prometheus may ignore in which namespaces a monitor looks", async () => {
        const elsewhere = withValue(
            partOf(scrapedParts, "monitor"),
            ["metadata", "namespace"],
            "monitoring",
        );
        const looking = withValue(elsewhere, ["spec", "namespaceSelector"], { any: true });
        assert.deepEqual(await stack.found(stack.judge({ monitor: looking })), []);
        const ignoring = withValue(
            partOf(scrapedParts, "prometheus"),
            ["spec", "ignoreNamespaceSelectors"],
            true,
        );
        const result = stack.judge({ monitor: looking, prometheus: ignoring });
        assert.deepEqual(await stack.found(result), [UNSCRAPED]);
    });

    const selector = { matchLabels: { "app.kubernetes.io/name": "web" } };
    for (const endpoint of [{ port: "http-metrics" }, { portNumber: 8080 }, { targetPort: 8080 }]) {
        it(`is met by a PodMonitor with ${JSON.stringify(endpoint)}`, async () => {
            const pods = monitor("PodMonitor", { selector, podMetricsEndpoints: [endpoint] });
            assert.deepEqual(await stack.found(stack.judge({ monitor: pods })), []);
        });
    }

    it("finds ports by annotation too, and none in pods that end", async () => {
        const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "19001" };
        const path = ["spec", "template", "metadata", "annotations"];
        const web = withValue(partOf(scrapedParts, "web"), path, annotations);
        assert.deepEqual(await stack.found(stack.judge({ web })), [
            `${WEB}: nothing scrapes its port 19001, which its annotations name; add a ServiceMonitor or PodMonitor that Prometheus selects.`,
        ]);
        const job = within("apps", "batch/v1", "Job", "once", {
            spec: {
                template: {
                    spec: {
                        containers: [{ name: "a", ports: [{ name: "metrics", containerPort: 1 }] }],
                    },
                },
            },
        });
        assert.deepEqual(await stack.found(stack.judge({ job })), []);
    });

    it("asks for a second port only where a Service offers it", async () => {
        const path = ["spec", "template", "spec", "containers", 0, "ports", 2];
        const port = { name: "telemetry-metrics", containerPort: 8081 };
        const web = withValue(partOf(scrapedParts, "web"), path, port);
        assert.deepEqual(await stack.found(stack.judge({ web })), []);
        const service = withValue(partOf(scrapedParts, "service"), ["spec", "ports", 1], {
            name: "telemetry",
            port: 8081,
        });
        assert.deepEqual(await stack.found(stack.judge({ web, service })), [
            `${WEB}: nothing scrapes its port telemetry-metrics (8081); add a ServiceMonitor or PodMonitor that Prometheus selects.`,
        ]);
    });

    it("counts the monitor that CloudNativePG makes itself, where Prometheus selects it", async () => {
        const database = (enablePodMonitor: boolean) =>
            within("apps", "postgresql.cnpg.io/v1", "Cluster", "db", {
                spec: { monitoring: { enablePodMonitor } },
            });
        const open = withValue(
            partOf(scrapedParts, "prometheus"),
            ["spec", "podMonitorSelector"],
            {},
        );
        const count = async (enabled: boolean, prometheus = open) =>
            (await stack.found(stack.judge({ database: database(enabled), prometheus }))).length;
        assert.equal(await count(true), 0);
        assert.equal(await count(false), 1);
        assert.equal(await count(true, partOf(scrapedParts, "prometheus")), 1);
    });

    it("is not judged where selectors or monitors are unknown", async () => {
        const unknown: readonly (readonly [string, Path])[] = [
            ["prometheus", ["spec", "serviceMonitorSelector"]],
            ["monitor", ["spec", "endpoints"]],
            ["monitor", ["metadata", "labels"]],
        ];
        for (const [name, path] of unknown) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
    });
});
