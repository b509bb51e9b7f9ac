/** What everything on the platform stands on, whatever layer it is in. */
import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "../site";
import type { AdmissionExceptions } from "./admission";
import type { Alert } from "./alert";
import type { BackupPlan } from "./backup-tier";
import type { ChartRenderer } from "./chart-renderer";
import type { End } from "./connection";
import type { Developers } from "./developers";
import type { AnyDefinition, SecretOf, SettingsOf } from "./definition";
import type { NetworkMap } from "./flows";
import type { SecretPlan } from "./secret-plan";

/** What every component may use. */
export interface Foundation {
    readonly site: Site;
    readonly renderer: Pick<ChartRenderer, "render">;
    readonly network: NetworkMap;
    /** What each namespace says of its backups. */
    readonly backups: BackupPlan;
    /** What is kept secret, and how often each was renewed. */
    readonly secrets: SecretPlan;
    /** What each system says of exceptions, for whoever enforces policies in the cluster. */
    readonly admission: AdmissionExceptions;
    /** What pods wait for: their PriorityClasses and, from the network on, the pod network. */
    readonly pods: readonly pulumi.Resource[];
    /** Who collects metrics; undefined when nothing may be scraped. */
    readonly collector: Collector | undefined;
    /** Who deploys into namespaces of applications; undefined when no role for people is made. */
    readonly developers: Developers | undefined;
}

/** Pods of which metrics are collected. */
export interface ScrapedPods {
    /** Value of the label `job` of their metrics. */
    readonly job: string;
    /** Name of their monitor, unique in their namespace. */
    readonly monitor: string;
    readonly namespace: string;
    readonly pods: Readonly<Record<string, string>>;
    /** They may be broken on purpose. */
    readonly tried: boolean;
}

/** What collects metrics, by name: it comes long after what it scrapes. */
export interface Collector extends End {
    /** The CRDs of monitors and rules, which these depend on. */
    readonly definitions: ReadonlyMap<string, pulumi.Resource>;
    /** The alerts that are evaluated so far; whoever routes them comes last. */
    readonly evaluated: readonly Alert[];
    /** Notes alerts that are evaluated. */
    evaluate(alerts: readonly Alert[]): void;
    /** The pods that are scraped so far; whoever tries what they promise comes last. */
    readonly scraped: readonly ScrapedPods[];
    /** Notes pods that are scraped. */
    scrape(pods: ScrapedPods): void;
}

/** What one system gets: the foundation and its own settings, nobody else's. */
export interface SystemContext<D extends AnyDefinition> extends Foundation {
    readonly definition: D;
    readonly settings: SettingsOf<D>;
    /** A secret of the system; reading the settings has made sure that it is there if needed. */
    readonly secret: (key: SecretOf<D>) => pulumi.Output<string>;
}
