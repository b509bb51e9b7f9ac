import * as assert from "node:assert/strict";
import { serviceLevels } from "../../../../policy/criteria/observability/service-levels";
import { isTree } from "../../../../policy/kernel/tree";
import { Sound } from "../../change";
import { type Inputs, type Resource, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { promise, serviceLevelParts as parts } from "../../sound-observability";

/** Without the rules that a test takes away. */
function without(rule: Resource, drop: (rule: Inputs) => boolean): Resource {
    const inputs = JSON.parse(JSON.stringify(rule.inputs)) as {
        spec: { groups: { rules: Inputs[] }[] };
    };
    for (const group of inputs.spec.groups) {
        group.rules = group.rules.filter((one) => !drop(one));
    }
    return { ...rule, inputs };
}

describe("OBS-08", () => {
    const stack = new Sound(serviceLevels, parts);
    const edge = (changed: Resource) => stack.found(stack.judge({ edge: changed }));
    const EDGE = "PrometheusRule/monitoring/edge";

    it("is met by an objective for each critical service", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-08"), []);
        assert.equal(result.verdict("OBS-08").subjects, 12);
    });

    const services: readonly (readonly [keyof typeof parts, string])[] = [
        ["api", "the Kubernetes API"],
        ["dns", "names in the cluster (CoreDNS)"],
        ["edge", "the gateway"],
        ["postgres", "PostgreSQL"],
        ["storage", "storage (Ceph)"],
        ["certificates", "cert-manager, which calls a workload critical"],
    ];
    for (const [part, called] of services) {
        it(`is violated without one for ${called}`, async () => {
            const [found = "", ...more] = await stack.found(stack.without(part));
            assert.ok(found.includes(`no objective is kept for ${called}; `), found);
            assert.deepEqual(more, []);
        });
    }

    it("asks nothing of services that are not there, nor without a Prometheus", async () => {
        const few = await stack.without("platform", "component", "gateway", "database", "ceph");
        assert.deepEqual(few.of("OBS-08"), []);
        assert.equal(await stack.verdict(stack.without("prometheus")), "not applicable");
    });

    for (const percent of ["1", "1.5", "0", "1 - 0"]) {
        it(`is violated by a promise of vector(${percent})`, async () => {
            const changed = promise("edge", "envoy_cluster_upstream_rq_xx", (text) =>
                text.replace("vector(0.999)", `vector(${percent})`),
            );
            const [found = "", ...more] = await edge(changed);
            assert.ok(found.startsWith(`${EDGE}: objective edge is `), found);
            assert.ok(found.includes("leaves no room") && more.length === 0, found);
        });
    }

    it("is violated by a promise without a number", async () => {
        const changed = without(parts.edge, ({ record }) => record === "slo:objective:ratio");
        assert.deepEqual(await edge(changed), [
            `${EDGE}: objective edge says no share; record slo:objective:ratio for it.`,
        ]);
    });

    it("wants somebody woken, and somebody told in the morning", async () => {
        const severity = (wanted: string) => (rule: Inputs) =>
            isTree(rule.labels) && rule.labels.severity === wanted;
        const fast = `${EDGE}: no alert wakes somebody when the error budget of objective edge goes too fast; add one over a long and a short window, such as 1h and 5m.`;
        const slow = `${EDGE}: no alert waits for the morning when the error budget of objective edge goes too fast; add one over a long and a short window, such as 3d and 6h.`;
        assert.deepEqual(await edge(without(parts.edge, severity("critical"))), [fast]);
        assert.deepEqual(await edge(without(parts.edge, severity("warning"))), [slow]);
        // One window alone fires for what has long stopped.
        const single = promise("edge", "envoy_cluster_upstream_rq_xx", (text) =>
            text
                .replace(
                    /\(max\(slo:sli_error:ratio_rate(5m|30m)\{[^}]*\} > \([^)]*\)\) without \(window\) and /g,
                    "(",
                )
                .replace(/ratio_rate6h(\{slo=\\"edge\\"\} > \(6 )/g, "ratio_rate1h$1"),
        );
        assert.deepEqual(await edge(single), [fast]);
    });

    it("knows the objectives of Sloth and Pyrra", async () => {
        const sloth = (objective: number) =>
            within("edge", "sloth.slok.dev/v1", "PrometheusServiceLevel", "edge", {
                spec: {
                    service: "edge",
                    slos: [
                        {
                            name: "requests",
                            objective,
                            sli: { events: { errorQuery: "sum(rate(envoy_errors_total[5m]))" } },
                        },
                    ],
                },
            });
        const pyrra = (target: string) =>
            within("edge", "pyrra.dev/v1alpha1", "ServiceLevelObjective", "edge", {
                spec: {
                    target,
                    indicator: { ratio: { errors: { metric: 'envoy_rq_xx{code="5"}' } } },
                },
            });
        assert.deepEqual(await edge(sloth(99.9)), []);
        assert.deepEqual(await edge(pyrra("99.5")), []);
        for (const changed of [sloth(100), pyrra("100")]) {
            const [found = "", ...more] = await edge(changed);
            assert.ok(found.includes("is 100 %, which leaves no room"), found);
            assert.deepEqual(more, []);
        }
    });

    it("counts rules only that somebody evaluates", async () => {
        const other = stack.with("edge", ["metadata", "labels", "release"], "other");
        assert.equal((await stack.found(other)).length, 1);
    });

    it("is not judged where rules are unknown", async () => {
        const unknown = stack.with("edge", ["spec", "groups"], UNKNOWN);
        assert.equal(await stack.verdict(unknown), "not judged");
        const labels = stack.with("edge", ["metadata", "labels"], UNKNOWN);
        assert.equal(await stack.verdict(labels), "not judged");
    });
});
