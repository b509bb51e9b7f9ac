import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { Collector, SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { amount } from "../base/values";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import {
    costRules,
    openCostAlerts,
    openCostPods,
    openCostPorts,
    openCostScrapes,
} from "./opencost-alerts";
import { openCostDashboards } from "./opencost-dashboards";
import {
    costModel,
    hardwareHour,
    type HourlyPrices,
    hourlyPrices,
    powerPrices,
    priceFaults,
} from "./opencost-prices";
import { openCostValues, patchOpenCost } from "./opencost-values";

/** Nothing can be changed there: whoever works on the platform may look. */
const costPage: GuardedPage = {
    what: "what namespaces, workloads and nodes cost",
    host: "cost",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer", "monitoring-reader"],
};

const price = amount({ from: 0, to: 1_000_000 });

/** What namespaces cost. */
export const openCost = define({
    name: "openCost",
    layer: "observability",
    purpose: "what each namespace costs, at the prices of the site",
    origin: "004.3.2: cost per namespace with own prices",
    charts: {
        openCost: chart("opencost", "2.5.17", "https://opencost.github.io/opencost-helm-chart"),
    },
    needs: [kubePrometheusStack],
    offIn: { dev: "a cluster to try things on costs the machine that it runs on" },
    offWithout: ({ cost }) =>
        cost === undefined ? "`cost` says what power and hardware of the site cost" : undefined,
    settings: {
        hardwarePrices: z
            .strictObject({
                coreHour: price.describe("what a core costs in an hour, without its power"),
                gibibyteHour: price.describe(
                    "what a GiB of memory costs in an hour, without its power",
                ),
                storageGibibyteHour: price.describe(
                    "what a GiB of a claimed volume costs in an hour, with every copy",
                ),
            })
            .optional()
            .describe(
                "prices of an hour of the hardware, in `cost.currency`; a month has 730; default: `cost.hardware` divided over the machines of the settings",
            ),
    },
    check: ({ hardwarePrices }, site) =>
        site.cost === undefined
            ? [
                  {
                      key: "cost",
                      found: "nothing",
                      allowed:
                          "prices and a budget, because systems.openCost counts with them (or turn it off)",
                  },
              ]
            : priceFaults(site, hardwarePrices, "systems.openCost.hardwarePrices"),
    capabilities: {
        metrics: openCostScrapes,
        alerts: openCostAlerts,
        dashboards: openCostDashboards,
        routes: [costPage],
        signOn: atGateway("its page has no people of its own, and nothing on it can be changed"),
        backup: none("it reckons anew from the metrics that Prometheus keeps"),
        sizing: none("one program for all namespaces; its memory follows their containers"),
        flows: "declared",
        retention: none("sums of the past are reckoned from metrics, as long as those are kept"),
    },
});

const NAMESPACE = "opencost";

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${NAMESPACE}/opencost`,
        reason:
            "OpenCost has no leader election: a second one would export every price and every " +
            "request a second time, and sums would double.",
        guard:
            "nothing waits for it, it leaves a dead node after half a minute and reckons hours that " +
            "it missed from the metrics of Prometheus; OpenCostDown tells",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link OpenCost}. */
export interface OpenCostArgs extends SystemContext<typeof openCost> {
    readonly collector: Collector;
    /** Where metrics are asked for, those of the past too. */
    readonly metrics: {
        readonly endpoint: Endpoint;
        readonly url: string;
        readonly ready: readonly pulumi.Resource[];
    };
    /** Where the page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/** OpenCost with the power and the hardware of the site as prices, and the budget of the month. */
export class OpenCost extends System<typeof openCost> {
    /** With which it counts. */
    readonly prices: HourlyPrices;

    constructor(
        { collector, metrics, gateway, guards, ...context }: OpenCostArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super({ ...context, collector }, { exceptions }, opts);
        const { site, settings } = context;
        const { cost } = site;
        if (cost === undefined) {
            throw new Error("openCost is built without prices: the settings refuse such a stack");
        }
        const { hardwarePrices } = settings;
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none("it keeps nothing: sums are reckoned from the metrics of Prometheus"),
            routed: gateway !== undefined && guards !== undefined,
            flows: [toApiServer()],
        });
        const own = { namespace, pods: openCostPods };
        const api = { ...own, ports: [openCostPorts.api] };
        const ways = [
            ...connect("opencost-asks-metrics", { from: own, to: metrics.endpoint }),
            ...connect("opencost-metrics", { from: collector, to: api }),
            // The page asks through the Service, which may lead back to the same pod.
            ...connect("opencost-page-asks", { from: own, to: api }),
        ];
        this.prices = hourlyPrices({ ...site, cost }, hardwarePrices);
        this.chart(openCost.charts.openCost, {
            release: NAMESPACE,
            namespace,
            needs: [...metrics.ready, ...ways, ...collector.definitions.values()],
            patch: patchOpenCost,
            values: openCostValues({
                cluster: site.cluster.name,
                metrics: metrics.url,
                costModel: costModel(this.prices, cost),
            }),
        });
        const rule = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
        this.object(
            costRules(namespace.name, {
                power: powerPrices(cost),
                hardware: hardwareHour(site, hardwarePrices),
                monthlyBudget: cost.monthlyBudget,
            }),
            { dependsOn: [namespace.object, ...(rule === undefined ? [] : [rule])] },
        );
        if (gateway !== undefined && guards !== undefined) {
            new Route(
                "opencost-page",
                {
                    site,
                    gateway,
                    host: `${costPage.host}.${site.domain}`,
                    paths: ["/"],
                    guard: { signOn: guards, page: costPage },
                    service: "opencost",
                    port: openCostPorts.page,
                    to: { ...own, ports: [openCostPorts.page] },
                },
                { parent: this },
            );
        }
        this.observe(namespace);
    }
}
