import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { dnsServiceAddress } from "../addresses";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { type AnyDefinition, define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { Collector, SystemContext } from "../base/foundation";
import { chart, image } from "../base/pins";
import { System } from "../base/system";
import { kubePrometheusStack } from "../observability/kube-prometheus-stack";
import { certManager } from "../security/cert-manager";
import { CHAOS_MESH, scheduleOf, weekly } from "./chaos-manifests";
import {
    chaosControllerPods,
    chaosDaemonPods,
    chaosMeshAlerts,
    chaosMeshScrapes,
    chaosPorts,
} from "./chaos-mesh-alerts";
import { chaosMeshDashboards } from "./chaos-mesh-dashboards";
import { chaosMeshValues, patchedChaosMesh } from "./chaos-mesh-values";
import { scenarios, subjects } from "./chaos-scenarios";

/** What breaks things on purpose. */
export const chaosMesh = define({
    name: "chaosMesh",
    layer: "backup",
    purpose: "breaks pods on purpose, to see whether what is promised holds",
    origin: "002, 003.15: failures on purpose, and what must hold",
    charts: { chaosMesh: chart("chaos-mesh", "2.8.3", "https://charts.chaos-mesh.org") },
    images: { pause: image("registry.k8s.io/pause", "3.10.1") },
    needs: [certManager, kubePrometheusStack],
    offIn: {
        dev: "there is no second replica that could take over",
        prod: "its daemon is as good as root on every worker, and staging has the same names",
    },
    settings: {
        schedules: z
            .boolean()
            .optional()
            .describe(
                "break something every few hours on weekdays ([scenarios](chaos.md)); default: yes, but not in prod, where only a person starts one",
            ),
    },
    capabilities: {
        metrics: chaosMeshScrapes,
        alerts: chaosMeshAlerts,
        dashboards: chaosMeshDashboards,
        routes: none("its dashboard, which could break anything, is not there"),
        signOn: none("nobody signs on to it"),
        backup: none("the program writes the scenarios anew"),
        sizing: { by: "one daemon on each worker, which does little but wait" },
        flows: "declared",
        retention: none(
            "the last three experiments of each scenario stay as objects; what they did is in metrics",
        ),
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${CHAOS_MESH}/chaos-daemon`,
        reason:
            "It cuts off, slows and stops the programs of other pods, so it is privileged and holds the " +
            "socket of containerd, which is as good as root on the node.",
        guard:
            "only the controller reaches it, with a certificate that it asks for; it has no account of " +
            "the API, breaks pods of annotated namespaces alone, and prod has it only when asked for",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link ChaosMesh}. */
export interface ChaosMeshArgs extends SystemContext<typeof chaosMesh> {
    /** Who measures whether what is promised holds, and knows where the pods are. */
    readonly collector: Collector;
    /** What signs the certificates of its webhooks. */
    readonly certificates: readonly pulumi.Resource[];
    /** The systems that are on, whose promises are tried. */
    readonly definitions: readonly AnyDefinition[];
}

/**
 * Chaos Mesh, and a Schedule for each scenario where they are wanted. It breaks pods of namespaces
 * alone that say so by their annotation: never those of storage and of the control plane.
 */
export class ChaosMesh extends System<typeof chaosMesh> {
    constructor(
        { certificates, definitions, ...context }: ChaosMeshArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings, collector } = context;
        const namespace = this.namespace(CHAOS_MESH, {
            tier: "platform",
            backup: none("the program writes the scenarios anew"),
            podSecurity: "privileged",
            flows: [
                toApiServer(chaosControllerPods),
                {
                    name: "webhooks",
                    pods: chaosControllerPods,
                    from: "api-server",
                    ports: [chaosPorts.webhook],
                },
            ],
        });
        const pods = chaosControllerPods;
        const ways = connect("chaos-daemons", {
            from: { namespace, pods },
            to: { namespace, pods: chaosDaemonPods, ports: [chaosPorts.daemon] },
        });
        const replicas = site.replicas("critical");
        this.budget("chaos-controller-manager", { namespace, pods }, replicas);
        this.chart(chaosMesh.charts.chaosMesh, {
            release: CHAOS_MESH,
            namespace,
            apiGroups: ["chaos-mesh.org"],
            needs: [...certificates, ...ways],
            patch: patchedChaosMesh,
            values: chaosMeshValues(replicas, chaosMesh.images.pause.reference),
        });
        if (settings.schedules ?? site.profile !== "prod") {
            this.schedule(context.site, definitions, collector);
        }
        this.observe(namespace);
    }

    private schedule(
        site: SystemContext<typeof chaosMesh>["site"],
        definitions: readonly AnyDefinition[],
        { scraped }: Pick<Collector, "scraped">,
    ): void {
        const workers = site.workers.map(({ name }) => name);
        const all = scenarios(subjects(definitions), scraped, workers);
        const times = weekly(all.length);
        const dns = dnsServiceAddress(site.network.services);
        all.forEach((scenario, index) => {
            this.object(scheduleOf(scenario, times[index] ?? "", dns), {
                dependsOn: [...this.definition("chaos-mesh.org/Schedule"), ...this.ready],
            });
        });
    }
}
