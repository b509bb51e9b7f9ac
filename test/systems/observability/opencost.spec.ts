/** What namespaces cost: prices of the site, a month reckoned by hand, and the objects. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import {
    budgetOfMonth,
    costRules,
    namespaceCost,
    platformCost,
} from "../../../components/observability/opencost-alerts";
import {
    costModel,
    hardwareHour,
    HOURS_OF_MONTH,
    hourlyPrices,
    type PricedSite,
    powerPrices,
} from "../../../components/observability/opencost-prices";
import { sampleConfiguration, sampleSite } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

/** Two machines of 10 cores and 50 GiB with 300 GiB of disks each, of which Ceph keeps three copies. */
const cost = {
    currency: "EUR",
    kilowattHour: 0.5,
    wattsPerCore: 10,
    wattsPerGibibyte: 1,
    hardware: 73,
    monthlyBudget: 100,
};

function siteOf(own: Partial<typeof cost> = {}): PricedSite & { cost: typeof cost } {
    const { nodes } = sampleSite();
    const [, , , worker] = nodes;
    assert.ok(worker !== undefined);
    const disks = [
        { purpose: "system" as const, size: 100 },
        { purpose: "ceph" as const, size: 300 },
    ];
    const machine = { ...worker, cores: 10, memory: 50 * 1024, disks };
    const { storage } = sampleSite();
    return {
        nodes: [machine, { ...machine, name: "second" }],
        storage: { ...storage, replication: 3 },
        cost: { ...cost, ...own },
    };
}

/** Prices of an hour of the hardware that are as round as those of the power. */
const hardware = { coreHour: 0.003, gibibyteHour: 0.0003, storageGibibyteHour: 0.00005 };

/** What OpenCost makes of a price of its ConfigMap: `fmt.Sprintf("%f", val/730)`. */
function asOpenCostReads(price: string | undefined): number {
    return Number((Number(price) / HOURS_OF_MONTH).toFixed(6));
}

const close = (found: number, wanted: number, share = 1e-9) => {
    assert.ok(Math.abs(found - wanted) <= share * wanted, `${found}, not ${wanted}`);
};

describe("prices of an hour", () => {
    it("are the power and the share of the hardware", () => {
        // 10 W are 0.01 kW at 0.5 EUR, 1 W is 0.001 kW.
        assert.deepEqual(powerPrices(cost), {
            coreHour: 0.005,
            gibibyteHour: 0.0005,
            storageGibibyteHour: 0,
        });
        const prices = hourlyPrices(siteOf(), hardware);
        close(prices.coreHour, 0.008);
        close(prices.gibibyteHour, 0.0008);
        close(prices.storageGibibyteHour, 0.00005);
    });

    it("divide what the machines cost over all that they have", () => {
        const site = siteOf();
        const { coreHour, gibibyteHour, storageGibibyteHour } = hourlyPrices(site);
        const all =
            (coreHour - 0.005) * 20 + (gibibyteHour - 0.0005) * 100 + storageGibibyteHour * 200;
        close(all * HOURS_OF_MONTH, 73);
        close(hardwareHour(site), 0.1);
        close(hardwareHour(site, hardware), 0.06 + 0.03 + 0.01);
        assert.ok(storageGibibyteHour > 0);
    });

    it("are the power alone where the hardware costs nothing, or no machine is described", () => {
        assert.deepEqual(hourlyPrices(siteOf({ hardware: 0 })), powerPrices(cost));
        assert.deepEqual(hourlyPrices({ ...siteOf(), nodes: [] }), powerPrices(cost));
    });

    it("reach OpenCost as those of a month, which it divides itself", () => {
        const model = costModel(hourlyPrices(siteOf(), hardware), cost);
        assert.equal(model.CPU, "5.84");
        assert.equal(model.RAM, "0.584");
        assert.equal(model.storage, "0.0365");
        assert.deepEqual([model.spotCPU, model.spotRAM], [model.CPU, model.RAM]);
        assert.deepEqual(
            [model.CPU, model.RAM, model.storage].map(asOpenCostReads),
            [0.008, 0.0008, 0.00005],
        );
    });
});

