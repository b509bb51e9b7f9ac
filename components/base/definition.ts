/**
 * What must be known of a system before anything is built: its name, its pins, its settings, its
 * secrets, what it needs. Written beside the class, in the same file. From the list of all
 * definitions (`components/systems.ts`) follow the configuration schema, the charts, the checks
 * across systems and the generated documents. Pure: no Pulumi.
 */
import { z } from "zod";
import type { Profile, SiteConfiguration } from "../site-schema";
import type { Capabilities } from "./capabilities";
import type { Layer } from "./component";
import type { ChartPin, ImagePin } from "./pins";

/** One mistake of the user: where, what was found there, what is allowed. */
export interface Fault {
    /** Configuration key with its path, for example `nodes[2].address`. */
    readonly key: string;
    readonly found: string;
    readonly allowed: string;
}

/** A secret that a person sets with `pulumi config set --secret`. */
export interface SecretDefinition<Own = unknown> {
    /** What it is and how to get one, in one sentence. */
    readonly description: string;
    /** A value of the form that it must have, for previews without the real one; default: any text. */
    readonly standIn?: string;
    /** Why it is needed with these settings of the system, or undefined when it is not. */
    neededBecause(own: Own): string | undefined;
}

type Shape = z.core.$ZodShape;
/** The settings of a system, with defaults filled in. */
type SettingsIn<Own extends Shape> = z.output<z.ZodObject<Own, z.core.$strict>>;

/** How two systems that exclude each other may be there together. */
export interface Besides<Own = unknown> {
    /** Whether the site, or the system with its own settings, has said so. */
    holds(site: SiteConfiguration, own: Own): boolean;
    /** What would have to be said, and why else not; follows "unless". */
    readonly says: string;
}

/** What a system says of itself. */
interface Said<
    Name extends string,
    Own extends Shape,
    Charts extends Readonly<Record<string, ChartPin>>,
    Images extends Readonly<Record<string, ImagePin>>,
    Secret extends string,
> {
    /** Key below `systems` in the configuration. */
    readonly name: Name;
    readonly layer: Layer;
    /** What it is for, as a phrase; one line of the generated tables. */
    readonly purpose: string;
    /**
     * What asked for it: numbers of the five documents that define the platform and their sections,
     * with what they say.
     */
    readonly origin: string;
    readonly charts: Charts;
    /** Images of objects that the system writes itself. */
    readonly images?: Images;
    /** Own settings besides `enabled`, each described; what is optional has a default. */
    readonly settings?: Own;
    readonly secrets?: Readonly<Record<Secret, SecretDefinition<SettingsIn<Own>>>>;
    /** What it cannot live without. */
    readonly needs?: readonly AnyDefinition[];
    /** What cannot run beside it. */
    readonly excludes?: readonly AnyDefinition[];
    /** How it may run beside what it excludes all the same; default: not at all. */
    readonly besides?: Besides<SettingsIn<Own>>;
    /** Profiles in which it is off unless asked for, each with its reason. */
    readonly offIn?: Partial<Readonly<Record<Profile, string>>>;
    /** Off by itself while no system that is on needs it; default: it is there for its own sake. */
    readonly offUnlessNeeded?: boolean;
    /**
     * What the site must say before it is on by itself, or undefined when it does; whoever switches
     * it on is told by `check`.
     */
    offWithout?(site: SiteConfiguration): string | undefined;
    /** API versions on which templates of charts may count when it is on. */
    readonly serves?: readonly string[];
    /**
     * What it makes outside of the cluster and takes back itself, as a phrase: nobody does when the
     * cluster is dead.
     */
    readonly leaves?: string;
    readonly capabilities: Capabilities;
    /**
     * The OpenID Connect issuer that it is for the Kubernetes API, of a system that signs people on
     * with these settings. The last one in the list of systems counts: it takes the place of the one
     * that it builds on.
     */
    issuer?(site: Pick<SiteConfiguration, "domain">, own: SettingsIn<Own>): string | undefined;
    /** What a value means beside the site's; every fault at once. */
    check?(own: SettingsIn<Own>, site: SiteConfiguration): readonly Fault[];
    /**
     * What it encrypts for the site's key of age (`backup.ageRecipient`), as a phrase, or undefined
     * when it does not: without the key the site is told once of all who do.
     */
    encrypts?(site: SiteConfiguration): string | undefined;
    /** Why the site cannot do without it, or undefined when it can. */
    requiredBecause?(site: SiteConfiguration): string | undefined;
}

