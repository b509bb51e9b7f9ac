import * as pulumi from "@pulumi/pulumi";
import type { ChartPin } from "./pins";
import type { ChartRenderer, ChartValues, Rendering, RenderRequest } from "./chart-renderer";
import { PlatformComponent } from "./component";
import { annotatePods, podLabelsOf } from "./containers";
import { CustomResourceDefinition } from "./crd";
import { decideHooks, type HookDecision } from "./hooks";
import { type Ownership, withLabels } from "./labels";
import { calledFromOutside } from "../../operators/ambient";
import { KubernetesObject, type Manifest, objectKey, withoutWaiting } from "./object";
import type { Namespace } from "./namespace";
import { definedKind, groupKind, isBuiltIn, isCrd, ObjectScopes } from "./scope";

/** What a system says about its chart. */
export interface ChartArgs {
    readonly renderer: Pick<ChartRenderer, "render">;
    readonly pin: ChartPin;
    /** Namespace of the release; none for charts that hold cluster-scoped objects only. */
    readonly namespace?: Namespace;
    /** What must be there before the chart's workloads start: CRDs, certificates, Secrets. */
    readonly needs?: readonly pulumi.Resource[];
    /** Release name; default: the component's name. */
    readonly release?: string;
    readonly values: ChartValues;
    /**
     * API groups of the CRDs that the chart brings: who judges the stack must know where a CRD would
     * come from also when the chart could not be rendered.
     */
    readonly apiGroups?: readonly string[];
    /** One decision for each hook of the chart, test hooks excepted. */
    readonly hooks?: readonly HookDecision[];
    /** Last change to a rendered object, for what the values cannot say; undefined drops it. */
    readonly patch?: (manifest: Manifest) => Manifest | undefined;
    /** Options of single objects (`ignoreChanges`, `customTimeouts` ...), each with its reason. */
    readonly objectOptions?: (manifest: Manifest) => pulumi.CustomResourceOptions | undefined;
    /** Whether `pulumi.com/waitFor` is honoured. */
    readonly awaitOperators: boolean;
    /** A missing archive is listed by the preview instead of failing the program. */
    readonly allowMissing: boolean;
}

/** Kinds that start pods. */
const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]);
/** Kinds of which a running pod is what others wait for. */
const SERVING = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/**
 * 0: CRDs, 1: everything else, 2: what the API server calls. That must find its backend ready, and
 * go before it: while an APIService has no backend, no namespace of the cluster can be deleted.
 */
function phase(manifest: Manifest): 0 | 1 | 2 {
    if (isCrd(manifest)) {
        return 0;
    }
    return manifest.kind.endsWith("WebhookConfiguration") || manifest.kind === "APIService" ? 2 : 1;
}

/** Pods that an end outside of the mesh calls are reached past it; others are left as they are. */
function reachable(manifest: Manifest, namespace: Namespace | undefined): Manifest {
    const labels = podLabelsOf(manifest);
    return labels !== undefined && namespace?.isCalledFromOutside(labels) === true
        ? annotatePods(manifest, calledFromOutside)
        : manifest;
}

/**
 * The objects of a chart, or why there are none.
 *
 * @throws RunError with that reason where none may be missing
 */
export function renderOrSay(
    renderer: ChartArgs["renderer"],
    request: RenderRequest,
    allowMissing: boolean,
): Rendering {
    const rendering = renderer.render(request);
    if (!rendering.rendered && !allowMissing) {
        const { chart, version } = request.pin;
        throw new pulumi.RunError(`Chart ${chart} ${version}: ${rendering.reason}.`);
    }
    return rendering;
}

/** Where the objects of a chart go, and how they change on the way. */
export interface ChartObjects extends Pick<ChartArgs, "patch"> {
    /** Name of the component: `app.kubernetes.io/name` of objects that have none. */
    readonly name: string;
    readonly namespace: string;
}

/** The objects of a chart in their namespace, with their labels and the last change. Pure. */
export function labelledObjects(
    objects: readonly Manifest[],
    { name, namespace, patch }: ChartObjects,
): Manifest[] {
    const owner: Ownership = { name };
    const scopes = new ObjectScopes(objects);
    return objects
        .map((manifest) => scopes.inNamespace(manifest, namespace))
        .map((manifest) => withLabels(manifest, owner))
        .flatMap((manifest) => (patch ? (patch(manifest) ?? []) : manifest));
}

