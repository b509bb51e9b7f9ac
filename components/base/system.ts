import { componentName } from "./component-name";
import * as pulumi from "@pulumi/pulumi";
import { podDisruptionBudget } from "./availability";
import { isLack, isTried, type Lack } from "./capabilities";
import { Chart, type ChartArgs } from "./chart";
import type { PlatformInputs } from "./component";
import type { End } from "./connection";
import type { CustomResourceDefinition } from "./crd";
import type { AnyDefinition } from "./definition";
import type { SystemContext } from "./foundation";
import { Namespace, type NamespaceArgs } from "./namespace";
import { alertOn, monitor, promise } from "./observe";
import { Part } from "./part";
import type { ChartPin } from "./pins";
import { metricsByJob, type Scrape } from "./scrape";

/** What differs from what follows of the definition; for a system of several components. */
export interface SystemOptions extends PlatformInputs {
    /** Name of the component and prefix of its objects; default: the definition's, with hyphens. */
    readonly name?: string;
    /** Last part of the type; default: the definition's name with a capital. */
    readonly kind?: string;
}

function capitalized(name: string): string {
    return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What the scrapes of a system bring, for the policies. */
function exposedBy(metrics: readonly Scrape[] | Lack): Pick<PlatformInputs, "exposes"> {
    return isLack(metrics) ? {} : { exposes: metricsByJob(metrics) };
}

/**
 * One system of the platform, or one of its components: namespace, chart and own objects as
 * children. Subclasses say what is peculiar; this class spares them the wiring.
 */
export abstract class System<D extends AnyDefinition> extends Part {
    private readonly awaited: pulumi.Resource[] = [];
    /** What lets its excepted workloads in, where admission would refuse them. */
    private readonly excepted: readonly pulumi.Resource[];
    private readonly crds = new Map<string, CustomResourceDefinition>();

    protected constructor(
        private readonly context: SystemContext<D>,
        { name, kind, ...inputs }: SystemOptions,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { definition } = context;
        super(
            definition.layer,
            kind ?? capitalized(definition.name),
            name ?? componentName(definition.name),
            context,
            context.collector === undefined
                ? inputs
                : { ...inputs, ...exposedBy(definition.capabilities.metrics) },
            opts,
        );
        this.excepted = context.admission.take(inputs.exceptions ?? []);
    }

    /** What must run before anything may use the system. */
    get ready(): readonly pulumi.Resource[] {
        return this.awaited;
    }

    /** The CRDs of its charts by `<group>/<Kind>`; custom resources depend on theirs. */
    get definitions(): ReadonlyMap<string, CustomResourceDefinition> {
        return this.crds;
    }

    /** What a custom resource of a kind, `<group>/<Kind>`, waits for; nothing if no chart brought it. */
    protected definition(kind: string): readonly pulumi.Resource[] {
        const found = this.crds.get(kind);
        return found === undefined ? [] : [found];
    }

    /** Whoever uses the system waits for these, besides the workloads of its charts. */
    protected waitFor(...resources: readonly pulumi.Resource[]): void {
        this.awaited.push(...resources);
    }

    /** The system's namespace with its guardrails. */
    protected namespace(
        name: string,
        args: Omit<NamespaceArgs, "network" | "backups" | "secrets" | "developers">,
    ): Namespace {
        const { network, backups, secrets, developers, definition } = this.context;
        const tried = isTried(definition.capabilities);
        const given = { network, backups, secrets, developers };
        return new Namespace(name, { tried, ...args, ...given }, { parent: this });
    }

    /**
     * A chart of the system, named as upstream names it. Its workloads wait for the pod network, for
     * what excepts them, and for `needs`.
     */
    protected chart(
        pin: ChartPin,
        {
            component = pin.chart,
            ...args
        }: Omit<ChartArgs, "renderer" | "pin" | "allowMissing" | "awaitOperators"> & {
            /** Name of the component, of a chart that is there more than once; default: the chart's. */
            readonly component?: string;
        },
    ): Chart {
        const { renderer, site, pods } = this.context;
        const chart = new Chart(
            component,
            {
                ...args,
                pin,
                renderer,
                needs: [...pods, ...this.excepted, ...(args.needs ?? [])],
                allowMissing: site.charts.allowMissing,
                awaitOperators: site.cluster.awaitOperators,
            },
            { parent: this },
        );
        chart.definitions.forEach((object, kind) => this.crds.set(kind, object));
        this.waitFor(...chart.ready);
        return chart;
    }

    /** The PodDisruptionBudget of a workload; none for a single replica. */
    protected budget(name: string, { namespace, pods }: End, replicas: number): void {
        for (const manifest of podDisruptionBudget(name, namespace.name, pods, replicas)) {
            this.object(manifest, { dependsOn: [namespace.object] });
        }
    }

    /**
     * Monitors, alerts and objectives as the definition answers for them.
     *
     * @param namespace where the pods are that offer metrics; it also holds the alerts
     * @param others further namespaces of the system, of scrapes that name theirs
     */
    protected observe(namespace: Namespace, ...others: readonly Namespace[]): void {
        const { definition, collector, site } = this.context;
        const { metrics, alerts, objectives } = definition.capabilities;
        const { repository } = site;
        const rules = {
            namespace,
            collector,
            system: componentName(definition.name),
            repository,
        };
        const scrapes = isLack(metrics) ? [] : metrics;
        for (const scrape of scrapes.filter(({ byChart }) => byChart !== true)) {
            const home = others.find(({ name }) => name === scrape.namespace) ?? namespace;
            monitor(scrape, { namespace: home, collector }, this);
        }
        if (!isLack(alerts)) {
            alertOn(alerts, rules, this);
        }
        if (objectives !== undefined) {
            promise(objectives, rules, this);
        }
    }
}
