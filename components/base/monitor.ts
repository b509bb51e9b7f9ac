import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "./component";
import { Connection } from "./connection";
import type { Foundation } from "./foundation";
import { withLabels } from "./labels";
import { podMonitor } from "./monitoring-objects";
import type { Namespace } from "./namespace";
import { KubernetesObject } from "./object";
import type { Scrape } from "./scrape";

/** Arguments of {@link Monitor}. */
export interface MonitorArgs extends Pick<Foundation, "collector"> {
    /** Namespace of the pods. */
    readonly namespace: Namespace;
    readonly scrape: Scrape;
}

/**
 * Has the metrics of some pods collected: the PodMonitor in their own namespace, and the network
 * policies at both ends. Registers nothing where nothing collects.
 */
export class Monitor extends PlatformComponent {
    constructor(
        name: string,
        { namespace, collector, scrape }: MonitorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("base", "Monitor", name, {}, opts);
        if (collector === undefined) {
            return;
        }
        const monitor = withLabels(podMonitor(namespace.name, scrape), { name });
        const definition = collector.definitions.get("monitoring.coreos.com/PodMonitor");
        new KubernetesObject(`${name}:PodMonitor/${namespace.name}/${name}`, monitor, {
            parent: this,
            dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
        });
        const ports = [scrape.number];
        if (scrape.hostNetwork === true) {
            // No policy of the pods' namespace selects them; the nodes' firewall lets the pod network in.
            const flow = { name: `${name}-metrics`, pods: collector.pods, ports } as const;
            collector.namespace.allow({ ...flow, to: "nodes" }, this, name);
        } else {
            const to = { namespace, pods: scrape.pods, ports };
            new Connection(`${name}-metrics`, { from: collector, to }, { parent: this });
        }
    }
}
