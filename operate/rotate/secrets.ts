/** The secrets of a stack, as the program registers them. Pure. */
import { isRecord } from "../../components/base/object";
import type { Renewal, Rotation } from "../../components/base/secret-plan";
import { nearest } from "../../components/nearest";
import type { StackResource } from "../../preview/recorded-stack";
import { UsageError } from "../../preview/usage-error";

/** One secret by the name under which it is renewed. */
export interface StackSecret {
    readonly name: string;
    /** `generated` by the program, set in the `configuration`, or made of `others`. */
    readonly source: "generated" | "configuration" | "others";
    readonly rotation: Rotation;
    readonly renewal: Renewal;
    readonly generation: number;
    /** Day of its last renewal; undefined while it is as it was made. */
    readonly since: string | undefined;
    /** Secrets of Kubernetes that hold it, as `namespace/name`. */
    readonly places: readonly string[];
    /** Names of the secrets of which it is made, or keys of the configuration. */
    readonly of: readonly string[];
}

interface Recorded {
    readonly name: string;
    readonly rotation: Rotation;
    readonly renewal: Renewal;
    readonly generation: number;
    readonly since?: string;
    readonly places?: readonly string[];
    readonly sources?: readonly string[];
}

/** In which settings a value of the configuration is looked for. */
export function marked(key: string): string {
    return `<value of ${key}>`;
}

function keysIn(resources: readonly StackResource[], parent: string, keys: readonly string[]) {
    const text = resources
        .filter((resource) => resource.parent === parent && resource.inputs.kind === "Secret")
        .map(({ inputs }) => JSON.stringify(inputs.stringData))
        .join();
    return keys.filter((key) => text.includes(marked(key)));
}

function clientsOf({ inputs }: StackResource): Recorded[] {
    return Array.isArray(inputs.renewable) ? (inputs.renewable as Recorded[]) : [];
}

/**
 * Every secret that is renewed by its name, in alphabetical order.
 *
 * @param keys secrets of the configuration, each with the value of {@link marked}
 */
export function secretsOf(
    resources: readonly StackResource[],
    keys: readonly string[],
): StackSecret[] {
    const made = resources.filter(({ type }) => type === "platform:base:GeneratedSecret");
    const holders = made.map(({ name, inputs }) => ({ ...(inputs as unknown as Recorded), name }));
    const placesOf = (source: string) =>
        holders.flatMap(({ sources = [], places = [] }) =>
            sources.includes(source) ? places : [],
        );
    const toSecret = (
        { name, rotation, renewal, generation, since }: Recorded,
        rest: Pick<StackSecret, "source" | "places" | "of">,
    ): StackSecret => ({ name, rotation, renewal, generation, since, ...rest });
    return [
        ...holders.map((one) => {
            const isOwn = one.sources?.includes(one.name) === true;
            const of = one.sources?.filter((source) => source !== one.name) ?? [];
            return toSecret(one, {
                source: isOwn ? "generated" : "others",
                places: isOwn ? placesOf(one.name) : (one.places ?? []),
                of,
            });
        }),
        ...resources
            .filter(({ type }) => type === "platform:identity:ClientSecrets")
            .flatMap(clientsOf)
            .map((one) =>
                toSecret(one, { source: "generated", places: placesOf(one.name), of: [] }),
            ),
        ...resources
            .filter(({ type }) => type === "platform:base:ConfiguredSecret")
            .map(({ urn, name, inputs }) =>
                toSecret(
                    { ...(inputs as unknown as Recorded), name },
                    {
                        source: "configuration",
                        places: (inputs as unknown as Recorded).places ?? [],
                        of: keysIn(resources, urn, keys),
                    },
                ),
            ),
    ].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * The secrets that somebody means: by name, by the Secret of Kubernetes that holds it, or by the key
 * of the configuration.
 *
 * @throws UsageError naming the secrets that there are
 */
export function chosen(secrets: readonly StackSecret[], word: string): StackSecret[] {
    const found = [
        secrets.filter(({ name }) => name === word),
        secrets.filter(({ places }) =>
            places.some((place) => place === word || place.endsWith(`/${word}`)),
        ),
        secrets.filter(({ source, of }) => source === "configuration" && of.includes(word)),
    ].find((some) => some.length > 0);
    if (found !== undefined) {
        return found;
    }
    const names = secrets.map(({ name }) => name);
    const near = nearest(word, names);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new UsageError(
        `There is no secret ${word}; allowed: ${names.join(", ")}${hint}${hint === "" ? "." : ""}`,
    );
}

/** Why a secret is not renewed by its generation; undefined where it is. */
export function refusal(secret: StackSecret): string | undefined {
    const { name, source, of, renewal } = secret;
    if (source === "others") {
        return of.length === 0
            ? `${name} holds nothing secret that the program makes: there is nothing to renew.`
            : `${name} holds the value of ${of.join(" and ")}: renew ${of.length === 1 ? "that" : "these"}.`;
    }
    return renewal.how === "by hand"
        ? `${name} is renewed by hand, because ${renewal.why}: ${renewal.runbook}.`
        : undefined;
}

/** Secrets of the configuration that hold the same keys: who sets one anew sets all of them anew. */
export function sharing(
    secrets: readonly StackSecret[],
    some: readonly StackSecret[],
): StackSecret[] {
    const keys = some.flatMap(({ of }) => of);
    return secrets.filter(
        (secret) =>
            some.includes(secret) ||
            (secret.source === "configuration" && secret.of.some((key) => keys.includes(key))),
    );
}

/** Whether an object names a Secret of its namespace, in a field about secrets. */
export function names(tree: unknown, secretName: string, isAbout = false): boolean {
    if (Array.isArray(tree)) {
        return tree.some((item) => names(item, secretName, isAbout));
    }
    if (isRecord(tree)) {
        return Object.entries(tree).some(([key, value]) =>
            names(value, secretName, isAbout || /secret|credential/i.test(key)),
        );
    }
    return isAbout && tree === secretName;
}
