import * as pulumi from "@pulumi/pulumi";
import { backupPeriods, kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import type { End } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { type Flow, toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart, image } from "../base/pins";
import { ConfiguredSecret } from "../base/secret";
import { System } from "../base/system";
import { argoCd } from "../delivery/argo-cd";
import { knownHosts, toRepository } from "../delivery/argo-cd-repository";
import type { DeliverySettings, OrderSettings } from "../delivery-schema";
import type { PublicGateway } from "../gateway/public-gateway";
import { certManager } from "../security/cert-manager";
import { kratixAlerts, kratixScrapes } from "./kratix-alerts";
import { kratixDashboards } from "./kratix-dashboards";
import { deliveryRole, ordersApplication, ordersGuard, ordersProject } from "./kratix-delivery";
import { destination, WRITER } from "./kratix-destination";
import { orderFaults } from "./kratix-faults";
import {
    KRATIX,
    kratixConfiguration,
    kratixPods,
    kratixPorts,
    kratixValues,
    patchedKratix,
} from "./kratix-values";
import { orderKind, ORDERS, promise } from "./order-api";
import { orderFiles } from "./order-files";
import { orderingRole, taken } from "./order-people";
import { placeConfigMap, placeProgram } from "./order-program";
import { ORDERED } from "./order-words";
import { vcluster } from "./vcluster";
import { vclusterScrapes } from "./vcluster-alerts";
import { vclusterPorts } from "./vcluster-values";

const NEEDS_ORDERS = "it needs a repository into which orders are written (delivery.orders)";

/** The image as its chart has it, from where it is published: the chart names a proxy that counts. */
const IMAGE =
    "docker.io/syntasso/kratix-platform@sha256:0924f2c94380f89dfe7563715cb79fc5375233296701a0bb62e549a936b54793";

/** Tenants by order. */
export const kratix = define({
    name: "kratix",
    layer: "tenancy",
    purpose:
        "carries out orders of tenants: writes to the repository what an entry of the settings would make, and Argo CD makes it",
    origin: "004: Kratix, whose promises add quotas to every new cluster",
    charts: {
        // The only version that upstream's index has; it is published anew under the same name.
        kratix: chart("kratix", "v0.0.1", "https://syntasso.github.io/helm-charts"),
    },
    images: {
        program: image("docker.io/mikefarah/yq", "4.53.6"),
    },
    secrets: {
        kratixKey: {
            description:
                "private half of a deploy key that may write to `delivery.repository`, as `ssh-keygen -t ed25519` writes it, without a passphrase; its public half is entered at github.com, or your own server, among the deploy keys of the repository",
            neededBecause: () => "delivery.orders is set",
        },
    },
    needs: [argoCd, certManager, vcluster],
    offIn: { dev: NEEDS_ORDERS, staging: NEEDS_ORDERS, prod: NEEDS_ORDERS },
    capabilities: {
        metrics: kratixScrapes,
        alerts: kratixAlerts,
        dashboards: kratixDashboards,
        routes: none("people order with kubectl"),
        signOn: none("people sign on to the cluster"),
        backup: kept(1, "the orders themselves; what they make is in the repository"),
        sizing: { by: "one of two leads; each order runs one program for some seconds" },
        flows: "declared",
        retention: none(
            "an order is there until somebody deletes it; of its programs two are kept",
        ),
    },
    check: (_, site) => orderFaults(site),
    requiredBecause: ({ delivery }) =>
        delivery?.orders === undefined ? undefined : "delivery.orders is set",
});

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-06",
        resource: "ClusterRole/kratix-platform-manager-role",
        reason:
            "It gives what carries orders out every verb over orders and over what becomes of them " +
            "(ae170e2: api/v1alpha1/pipeline_factory.go, role), and nobody may give what he does not have.",
        guard: "the stars are about these two kinds alone; upstream's right to give any right to anybody is taken out",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link Kratix}. */
export interface KratixArgs extends SystemContext<typeof kratix> {
    /** Delivers what it writes. */
    readonly delivering: readonly pulumi.Resource[];
    /** Through which people reach virtual clusters; undefined where nobody does. */
    readonly gateway: PublicGateway | undefined;
    /** Signs the certificate of its webhook. */
    readonly certificates: readonly pulumi.Resource[];
}

/**
 * Kratix, which carries out one kind of order: a tenant. What it makes of one is what the program makes
 * of an entry in `tenants`, in a namespace of its own kind, so that each object has one owner: of
 * entries this program, of orders the repository.
 */
