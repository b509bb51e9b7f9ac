import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings";
import { Chart, type ChartArgs } from "./chart";
import type { ChartRenderer } from "./chart-renderer";
import { type Layer, PlatformComponent } from "./component";
import type { Exception } from "./exceptions";
import type { NetworkMap } from "./flows";
import { type Ownership, withLabels } from "./labels";
import { Namespace, type NamespaceArgs } from "./namespace";
import { KubernetesObject, type ManifestInput, objectKey, withoutWaiting } from "./object";

/** What every system gets besides its own arguments. */
export interface PlatformContext {
    readonly settings: Settings;
    readonly renderer: ChartRenderer;
    readonly network: NetworkMap;
    /** Port of the Kubernetes API, for declared flows. */
    readonly apiServerPort: number;
}

/** Arguments of a system that needs nothing but the context. */
export interface SystemArgs {
    readonly context: PlatformContext;
}

/**
 * One system of the platform: its namespace, its chart and its own objects as children. Subclasses
 * declare values and flows; this class only spares them the wiring.
 */
export abstract class System extends PlatformComponent {
    protected readonly context: PlatformContext;
    private readonly system: string;

    protected constructor(
        layer: Layer,
        kind: string,
        name: string,
        { context, exceptions = [] }: SystemArgs & { exceptions?: readonly Exception[] },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(layer, kind, name, { exceptions }, opts);
        this.context = context;
        this.system = name;
    }

    /** The system's namespace with its guardrails. */
    protected namespace(name: string, args: Omit<NamespaceArgs, "network">): Namespace {
        return new Namespace(name, { ...args, network: this.context.network }, { parent: this });
    }

    /** A chart of the system. */
    protected chart(
        name: string,
        args: Omit<ChartArgs, "renderer" | "allowMissing" | "awaitOperators">,
    ): Chart {
        const { renderer, settings } = this.context;
        const { allowMissing } = settings.charts;
        const { awaitOperators } = settings.cluster;
        const chartArgs = { ...args, renderer, allowMissing, awaitOperators };
        return new Chart(name, chartArgs, { parent: this });
    }

    /**
     * An object that the system writes itself.
     *
     * @param owner labels; default: the system's name for all of them
     */
    protected object(
        manifest: ManifestInput,
        opts: pulumi.CustomResourceOptions = {},
        owner: Ownership = { name: this.system },
    ): KubernetesObject {
        const { awaitOperators } = this.context.settings.cluster;
        return new KubernetesObject(
            `${this.system}:${objectKey(manifest)}`,
            withLabels(awaitOperators ? manifest : withoutWaiting(manifest), owner),
            pulumi.mergeOptions({ parent: this }, opts),
        );
    }
}
