import * as pulumi from "@pulumi/pulumi";
import { noteDependencies, withoutImplied } from "./dependencies";

/** A list as it is; of anything else none. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether a value is an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The metadata of a Kubernetes object, as far as the platform sets it; annotations may be outputs. */
export interface ObjectMetadataInput {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
    readonly [field: string]: unknown;
}

/** The same, where everything is known. */
export interface ObjectMetadata extends ObjectMetadataInput {
    readonly annotations?: Readonly<Record<string, string>>;
}

/** A Kubernetes object as it is written in YAML. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: ObjectMetadata;
    readonly [field: string]: unknown;
}

/** The same, where single values may still be outputs of other resources. */
export type ManifestInput = Omit<Manifest, "metadata"> & {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: ObjectMetadataInput;
    readonly [field: string]: pulumi.Input<unknown>;
};

/** `Kind/namespace/name`, or `Kind/name` for a cluster-scoped object. */
export function objectKey({ kind, metadata }: Manifest | ManifestInput): string {
    return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/");
}

/** The Pulumi type token of an object: `kubernetes:<apiVersion>:<Kind>`, the core group `core/v1`. */
export function typeToken({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
    return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/**
 * The Pulumi type of a CRD. It is none of the Kubernetes provider: a provider of this repository
 * applies CRDs, so that their schemas stay out of the state (docs/decisions/0008-crds-by-digest.md).
 */
export const crdType = "crd:index:CustomResourceDefinition";

/** Whether resources of a Pulumi type are Kubernetes objects. */
export function isObjectType(type: string): boolean {
    return type.startsWith("kubernetes:") || type === crdType;
}

function isEmpty(value: unknown): boolean {
    return typeof value === "object" && Object.keys(value ?? {}).length === 0;
}

function withoutEmpty<T extends object>(object: T, fields: readonly string[]): T {
    const entries = Object.entries(object);
    return Object.fromEntries(
        entries.filter(([key, value]) => !fields.includes(key) || !isEmpty(value)),
    ) as T;
}

/**
 * The object without empty (or null) maps and lists that the API server drops: left in, every update would
 * want to add them again.
 */
function normalized(manifest: ManifestInput): ManifestInput {
    const metadata = withoutEmpty(manifest.metadata, ["annotations", "labels"]);
    return withoutEmpty({ ...manifest, metadata }, ["rules"]);
}

/** The object without the annotation that makes the Kubernetes provider wait for its status. */
export function withoutWaiting<T extends Manifest | ManifestInput>(manifest: T): T {
    const { annotations, ...metadata } = manifest.metadata;
    const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== "pulumi.com/waitFor");
    return kept.length === Object.keys(annotations ?? {}).length
        ? manifest
        : { ...manifest, metadata: { ...metadata, annotations: Object.fromEntries(kept) } };
}

/**
 * Each value of a Secret is secret by itself: were it the whole, one that only the update knows would
 * hide the others, and the names of the keys, from whoever judges the plan.
 */
function withSecretData(manifest: ManifestInput): pulumi.Inputs {
    const secret = (values: unknown): unknown =>
        isRecord(values) && !pulumi.Output.isInstance(values)
            ? Object.fromEntries(
                  Object.entries(values).map(([key, value]) => [key, pulumi.secret(value)]),
              )
            : pulumi.secret(values);
    const data = ["data", "stringData"]
        .filter((field) => field in manifest)
        .map((field) => [field, secret(manifest[field])] as const);
    return { ...manifest, ...Object.fromEntries(data) };
}

/**
 * Any Kubernetes object. One small class instead of the hundreds of typed ones: rendered charts
 * bring kinds that no SDK knows, and the type token is all that the engine and the Kubernetes
 * provider look at.
 */
export class KubernetesObject extends pulumi.CustomResource {
    declare readonly metadata: pulumi.Output<ObjectMetadata>;

    /**
     * @param patch registers the `<Kind>Patch` of the Kubernetes provider, which changes an object
     *     that is there already and leaves it there when the patch goes
     */
    constructor(
        name: string,
        manifest: ManifestInput,
        opts: pulumi.CustomResourceOptions,
        patch = false,
    ) {
        const isSecret = manifest.kind === "Secret" && manifest.apiVersion === "v1";
        const options = withoutImplied(opts);
        super(
            patch ? `${typeToken(manifest)}Patch` : typeToken(manifest),
            name,
            isSecret ? withSecretData(normalized(manifest)) : normalized(manifest),
            isSecret
                ? pulumi.mergeOptions(options, { additionalSecretOutputs: ["data", "stringData"] })
                : options,
        );
        noteDependencies(this, options);
    }
}
