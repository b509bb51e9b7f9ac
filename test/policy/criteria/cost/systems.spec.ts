import * as assert from "node:assert/strict";
import { prices } from "../../../../policy/criteria/cost/prices";
import { rightSizing } from "../../../../policy/criteria/cost/right-sizing";
import { partOf, type Path, Sound, withValue } from "../../change";
import { platform, type Resource, UNKNOWN } from "../../harness";
import { running, within } from "../../sound-backups";
import { soundSite } from "../../sound-parts";
import { goldilocks, kubecostParts, priceParts, sizingParts } from "../../sound-systems";

const CONTAINER: Path = ["spec", "template", "spec", "containers", 0];

describe("COST-01", () => {
    const stack = new Sound(prices, priceParts);

    it("is met by prices of this site", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without OpenCost", async () => {
        assert.equal(await stack.verdict(stack.without("exporter")), "not applicable");
    });

    it("is violated by the prices of a cloud, or a ConfigMap that is not there", async () => {
        const env = stack.with("exporter", [...CONTAINER, "env"], undefined);
        assert.deepEqual(await stack.found(env), [
            "Deployment/opencost/opencost: it counts with the prices of a cloud; turn on customPricing with those of this site.",
        ]);
        assert.deepEqual(await stack.found(stack.without("prices")), [
            "Deployment/opencost/opencost: no ConfigMap custom-pricing-model holds its prices; declare it.",
        ]);
    });

    it("is violated by prices that do not even pay the power", async () => {
        const of = (key: string, value: unknown) =>
            stack.found(stack.with("prices", ["data", key], value));
        // As if it were the price of an hour.
        assert.deepEqual(await of("CPU", "0.0316"), [
            'ConfigMap/opencost/custom-pricing-model: data.CPU is "0.0316"; the power alone costs 1.09 a month by the settings.',
        ]);
        assert.equal((await of("RAM", "0.004")).length, 1);
        assert.deepEqual(await of("storage", undefined), [
            "ConfigMap/opencost/custom-pricing-model: data.storage is absent; set the price of a month.",
        ]);
        const unpriced = platform({ ...soundSite, cost: undefined });
        const cheap = stack.judge({
            platform: unpriced,
            prices: within("opencost", "v1", "ConfigMap", "custom-pricing-model", {
                data: { CPU: "0.01", RAM: "0.01", storage: "0" },
            }),
        });
        assert.equal((await stack.found(cheap)).length, 1);
    });

    it("lets volumes cost nothing where the hardware does", async () => {
        const free = (hardware: unknown, storage: unknown) =>
            stack.judge({
                platform: platform({
                    ...soundSite,
                    cost: { kilowattHour: 0.3, wattsPerCore: 5, wattsPerGibibyte: 0.3, hardware },
                }),
                prices: within("opencost", "v1", "ConfigMap", "custom-pricing-model", {
                    data: { CPU: "2.5", RAM: "0.2", storage },
                }),
            });
        assert.deepEqual(await stack.found(free(0, "0")), []);
        for (const [hardware, storage] of [
            [100, "0"],
            [0, "-1"],
            [0, ""],
            [0, undefined],
            [undefined, "0"],
        ]) {
            assert.equal((await stack.found(free(hardware, storage))).length, 1, String(storage));
        }
    });

    it("is not judged where prices or their place are unknown", async () => {
        assert.equal(await stack.verdict(stack.with("prices", ["data"], UNKNOWN)), "not judged");
        assert.equal(await stack.verdict(stack.with("platform", ["cost"], UNKNOWN)), "not judged");
        const env = stack.with("exporter", [...CONTAINER, "env"], UNKNOWN);
        assert.equal(await stack.verdict(env), "not judged");
    });
});

