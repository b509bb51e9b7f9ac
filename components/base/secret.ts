import * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "./component";
import { withLabels } from "./labels";
import { randomHex, randomText } from "./generated-value";
import type { Namespace } from "./namespace";
import { KubernetesObject } from "./object";
import { planned, rotationAnnotations } from "./secret-notes";
import type { Renewal, Rotation } from "./secret-plan";

export { type Renewal, type Rotation, signOnAnew } from "./secret-plan";

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

/** The key under which a Secret holds the value before. */
export function previousKey(key: string): string {
    return `previous-${key}`;
}

/** Generated values by their keys; letters, digits, or what hexadecimal has of both. */
export type GeneratedValues = Readonly<Record<string, string>>;

/** What a generated Secret holds. */
export interface GeneratedSecretArgs extends SecretPlace {
    /** Keys whose values are generated once and then kept. */
    readonly generate: Readonly<Record<string, Generated>>;
    /**
     * Keys whose values are written of the generated ones, by their keys: for whoever wants several
     * in one file, or in another form.
     */
    readonly written?: Readonly<Record<string, (values: GeneratedValues) => string>>;
    readonly rotation: Rotation;
    /**
     * Whether the Secret also holds the value before, from the second generation on (see
     * {@link previousKey}): for whoever must tell a server both. Default: it does not.
     */
    readonly keepsPrevious?: boolean;
    /** What cannot be opened without it, for one that a person keeps outside; default: nobody must. */
    readonly escrow?: string;
    /** How a new value takes the place of the old one; default: pods that read it start anew. */
    readonly renewal?: Renewal;
    /**
     * The same values for somebody in another namespace: a Secret is read only in its own. Changes
     * with the first one.
     */
    readonly copy?: SecretPlace;
}

/**
 * A Secret whose values the program makes once. Charts and custom resources name it; its values
 * never appear in chart values, where they would be rendered anew and shown. A new value is made when
 * `secretGenerations` of the settings has another number for its name (`make rotate`).
 */
export class GeneratedSecret extends PlatformComponent {
    /** Name of the Secret in its namespace. */
    readonly secretName: string;
    /** The Secret; pods that mount it depend on it. */
    readonly object: KubernetesObject;
    /** The Secret with the same values, where one was asked for. */
    readonly copied: KubernetesObject | undefined;
    private readonly values: ReadonlyMap<string, pulumi.Output<string>>;

    constructor(name: string, args: GeneratedSecretArgs, opts: pulumi.ComponentResourceOptions) {
        const { secrets } = args.namespace;
        const places = [args, ...(args.copy === undefined ? [] : [args.copy])].map(
            ({ namespace, secretName = name }) => ({ namespace: namespace.name, secretName }),
        );
        const own = Object.keys(args.generate).length > 0 ? [name] : [];
        const sources = [
            ...own,
            ...secrets.sourcesOf(Object.values({ ...args.made, ...args.copy?.made })),
        ];
        const generation = secrets.generationOf(name);
        const keepsPrevious = args.keepsPrevious === true && generation > 1;
        const previous = keepsPrevious ? Object.keys(args.generate).map(previousKey) : [];
        super(
            "base",
            "GeneratedSecret",
            name,
            {
                source: "generated",
                keys: [
                    ...Object.keys({
                        ...args.plain,
                        ...args.made,
                        ...args.generate,
                        ...args.written,
                    }),
                    ...previous,
                ],
                ...planned({ ...args, name, secrets, places, sources }),
            },
            opts,
        );
        this.secretName = args.secretName ?? name;
        for (const place of places) {
            secrets.take({ ...place, rotation: args.rotation }, sources);
        }
        const value = (key: string, of: Generated, which: number): pulumi.Output<string> => {
            const inside = { parent: this };
            const made = { name: `${name}-${key}`, generation: which };
            return "bytes" in of
                ? randomHex(made, of.bytes, inside)
                : randomText(made, of.length, inside);
        };
        const generated = Object.entries(args.generate).flatMap(([key, of]) => [
            [key, value(key, of, generation)] as const,
            ...(keepsPrevious ? [[previousKey(key), value(key, of, generation - 1)] as const] : []),
        ]);
        this.values = new Map(
            Object.keys(args.generate).flatMap((key) => {
                const found = generated.find(([other]) => other === key);
                return found === undefined ? [] : [[key, secrets.note(found[1], name)] as const];
            }),
        );
        const all = pulumi.all(Object.fromEntries(generated));
        const written = Object.fromEntries(
            Object.entries(args.written ?? {}).map(([key, write]) => [key, all.apply(write)]),
        );
        if (args.escrow !== undefined) {
            for (const [key, output] of generated.filter(([key]) => key in args.generate)) {
                const from = `kubectl -n ${args.namespace.name} get secret ${this.secretName} -o jsonpath='{.data.${key.replaceAll(".", "\\.")}}' | base64 -d`;
                secrets.keepOutside({ name: `${name}/${key}`, opens: args.escrow, from }, output);
            }
        }
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
                        stringData: {
                            ...plain,
                            ...made,
                            ...Object.fromEntries(generated),
                            ...written,
                        },
                    },
                    { name },
                ),
                { parent: this, dependsOn: [namespace.object] },
            );
        this.object = secret(args);
        this.copied = args.copy === undefined ? undefined : secret(args.copy);
    }

    /**
     * A generated value, for who writes it where no Secret of this namespace is read.
     *
     * @throws Error for a key that is not generated
     */
    value(key: string): pulumi.Output<string> {
        const found = this.values.get(key);
        if (found === undefined) {
            throw new Error(`${this.secretName} generates no ${key}.`);
        }
        return found;
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
        const { secrets } = args.namespace;
        const place = { namespace: args.namespace.name, secretName: args.secretName ?? name };
        const sources = [name];
        super(
            "base",
            "ConfiguredSecret",
            name,
            {
                source: "configuration",
                keys,
                ...planned({ ...args, name, secrets, places: [place], sources }),
            },
            opts,
        );
        this.secretName = place.secretName;
        secrets.take({ ...place, rotation: args.rotation }, sources);
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