/**
 * A Helm chart, rendered in the program: each object is registered by itself, synchronously, so
 * that policies see it and a `dependsOn` on it waits for it. CRDs come first, webhook
 * configurations and APIServices last.
 */
export class Chart extends PlatformComponent {
    /** The CRDs of the chart by `<group>/<Kind>`; custom resources depend on theirs. */
    readonly definitions: ReadonlyMap<string, CustomResourceDefinition>;
    /** What must run before anything may use the system: its workloads and webhooks. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { renderer, pin, ...args }: ChartArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const release = args.release ?? name;
        const { namespace } = args;
        const request = {
            pin,
            release,
            namespace: namespace?.name ?? "default",
            values: args.values,
        };
        const rendering = renderOrSay(renderer, request, args.allowMissing);
        const objects = rendering.rendered
            ? decideHooks(pin.chart, rendering.objects, args.hooks ?? [])
            : [];
        super(
            "base",
            "Chart",
            name,
            {
                chart: pin.chart,
                version: pin.version,
                repository: pin.repository,
                digest: rendering.rendered ? rendering.digest : undefined,
                namespace: namespace?.name,
                apiGroups: [...(args.apiGroups ?? [])],
                rendered: rendering.rendered,
                reason: rendering.rendered ? undefined : rendering.reason,
                cause: rendering.rendered ? undefined : rendering.cause,
                objects: objects.length,
            },
            opts,
        );
        const manifests = labelledObjects(objects, { ...args, name, namespace: request.namespace })
            .map((manifest) => reachable(manifest, namespace))
            .map((manifest) => (args.awaitOperators ? manifest : withoutWaiting(manifest)));
        const of = (wanted: 0 | 1 | 2) =>
            manifests.filter((manifest) => phase(manifest) === wanted);
        const nameOf = (manifest: Manifest) => `${name}:${objectKey(manifest)}`;
        const optionsOf = (manifest: Manifest, dependsOn: readonly pulumi.Resource[]) =>
            pulumi.mergeOptions(
                { parent: this, dependsOn: [...dependsOn] },
                args.objectOptions?.(manifest) ?? {},
            );
        const register = (manifest: Manifest, dependsOn: readonly pulumi.Resource[]) => {
            const inNamespace =
                namespace !== undefined && manifest.metadata.namespace === namespace.name;
            const before = [...(inNamespace ? [namespace.object] : []), ...dependsOn];
            return new KubernetesObject(nameOf(manifest), manifest, optionsOf(manifest, before));
        };
        const definitions = new Map<string, CustomResourceDefinition>();
        const crds = of(0);
        for (const crd of crds) {
            // The last one waits for the others, so that workloads have to name only one.
            const before = crd === crds.at(-1) ? [...definitions.values()] : [];
            const resource = new CustomResourceDefinition(nameOf(crd), crd, optionsOf(crd, before));
            definitions.set(definedKind(crd), resource);
        }
        this.definitions = definitions;
        const needs = [
            // Controllers watch their own CRDs from their start on.
            ...this.definitions.values(),
            ...(namespace?.guardrails ?? []),
            ...(args.needs ?? []),
        ];
        const workloads: KubernetesObject[] = [];
        for (const manifest of of(1)) {
            if (WORKLOADS.has(manifest.kind)) {
                const workload = register(manifest, needs);
                if (SERVING.has(manifest.kind)) {
                    workloads.push(workload);
                }
            } else {
                // A custom resource needs its CRD, from this chart or from another system's.
                const definition = this.definitions.get(groupKind(manifest));
                const others = isBuiltIn(manifest) ? [] : (args.needs ?? []);
                register(manifest, definition === undefined ? others : [definition]);
            }
        }
        // A webhook whose backend does not answer refuses every object it is asked about.
        const webhooks = of(2).map((manifest) => register(manifest, workloads));
        this.ready = [...workloads, ...webhooks];
    }
}