describe("COST-01 of Kubecost", () => {
    const stack = new Sound(prices, kubecostParts);

    it("is met by prices of this site, and asks nothing of another agent", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        const other = running("logs", "Deployment", "agent", {
            image: "docker.io/grafana/agent:1",
        });
        assert.equal(await stack.verdict(stack.judge({ agent: other })), "not applicable");
        assert.equal(await stack.verdict(stack.without("agent")), "not applicable");
    });

    it("is violated without prices, with those of a cloud, or with those of an hour", async () => {
        assert.deepEqual(await stack.found(stack.without("prices")), [
            "Deployment/kubecost/kubecost-finopsagent: no ConfigMap pricing-configs holds its prices; declare it.",
        ]);
        for (const off of ["false", undefined]) {
            const found = await stack.found(
                stack.with("prices", ["data", "customPricesEnabled"], off),
            );
            assert.match(
                found.join(),
                /^ConfigMap\/kubecost\/pricing-configs: data\.customPricesEnabled/,
            );
        }
        const hour = await stack.found(stack.with("prices", ["data", "CPU"], "0.0034"));
        assert.match(hour.join(), /data\.CPU is "0\.0034"; the power alone costs/);
    });

    it("is not judged where its prices are unknown", async () => {
        assert.equal(await stack.verdict(stack.with("prices", ["data"], UNKNOWN)), "not judged");
        const enabled = stack.with("prices", ["data", "customPricesEnabled"], UNKNOWN);
        assert.equal(await stack.verdict(enabled), "not judged");
    });
});

describe("COST-03", () => {
    const stack = new Sound(rightSizing, sizingParts);
    const LABEL: Path = ["metadata", "labels", "goldilocks.fairwinds.com/enabled"];
    const NOTHING =
        "Namespace/apps: nothing recommends its requests; label it goldilocks.fairwinds.com/enabled=true.";

    it("is met by Goldilocks for every namespace", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without Goldilocks, or without namespaces of apps", async () => {
        assert.equal(await stack.verdict(stack.without("controller")), "not applicable");
        const storage = stack.with("component", ["tier"], "storage");
        assert.equal(await stack.verdict(storage), "not applicable");
    });

    it("decides like Goldilocks which namespaces it manages", async () => {
        const of = (controller: Resource, label?: string) =>
            stack.found(
                stack.judge({
                    controller,
                    space: withValue(partOf(sizingParts, "space"), LABEL, label),
                }),
            );
        assert.deepEqual(await of(goldilocks()), [NOTHING]);
        assert.deepEqual(await of(goldilocks(), "True"), []);
        assert.deepEqual(await of(goldilocks("--include-namespaces=a,apps")), []);
        assert.deepEqual(await of(goldilocks("--on-by-default"), "false"), [NOTHING]);
        const excluded = goldilocks("--on-by-default=true", "--exclude-namespaces=apps");
        assert.deepEqual(await of(excluded), [NOTHING]);
        const dashboard = withValue(
            goldilocks("--on-by-default"),
            [...CONTAINER, "command", 1],
            "dashboard",
        );
        assert.deepEqual(await of(dashboard), [NOTHING]);
    });

    it("is met by a VerticalPodAutoscaler for each workload instead", async () => {
        const web = running("apps", "Deployment", "web", { image: "a:1" });
        const scaler = within("apps", "autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "web", {
            spec: { targetRef: { kind: "Deployment", name: "web" } },
        });
        const alone = { controller: undefined, web, scaler };
        assert.equal(await stack.verdict(stack.judge(alone)), "met");
        const other = running("apps", "StatefulSet", "other", { image: "a:1" });
        assert.deepEqual(await stack.found(stack.judge({ ...alone, other })), [NOTHING]);
    });

    it("is not judged where labels or flags are unknown", async () => {
        assert.equal(await stack.verdict(stack.with("space", LABEL, UNKNOWN)), "not judged");
        const flags = stack.with("controller", [...CONTAINER, "command"], UNKNOWN);
        assert.equal(await stack.verdict(flags), "not judged");
    });
});
