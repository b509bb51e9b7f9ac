import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { PlatformComponent } from "./component";
import { withLabels } from "./labels";
import type { Namespace } from "./namespace";
import { KubernetesObject } from "./object";

/** What a generated Secret holds. */
export interface GeneratedSecretArgs {
    readonly namespace: Namespace;
    /** Name of the Secret; default: the component's name. */
    readonly secretName?: string;
    /** Keys whose values are generated once and then kept: length in characters. */
    readonly generate: Readonly<Record<string, { readonly length: number }>>;
    /** Keys with values that are no secrets, such as a user name. */
    readonly plain?: Readonly<Record<string, string>>;
    /** Type of the Secret; default: Opaque. */
    readonly type?: string;
    /** Labels beyond the standard ones, for operators that look for them. */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A Secret whose values the program makes once. Charts and custom resources name it; its values
 * never appear in chart values, where they would be rendered anew and shown.
 */
export class GeneratedSecret extends PlatformComponent {
    /** Name of the Secret in its namespace. */
    readonly secretName: string;
    /** The Secret; pods that mount it depend on it. */
    readonly object: KubernetesObject;

    constructor(name: string, args: GeneratedSecretArgs, opts: pulumi.ComponentResourceOptions) {
        super(
            "base",
            "GeneratedSecret",
            name,
            { source: "generated", keys: Object.keys({ ...args.plain, ...args.generate }) },
            opts,
        );
        this.secretName = args.secretName ?? name;
        const generated = Object.entries(args.generate).map(([key, { length }]) => {
            // Letters and digits only: the values end up in URLs and configuration files.
            const password = new RandomPassword(
                `${name}-${key}`,
                { length, special: false },
                { parent: this },
            );
            return [key, password.result] as const;
        });
        this.object = new KubernetesObject(
            `${name}:Secret/${args.namespace.name}/${this.secretName}`,
            withLabels(
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: {
                        name: this.secretName,
                        namespace: args.namespace.name,
                        labels: args.labels ?? {},
                    },
                    type: args.type ?? "Opaque",
                    stringData: { ...args.plain, ...Object.fromEntries(generated) },
                },
                { name },
            ),
            { parent: this, dependsOn: [args.namespace.object] },
        );
    }
}

/** What a Secret from the configuration holds. */
export interface ConfiguredSecretArgs {
    readonly namespace: Namespace;
    /** Name of the Secret; default: the component's name. */
    readonly secretName?: string;
    /** Values by key, as `settings.secret` gives them. */
    readonly values: Readonly<Record<string, pulumi.Output<string>>>;
    /** Labels beyond the standard ones, for operators that look for them. */
    readonly labels?: Readonly<Record<string, string>>;
}

/** A Secret whose values a person wrote, encrypted, into the stack's configuration. */
export class ConfiguredSecret extends PlatformComponent {
    /** Name of the Secret in its namespace. */
    readonly secretName: string;
    /** The Secret; what refers to it depends on it. */
    readonly object: KubernetesObject;

    constructor(name: string, args: ConfiguredSecretArgs, opts: pulumi.ComponentResourceOptions) {
        const keys = Object.keys(args.values);
        super("base", "ConfiguredSecret", name, { source: "configuration", keys }, opts);
        this.secretName = args.secretName ?? name;
        const metadata = {
            name: this.secretName,
            namespace: args.namespace.name,
            labels: args.labels ?? {},
        };
        this.object = new KubernetesObject(
            `${name}:Secret/${args.namespace.name}/${this.secretName}`,
            withLabels(
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata,
                    type: "Opaque",
                    stringData: args.values,
                },
                { name },
            ),
            { parent: this, dependsOn: [args.namespace.object] },
        );
    }
}
