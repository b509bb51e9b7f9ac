import type * as pulumi from "@pulumi/pulumi";
import type { Alert } from "./alert";
import { PlatformComponent } from "./component";
import type { Foundation } from "./foundation";
import { withLabels } from "./labels";
import { prometheusRule } from "./monitoring-objects";
import type { Namespace } from "./namespace";
import { KubernetesObject } from "./object";

/** Arguments of {@link Alerts}. */
export interface AlertsArgs extends Pick<Foundation, "collector" | "site"> {
    readonly namespace: Namespace;
    readonly alerts: readonly Alert[];
}

/** The alerts of a system, as a PrometheusRule in its own namespace. */
export class Alerts extends PlatformComponent {
    constructor(
        name: string,
        { namespace, collector, alerts, site: { repository } }: AlertsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("base", "Alerts", name, {}, opts);
        if (collector === undefined) {
            return;
        }
        const definition = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
        new KubernetesObject(
            `${name}:PrometheusRule/${namespace.name}/${name}`,
            withLabels(
                prometheusRule({ system: name, namespace: namespace.name, repository }, alerts),
                { name },
            ),
            {
                parent: this,
                dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
            },
        );
    }
}