describe("hardwarePrices", () => {
    const faults = (hardwarePrices: object, more: object = {}) => {
        const result = parseConfiguration(
            {
                ...sampleConfiguration,
                cost: { ...cost, hardware: 100 },
                systems: { openCost: { hardwarePrices } },
                ...more,
            },
            new Set(Object.keys(secretDescriptions)),
        );
        return "faults" in result
            ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
            : [];
    };

    it("are taken where they are those of an hour", () => {
        // 44 cores, 152 GiB and 667 GiB of volumes.
        assert.deepEqual(faults({ ...hardware, coreHour: 0.0015 }), []);
        assert.deepEqual(faults({ coreHour: 0.003, gibibyteHour: 0, storageGibibyteHour: 0 }), []);
        assert.deepEqual(faults({ coreHour: 0, gibibyteHour: 0, storageGibibyteHour: 1e-4 }), []);
    });

    it("are refused in one sentence each where they are those of a month", () => {
        const month = { coreHour: 1.1, gibibyteHour: 0.22, storageGibibyteHour: 0.036 };
        const keys = Object.keys(month).map((key) => `systems.openCost.hardwarePrices.${key}`);
        const found = faults(month);
        assert.deepEqual(
            found.map((fault) => fault.split(":")[0]),
            keys,
        );
        assert.match(
            found[0] ?? "",
            /coreHour: 1\.1; the price of an hour: at this one the machines would cost \d+ in a month for it alone, and cost\.hardware is 100 for a month; if it is the price of a month, 0\.00151 is that of an hour$/,
        );
        assert.equal(faults({ ...hardware, gibibyteHour: 0.22 }).length, 1);
    });

    it("are held against the budget where nothing is said of the machines", () => {
        const free = { cost: { ...cost, hardware: 0 } };
        assert.match(
            faults({ ...hardware, coreHour: 1.1 }, free)[0] ?? "",
            /cost\.monthlyBudget is 100/,
        );
        assert.deepEqual(faults(hardware, free), []);
    });

    it("are refused where they do not pay for the machines", () => {
        const tiny = { coreHour: 4e-6, gibibyteHour: 4e-7, storageGibibyteHour: 1e-7 };
        assert.match(faults(tiny)[0] ?? "", /together pay for the machines/);
        assert.equal(faults(tiny).length, 1);
    });

    it("are numbers", () => {
        assert.match(faults({ ...hardware, coreHour: -1 })[0] ?? "", /a number from 0/);
        assert.match(faults({ ...hardware, coreHour: "1,5" })[0] ?? "", /a number from 0/);
    });

    it("is not asked where the site has no prices, and asks for them where it is switched on", () => {
        const without = { ...sampleConfiguration, cost: undefined };
        const secrets = new Set(Object.keys(secretDescriptions));
        assert.ok("configuration" in parseConfiguration(without, secrets));
        const asked = parseConfiguration(
            { ...without, systems: { openCost: { enabled: true } } },
            secrets,
        );
        assert.deepEqual("faults" in asked ? asked.faults.map(({ key }) => key) : [], ["cost"]);
    });
});

