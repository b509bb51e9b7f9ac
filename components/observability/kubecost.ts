import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { kept } from "../base/backup-tier";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { kubeletPort } from "../base/node-ports";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import type { VolumeCheck } from "../base/restore-check";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { kubecostAlerts, kubecostScrapes } from "./kubecost-alerts";
import { kubecostDashboards } from "./kubecost-dashboards";
import { databaseClaim, KUBECOST, kubecostPods, kubecostPorts } from "./kubecost-names";
import { patchKubecost } from "./kubecost-patch";
import { customPrices, kubecostPriceFaults } from "./kubecost-prices";
import { kubecostValues } from "./kubecost-values";
import { type HourlyPrices, hourlyPrices } from "./opencost-prices";

const OPENCOST_DOES = "OpenCost counts with the same prices, and everything in it is free software";

/** Reports and budgets can be set there, by whoever gets in. */
const page: GuardedPage = {
    what: "what namespaces and workloads cost, as Kubecost reckons it",
    host: "kubecost",
    guard: "sign-on",
    groups: ["platform-admin"],
};

/** What namespaces cost, as a product of IBM shows it. */
export const kubecost = define({
    name: "kubecost",
    layer: "observability",
    purpose: "what each namespace costs, beside OpenCost, with reports and savings of a product",
    origin: "000.9: named among the tools for cost",
    charts: {
        kubecost: chart("kubecost", "3.2.1", "https://kubecost.github.io/kubecost/"),
    },
    needs: [rookCeph, kubeletCsrApprover],
    offIn: { dev: OPENCOST_DOES, staging: OPENCOST_DOES, prod: OPENCOST_DOES },
    settings: {
        acceptLicence: z
            .boolean()
            .default(false)
            .describe(
                "the licence of IBM for Kubecost is read and accepted: its programs are proprietary, with a free tier",
            ),
    },
    check: ({ acceptLicence }, site) => [
        ...(acceptLicence
            ? []
            : [
                  {
                      key: "systems.kubecost.acceptLicence",
                      found: "false",
                      allowed:
                          "true, once somebody has read and accepted the licence of IBM: Kubecost is proprietary, with a free tier (or turn systems.kubecost off: OpenCost reckons the same)",
                  },
              ]),
        ...kubecostPriceFaults(site),
    ],
    capabilities: {
        metrics: kubecostScrapes,
        alerts: kubecostAlerts,
        dashboards: kubecostDashboards,
        routes: [page],
        signOn: atGateway("people of its own are part of the tier that is paid for"),
        backup: kept(2, "its database with what the past months cost, and what waits for it"),
        sizing: none(
            "one agent, one database and one store; memory follows the containers of the cluster",
        ),
        flows: "declared",
        retention: [
            { what: "costs by the day", for: "91d" },
            { what: "what the agent saw, in the store", for: "15d" },
        ],
    },
});

const EXPIRES = "2027-05-31";

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${KUBECOST}/${KUBECOST}-finopsagent`,
        reason:
            "The agent has no leader election: a second one would write each hour a second time " +
            "(finops-agent 1.0.20: templates/deployment.yaml).",
        guard: "nothing waits for it, it leaves a dead node after half a minute; KubecostAgentDown tells",
        expires: EXPIRES,
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${KUBECOST}/${KUBECOST}-local-store`,
        reason: "The store is one process over files on a volume that one node mounts at a time.",
        guard: "the agent holds what it saw for hours and writes it when the store is back",
        expires: EXPIRES,
    },
    {
        criterion: "HA-04",
        resource: `StatefulSet/${KUBECOST}/${KUBECOST}-aggregator`,
        reason:
            "Each copy of the aggregator would have a ClickHouse of its own and take in the same files: " +
            "3 GiB of memory and 20 GiB of disk for a page that nobody waits for.",
        guard: "it leaves a dead node after half a minute, files wait in the store for 15 days; KubecostDown tells",
        expires: EXPIRES,
    },
];

/** What each volume holds from the first hour on. */
const checks: readonly VolumeCheck[] = [
    {
        claims: databaseClaim,
        // ClickHouse writes who it is at its first start (src/Core/ServerUUID.cpp).
        files: [{ path: "uuid", bytes: 36 }],
    },
    {
        claims: { app: KUBECOST, "app.kubernetes.io/instance": KUBECOST },
        // opencost: core/pkg/exporter/pathing/bingenpath.go
        files: [{ path: "**/etl/bingen/*/*/*" }],
    },
];

/** Arguments of {@link Kubecost}. */
export interface KubecostArgs extends SystemContext<typeof kubecost> {
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Certificates of kubelets, which the agent asks and verifies. */
    readonly kubelets: readonly pulumi.Resource[];
    /** Those with which OpenCost counts, so that both say the same; default: those of the site. */
    readonly prices: HourlyPrices | undefined;
    /** Where the page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/**
 * Kubecost for this cluster alone, with the prices of the site. It counts for itself: its agent asks
 * kubelets and the API, and Prometheus has no part in it.
 */
export class Kubecost extends System<typeof kubecost> {
    constructor(
        { storage, kubelets, prices, gateway, guards, ...context }: KubecostArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site } = context;
        const { cost } = site;
        if (cost === undefined) {
            throw new Error("kubecost is built without prices: the settings refuse such a stack");
        }
        const replicas = site.replicas("serving");
        const namespace = this.namespace(KUBECOST, {
            tier: "monitoring",
            backup: 2,
            restoreCheck: checks,
            routed: gateway !== undefined && guards !== undefined,
            flows: [
                toApiServer(kubecostPods.agent),
                toApiServer(kubecostPods.aggregator),
                { name: "kubelets", pods: kubecostPods.agent, to: "nodes", ports: [kubeletPort] },
            ],
        });
        this.budget(`${KUBECOST}-frontend`, { namespace, pods: kubecostPods.page }, replicas);
        this.chart(kubecost.charts.kubecost, {
            release: KUBECOST,
            namespace,
            apiGroups: ["kubecost.com"],
            needs: [...storage.ready, ...kubelets, ...ways(namespace)],
            patch: patchKubecost,
            values: kubecostValues({
                cluster: site.cluster.name,
                storageClass: storage.storageClasses.block,
                replicas,
                currency: cost.currency,
                prices: customPrices(prices ?? hourlyPrices({ ...site, cost }), cost),
            }),
        });
        this.observe(namespace);
        if (gateway !== undefined && guards !== undefined) {
            new Route(
                "kubecost-page",
                {
                    site,
                    gateway,
                    host: `${page.host}.${site.domain}`,
                    paths: ["/"],
                    guard: { signOn: guards, page },
                    service: `${KUBECOST}-frontend`,
                    port: kubecostPorts.page,
                    to: { namespace, pods: kubecostPods.page, ports: [kubecostPorts.page] },
                },
                { parent: this },
            );
        }
    }
}

/** Who asks whom inside. */
function ways(namespace: Namespace): readonly pulumi.Resource[] {
    const of = (pods: Endpoint["pods"], port: number) => ({ namespace, pods, ports: [port] });
    const store = of(kubecostPods.store, kubecostPorts.store);
    return [
        ...connect("kubecost-agent-stores", {
            from: { namespace, pods: kubecostPods.agent },
            to: store,
        }),
        ...connect("kubecost-aggregator-reads", {
            from: { namespace, pods: kubecostPods.aggregator },
            to: store,
        }),
        ...connect("kubecost-page-asks", {
            from: { namespace, pods: kubecostPods.page },
            to: of(kubecostPods.aggregator, kubecostPorts.aggregator),
        }),
    ];
}
