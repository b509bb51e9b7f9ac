import type * as pulumi from "@pulumi/pulumi";
import type { Alert } from "../base/alert";
import { PlatformComponent } from "../base/component";
import type { Collector, Foundation, ScrapedPods } from "../base/foundation";
import { Namespace } from "../base/namespace";
import type { PrometheusOperatorCrds } from "./prometheus-operator-crds";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs extends Pick<Foundation, "network" | "backups" | "secrets"> {
    readonly definitions: PrometheusOperatorCrds["definitions"];
}

/**
 * The namespace of what collects metrics. It is there from the start, because what is scraped lets
 * the collector in by name; the collector itself comes after everything that it scrapes.
 */
export class Monitoring extends PlatformComponent implements Collector {
    readonly namespace: Namespace;
    /** Pods of Prometheus, as its operator labels them. */
    readonly pods = { "app.kubernetes.io/name": "prometheus" };
    /** As the chart kube-prometheus-stack names it for its release. */
    readonly account = "kube-prometheus-stack-prometheus";
    readonly definitions: PrometheusOperatorCrds["definitions"];
    private readonly noted: Alert[] = [];
    private readonly notedPods: ScrapedPods[] = [];

    constructor(
        name: string,
        { network, backups, secrets, definitions }: MonitoringArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("foundation", "Monitoring", name, {}, opts);
        this.definitions = definitions;
        this.namespace = new Namespace(
            "monitoring",
            { tier: "monitoring", backup: 1, routed: true, flows: [], network, backups, secrets },
            { parent: this },
        );
    }

    get evaluated(): readonly Alert[] {
        return this.noted;
    }

    evaluate(alerts: readonly Alert[]): void {
        this.noted.push(...alerts);
    }

    get scraped(): readonly ScrapedPods[] {
        return this.notedPods;
    }

    scrape(pods: ScrapedPods): void {
        this.notedPods.push(pods);
    }
}