describe("a month of a namespace", () => {
    /**
     * By hand, in EUR: `web` requests 2 cores, 4 GiB and a volume of 100 GiB for a month of 730
     * hours: 2 x 0.008 x 730 + 4 x 0.0008 x 730 + 100 x 0.00005 x 730.
     */
    const byHand = { cpu: 11.68, memory: 2.336, storage: 3.65 };
    const promtool = findExecutable("promtool", (process.env.PATH ?? "").split(path.delimiter));

    it("is what one reckons by hand", function () {
        if (promtool === undefined) {
            console.log("    (promtool is not on the PATH: 1 month of costs skipped)");
            this.skip();
        }
        const site = siteOf();
        const model = costModel(hourlyPrices(site, hardware), cost);
        const rules = costRules("opencost", {
            power: powerPrices(cost),
            hardware: hardwareHour(site, hardware),
            monthlyBudget: cost.monthlyBudget,
        });
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cost-"));
        const series = (text: string, value: number) => ({
            series: text,
            values: `${value}x${HOURS_OF_MONTH + 1}`,
        });
        const job = 'job="opencost"';
        const node = `${job}, node="n1"`;
        const web = `${job}, namespace="web", pod="a"`;
        const samples = (values: Readonly<Record<string, number>>) =>
            Object.entries(values).map(([labels, value]) => ({ labels, value }));
        const at = (expr: string, exp_samples: object[]) => ({
            expr,
            eval_time: `${HOURS_OF_MONTH}h`,
            exp_samples,
        });
        const rounded = (expression: string) => `round(${expression}, 0.0001)`;
        const test = {
            rule_files: ["rules.yaml"],
            evaluation_interval: "1h",
            tests: [
                {
                    interval: "1h",
                    input_series: [
                        series(`node_cpu_hourly_cost{${node}}`, asOpenCostReads(model.CPU)),
                        series(`node_ram_hourly_cost{${node}}`, asOpenCostReads(model.RAM)),
                        series(
                            `pv_hourly_cost{${job}, persistentvolume="v"}`,
                            asOpenCostReads(model.storage),
                        ),
                        series(`container_cpu_allocation{${web}, node="n1"}`, 2),
                        series(
                            `container_memory_allocation_bytes{${web}, node="n1"}`,
                            4 * 1024 ** 3,
                        ),
                        series(`pod_pvc_allocation{${web}, persistentvolume="v"}`, 100 * 1024 ** 3),
                        // Nobody requests anything on it, and it is paid for.
                        series(`node_cpu_hourly_cost{${job}, node="n2"}`, 0.008),
                    ],
                    promql_expr_test: [
                        at(
                            rounded(
                                `sum by (namespace, resource) (sum_over_time(${namespaceCost}[${HOURS_OF_MONTH}h]))`,
                            ),
                            samples({
                                '{namespace="web", resource="cpu"}': byHand.cpu,
                                '{namespace="web", resource="memory"}': byHand.memory,
                                '{namespace="web", resource="storage"}': byHand.storage,
                            }),
                        ),
                        // 2 x 0.005 + 4 x 0.0005 of power, and 0.1 for the machines.
                        at(rounded(platformCost), samples({ "{}": 0.112 })),
                        at(
                            rounded(`${platformCost} * ${HOURS_OF_MONTH} / ${budgetOfMonth}`),
                            samples({ "{}": 0.8176 }),
                        ),
                    ],
                },
            ],
        };
        const { groups } = rules.spec as { groups: { interval: string }[] };
        fs.writeFileSync(
            path.join(folder, "rules.yaml"),
            JSON.stringify({ groups: groups.map((group) => ({ ...group, interval: "1h" })) }),
        );
        fs.writeFileSync(path.join(folder, "test.yaml"), JSON.stringify(test));
        const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", "test.yaml"], {
            cwd: folder,
            encoding: "utf8",
        });
        fs.rmSync(folder, { recursive: true });
        assert.equal(status, 0, `${stdout}${stderr}`);
    });
});

describe("OpenCost", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("open-cost");
    });

    it("records the cost of an hour and the budget, with prices that are numbers", () => {
        const text = JSON.stringify(prod.object("PrometheusRule/opencost/cost"));
        for (const name of [namespaceCost, platformCost, budgetOfMonth]) {
            assert.ok(text.includes(name), name);
        }
        assert.doesNotMatch(text, /NaN|undefined|Infinity/);
    });

    it("gets the prices of the settings, and asks the whole of the metrics", function () {
        needsCharts(this, prod);
        const { data } = prod.object("ConfigMap/opencost/custom-pricing-model") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        // 4 W at 0.3 EUR for 730 hours are 0.876 EUR.
        assert.ok(Number(data.CPU) > 0.876 && Number(data.CPU) < 5, data.CPU);
        const text = JSON.stringify(prod.object("Deployment/opencost/opencost"));
        assert.match(text, /"value":"http:\/\/thanos-query-frontend\.monitoring\.svc:\d+"/);
        assert.match(text, /"USE_CUSTOM_PROVIDER"/);
    });

    it("starts its page on a copy, for nobody writes to an image", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("Deployment/opencost/opencost"));
        assert.match(text, /"command":\["cp","-r","\/var\/www\/\.","\/copy\/"\]/);
        assert.match(text, /"mountPath":"\/var\/www"/);
        assert.match(text, /"mountPath":"\/etc\/nginx\/conf\.d\/default\.nginx\.conf"/);
    });
});
