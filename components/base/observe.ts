/** How metrics are collected and alerts evaluated: registered here, collected by whoever comes. */
import type { Alert } from "./alert";
import type { PlatformComponent } from "./component";
import { connect } from "./connection";
import type { Foundation } from "./foundation";
import { withLabels } from "./labels";
import { podMonitor, prometheusRule } from "./monitoring-objects";
import { objectivesRule } from "./objective-rules";
import type { Objective } from "./objective";
import type { Namespace } from "./namespace";
import { KubernetesObject, type Manifest } from "./object";
import { jobOf, type Scrape } from "./scrape";

/** Where something is observed, and who observes. */
export interface Observed extends Pick<Foundation, "collector"> {
    readonly namespace: Namespace;
}

function register(
    { namespace, collector }: Observed,
    manifest: Manifest,
    parent: PlatformComponent,
): void {
    const { kind, metadata } = manifest;
    const name = metadata.name ?? "";
    const definition = collector?.definitions.get(`monitoring.coreos.com/${kind}`);
    new KubernetesObject(
        `${name}:${kind}/${namespace.name}/${name}`,
        withLabels(manifest, { name }),
        {
            parent,
            dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
        },
    );
}

/**
 * Has the metrics of some pods collected: the PodMonitor in their own namespace, and the network
 * policies at both ends. Registers nothing where nothing collects.
 */
export function monitor(scrape: Scrape, observed: Observed, parent: PlatformComponent): void {
    const { namespace, collector } = observed;
    if (collector === undefined) {
        return;
    }
    register(observed, podMonitor(namespace.name, scrape), parent);
    collector.scrape({
        job: jobOf(scrape),
        monitor: scrape.name,
        namespace: scrape.namespace ?? namespace.name,
        pods: scrape.pods,
        tried: namespace.tried && scrape.namespace === undefined && scrape.hostNetwork !== true,
    });
    const name = `${scrape.name}-metrics`;
    const ports = [scrape.number];
    if (scrape.hostNetwork === true) {
        // No policy of the pods' namespace selects them; the nodes' firewall lets the pod network in.
        collector.namespace.allow({ name, pods: collector.pods, to: "nodes", ports });
    } else {
        connect(name, { from: collector, to: { namespace, pods: scrape.pods, ports } });
    }
}

/** Whose rules they are. */
export interface RulesOf extends Observed {
    /** Name of the rule or its start, and value of the label `system` of each alert. */
    readonly system: string;
    /** Where the files of the repository are read, for the links to runbooks. */
    readonly repository: string | undefined;
}

/** What a system promises, as a PrometheusRule like {@link alertOn}. */
export function promise(
    objectives: readonly Objective[],
    { system, repository, ...observed }: RulesOf,
    parent: PlatformComponent,
): void {
    if (observed.collector !== undefined) {
        const namespace = observed.namespace.name;
        register(observed, objectivesRule({ system, namespace, repository }, objectives), parent);
    }
}

/**
 * The alerts of a system as a PrometheusRule in its namespace. Registers nothing where nothing
 * collects.
 */
export function alertOn(
    alerts: readonly Alert[],
    { system, repository, ...observed }: RulesOf,
    parent: PlatformComponent,
): void {
    if (observed.collector !== undefined) {
        observed.collector.evaluate(alerts);
        const namespace = observed.namespace.name;
        register(observed, prometheusRule({ system, namespace, repository }, alerts), parent);
    }
}