/** A system as the list of systems has it. */
export interface Definition<
    Name extends string = string,
    Own extends Shape = Shape,
    Charts extends Readonly<Record<string, ChartPin>> = Readonly<Record<string, ChartPin>>,
    Images extends Readonly<Record<string, ImagePin>> = Readonly<Record<string, ImagePin>>,
    Secret extends string = string,
> extends Required<
    Pick<
        Said<Name, Own, Charts, Images, Secret>,
        | "name"
        | "layer"
        | "purpose"
        | "origin"
        | "charts"
        | "images"
        | "settings"
        | "secrets"
        | "needs"
        | "excludes"
        | "offIn"
        | "offUnlessNeeded"
        | "serves"
        | "capabilities"
    >
> {
    /** What may be written below `systems.<name>`. */
    readonly schema: z.ZodType<SettingsIn<Own> & { enabled?: boolean }>;
    check(own: SettingsIn<Own>, site: SiteConfiguration): readonly Fault[];
    requiredBecause(site: SiteConfiguration): string | undefined;
    offWithout(site: SiteConfiguration): string | undefined;
    encrypts(site: SiteConfiguration): string | undefined;
    readonly besides: Besides<SettingsIn<Own>> | undefined;
    readonly leaves: string | undefined;
    issuer(site: Pick<SiteConfiguration, "domain">, own: SettingsIn<Own>): string | undefined;
}

/** Any system, for lists. */
export type AnyDefinition = Pick<
    Definition,
    | "name"
    | "layer"
    | "purpose"
    | "origin"
    | "charts"
    | "images"
    | "offIn"
    | "offUnlessNeeded"
    | "offWithout"
    | "serves"
    | "capabilities"
    | "leaves"
> & { readonly needs: readonly AnyDefinition[]; readonly excludes: readonly AnyDefinition[] };

/** The settings of a system, with defaults filled in; whether it is on is not its own affair. */
export type SettingsOf<D> = D extends { readonly schema: z.ZodType<infer Slice> }
    ? Omit<Slice, "enabled">
    : never;
/** Names of the secrets of a system. */
export type SecretOf<D> = D extends { readonly secrets: infer Secrets }
    ? keyof Secrets & string
    : never;

const enabled = z
    .boolean()
    .optional()
    .describe("switches the system on or off; what needs it says so");

/**
 * Defines a system.
 *
 * @example
 * export const keda = define({ name: "keda", layer: "delivery", charts: { keda: chart(...) }, ... });
 */
export function define<
    const Name extends string,
    Own extends Shape = Shape,
    const Charts extends Readonly<Record<string, ChartPin>> = Readonly<Record<string, ChartPin>>,
    const Images extends Readonly<Record<string, ImagePin>> = Readonly<Record<string, ImagePin>>,
    Secret extends string = never,
>(said: Said<Name, Own, Charts, Images, Secret>): Definition<Name, Own, Charts, Images, Secret> {
    const own = said.settings ?? ({} as Own);
    return {
        name: said.name,
        layer: said.layer,
        purpose: said.purpose,
        origin: said.origin,
        charts: said.charts,
        images: said.images ?? ({} as Images),
        settings: own,
        secrets: said.secrets ?? ({} as Record<Secret, SecretDefinition<SettingsIn<Own>>>),
        needs: said.needs ?? [],
        excludes: said.excludes ?? [],
        besides: said.besides,
        offIn: said.offIn ?? {},
        offUnlessNeeded: said.offUnlessNeeded ?? false,
        serves: said.serves ?? [],
        leaves: said.leaves,
        capabilities: said.capabilities,
        schema: z.strictObject({ enabled, ...own }) as unknown as Definition<Name, Own>["schema"],
        check: (values, site) => said.check?.(values, site) ?? [],
        requiredBecause: (site) => said.requiredBecause?.(site),
        offWithout: (site) => said.offWithout?.(site),
        encrypts: (site) => said.encrypts?.(site),
        issuer: (site, own) => said.issuer?.(site, own),
    };
}
