import * as pulumi from "@pulumi/pulumi";
import { RandomBytes, RandomPassword } from "@pulumi/random";
import { PlatformComponent } from "./component";
import { secretOwner, secretRotation, withLabels } from "./labels";
import type { Namespace } from "./namespace";
import { KubernetesObject } from "./object";

/** Who renews a Secret, and how often; it stands on the Secret itself (SEC-14). */
export interface Rotation {
    /** Group of people who see to it. */
    readonly owner: string;
    /** Days after which a new value is due. */
    readonly days: number;
}

/** What whoever runs the platform renews once a year. */
export const yearly: Rotation = { owner: "platform-admin", days: 365 };

/** Where a Secret lies and what tells others about it. */
interface SecretPlace {
    readonly namespace: Namespace;
    /** Name of the Secret; default: the component's name. */
    readonly secretName?: string;
    /** Keys with values that are no secrets, such as a user name. */
    readonly plain?: Readonly<Record<string, string>>;
    /** Keys with values that another component generated. */
    readonly made?: Readonly<Record<string, pulumi.Output<string>>>;
    /** Type of the Secret; default: Opaque. */
    readonly type?: string;
    /** Labels beyond the standard ones, for operators that look for them. */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * What is generated: so many letters and digits, or, for what must be a key, so many bytes, written
 * as twice as many hexadecimal digits.
 */
export type Generated = { readonly length: number } | { readonly bytes: number };

/** What a generated Secret holds. */
export interface GeneratedSecretArgs extends SecretPlace {
    /** Keys whose values are generated once and then kept. */
    readonly generate: Readonly<Record<string, Generated>>;
    readonly rotation: Rotation;
    /**
     * The same values for somebody in another namespace: a Secret is read only in its own. Changes
     * with the first one.
     */
    readonly copy?: SecretPlace;
}

function rotationAnnotations({ owner, days }: Rotation): Record<string, string> {
    return { [secretOwner]: owner, [secretRotation]: `${days}d` };
}

/**
 * A Secret whose values the program makes once. Charts and custom resources name it; its values
 * never appear in chart values, where they would be rendered anew and shown. A new value is made by
 * replacing the password: `pulumi up --replace <URN of its RandomPassword>`.
 */
export class GeneratedSecret extends PlatformComponent {
    /** Name of the Secret in its namespace. */
    readonly secretName: string;
    /** The Secret; pods that mount it depend on it. */
    readonly object: KubernetesObject;
    /** The Secret with the same values, where one was asked for. */
    readonly copied: KubernetesObject | undefined;

    constructor(name: string, args: GeneratedSecretArgs, opts: pulumi.ComponentResourceOptions) {
        super(
            "base",
            "GeneratedSecret",
            name,
            {
                source: "generated",
                keys: Object.keys({ ...args.plain, ...args.made, ...args.generate }),
            },
            opts,
        );
        this.secretName = args.secretName ?? name;
        const generated = Object.entries(args.generate).map(([key, of]) => {
            const inside = { parent: this };
            if ("bytes" in of) {
                const { hex } = new RandomBytes(`${name}-${key}`, { length: of.bytes }, inside);
                return [key, hex] as const;
            }
            // Letters and digits only: the values end up in URLs and configuration files.
            const { result } = new RandomPassword(
                `${name}-${key}`,
                { length: of.length, special: false },
                inside,
            );
            return [key, result] as const;
        });
        const secret = ({ namespace, secretName = name, plain, made, type, labels }: SecretPlace) =>
            new KubernetesObject(
                `${name}:Secret/${namespace.name}/${secretName}`,
                withLabels(
                    {
                        apiVersion: "v1",
                        kind: "Secret",
                        metadata: {
                            name: secretName,
                            namespace: namespace.name,
                            labels: labels ?? {},
                            annotations: rotationAnnotations(args.rotation),
                        },
                        type: type ?? "Opaque",
                        stringData: { ...plain, ...made, ...Object.fromEntries(generated) },
                    },
                    { name },
                ),
                { parent: this, dependsOn: [namespace.object] },
            );
        this.object = secret(args);
        this.copied = args.copy === undefined ? undefined : secret(args.copy);
    }
}

/** What a Secret from the configuration holds. */
export interface ConfiguredSecretArgs {
    readonly namespace: Namespace;
    /** Name of the Secret; default: the component's name. */
    readonly secretName?: string;
    /** Values by key, as `settings.secret` gives them. */
    readonly values: Readonly<Record<string, pulumi.Output<string>>>;
    readonly rotation: Rotation;
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
            annotations: rotationAnnotations(args.rotation),
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