export class Kratix extends System<typeof kratix> {
    constructor(
        { delivering, gateway, certificates, ...context }: KratixArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site } = context;
        const { delivery } = site;
        const orders = delivery?.orders;
        if (delivery === undefined || orders === undefined) {
            throw new Error("kratix is built without a repository for orders");
        }
        const home = this.controller(context, delivery, certificates);
        const place = this.orders(context, orders, gateway?.proxies);
        const ready = [...this.ready, ...delivering];
        const [store, where] = destination(delivery, orders);
        const made = this.object(where, {
            dependsOn: [
                ...this.definition("platform.kratix.io/Destination"),
                this.object(store, {
                    dependsOn: [...this.definition("platform.kratix.io/GitStateStore"), ...ready],
                }),
            ],
        });
        this.object(promise(placeProgram(kratix.images.program.reference), taken(site.tenants)), {
            dependsOn: [
                ...this.definition("platform.kratix.io/Promise"),
                ...[...place, made, ...ready],
            ],
        });
        this.deliver(context, delivery, orders, delivering);
        for (const { tier } of backupPeriods) {
            context.backups.take(`${ORDERED}${tier}-*`, tier);
        }
        this.observe(home);
    }

    /** Kratix itself, with what it writes to the repository with. */
    private controller(
        { site, secret }: SystemContext<typeof kratix>,
        delivery: DeliverySettings,
        certificates: readonly pulumi.Resource[],
    ): Namespace {
        const webhook: Flow = {
            name: "webhook",
            pods: kratixPods,
            from: "api-server",
            ports: [kratixPorts.webhook],
        };
        const namespace = this.namespace(KRATIX, {
            tier: "platform",
            backup: none("it keeps nothing: what it wrote is in the repository"),
            flows: [toApiServer(kratixPods), webhook, ...toRepository(delivery, kratixPods)],
        });
        const writer = new ConfiguredSecret(
            WRITER,
            {
                namespace,
                values: {
                    sshPrivateKey: secret("kratixKey"),
                    knownHosts: pulumi.output(knownHosts(delivery)),
                },
                // Of Secrets it keeps those alone that have it.
                labels: { "app.kubernetes.io/part-of": "kratix" },
                rotation: { owner: "platform-admin", days: 180 },
            },
            { parent: this },
        );
        const configuration = this.object(kratixConfiguration, {
            dependsOn: [namespace.object],
        });
        const replicas = site.replicas("serving");
        this.chart(kratix.charts.kratix, {
            namespace,
            apiGroups: ["platform.kratix.io"],
            needs: [writer.object, configuration, ...certificates],
            patch: (manifest) => patchedKratix({ replicas, image: IMAGE }, manifest),
            values: kratixValues(IMAGE),
        });
        this.budget("kratix", { namespace, pods: kratixPods }, replicas);
        return namespace;
    }

    /** Where people order, and what orders are carried out with. */
    private orders(
        context: SystemContext<typeof kratix>,
        { most }: OrderSettings,
        proxies: End | undefined,
    ): readonly pulumi.Resource[] {
        const namespace = this.namespace(ORDERS, {
            tier: "platform",
            backup: 1,
            quota: {
                [`count/${orderKind.plural}.${orderKind.group}`]: String(most),
            },
            flows: [toApiServer()],
        });
        const inside = { dependsOn: [...namespace.guardrails] };
        proxies?.namespace.allow({
            name: "ordered-clusters",
            pods: proxies.pods,
            to: "tenants",
            ports: [vclusterPorts.api],
        });
        return [
            this.object(
                placeConfigMap(
                    orderFiles(
                        context,
                        { pin: vcluster.charts.vcluster, dns: vcluster.images.dns.reference },
                        proxies,
                    ),
                ),
                inside,
            ),
            ...orderingRole().map((manifest) => this.object(manifest, inside)),
        ];
    }

    /** What Argo CD delivers, and what it may do for that. */
    private deliver(
        { collector, developers }: SystemContext<typeof kratix>,
        delivery: DeliverySettings,
        orders: OrderSettings,
        delivering: readonly pulumi.Resource[],
    ): void {
        const guard = ordersGuard(delivery).map((manifest) => this.object(manifest));
        // What it may do comes after what holds it back.
        const rights = deliveryRole(developers?.role).map((manifest) =>
            this.object(manifest, { dependsOn: guard }),
        );
        const project = this.object(ordersProject(delivery), {
            dependsOn: [...delivering, ...rights],
        });
        this.object(ordersApplication(delivery, orders), { dependsOn: [project] });
        for (const { name, number } of vclusterScrapes) {
            collector?.namespace.allow({
                name: `ordered-${name}`,
                pods: collector.pods,
                to: "tenants",
                ports: [number],
            });
        }
    }
}
