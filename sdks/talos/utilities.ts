import * as pulumi from "@pulumi/pulumi";
import manifest from "./package.json";

/** Which properties of a resource go in, come out, and are secret. */
export interface ResourceShape {
    readonly inputs: readonly string[];
    /** Inputs without which the provider refuses the resource. */
    readonly required: readonly string[];
    /** Properties that only the provider sets. */
    readonly outputs: readonly string[];
    readonly secretInputs: readonly string[];
    readonly secretOutputs: readonly string[];
}

/** The version of the provider plugin: this package's own. */
export function getVersion(): string {
    return manifest.version;
}

/** What every resource and function of the package tells the engine about its plugin. */
export function resourceOptsDefaults(): { version: string; pluginDownloadURL: string } {
    return { version: getVersion(), pluginDownloadURL: manifest.pulumi.server };
}

/** Whether a value is a resource of the given type, even one of another copy of this package. */
export function hasPulumiType(value: unknown, type: string): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        (value as { __pulumiType?: unknown }).__pulumiType === type
    );
}

function pick(names: readonly string[], source: object | undefined): pulumi.Inputs {
    const values = (source ?? {}) as Record<string, unknown>;
    return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/**
 * Properties and options for the registration of a resource. With `opts.id` the arguments are the
 * state of an existing resource, so its outputs are properties to look it up by.
 */
export function registration(
    shape: ResourceShape,
    args: object | undefined,
    opts: pulumi.CustomResourceOptions | undefined,
): [pulumi.Inputs, pulumi.CustomResourceOptions] {
    const options = pulumi.mergeOptions(resourceOptsDefaults(), opts ?? {});
    const withSecrets = pulumi.mergeOptions(options, {
        additionalSecretOutputs: [...shape.secretOutputs],
    });
    if (opts?.id !== undefined) {
        return [pick([...shape.inputs, ...shape.outputs], args), withSecrets];
    }
    const inputs = pick(shape.inputs, args);
    const missing = shape.required.find((name) => inputs[name] === undefined);
    if (missing !== undefined && opts?.urn === undefined) {
        throw new Error(`Missing required property '${missing}'`);
    }
    for (const name of shape.secretInputs) {
        inputs[name] = inputs[name] === undefined ? undefined : pulumi.secret(inputs[name]);
    }
    // An output must be named at registration, or the resource object never gets the property.
    return [{ ...inputs, ...pick(shape.outputs, undefined) }, withSecrets];
}

/** Calls a function of the provider with plain arguments. */
export function invoke<Result>(
    token: string,
    names: readonly string[],
    args: object | undefined,
    opts: pulumi.InvokeOptions | undefined,
): Promise<Result> {
    const options = pulumi.mergeOptions(resourceOptsDefaults(), opts ?? {});
    return pulumi.runtime.invoke(token, pick(names, args), options) as Promise<Result>;
}

/** Calls a function of the provider with arguments that may be outputs. */
export function invokeOutput<Result>(
    token: string,
    names: readonly string[],
    args: object | undefined,
    opts: pulumi.InvokeOutputOptions | undefined,
): pulumi.Output<Result> {
    const options = pulumi.mergeOptions(resourceOptsDefaults(), opts ?? {});
    return pulumi.runtime.invokeOutput<Result>(token, pick(names, args), options);
}
