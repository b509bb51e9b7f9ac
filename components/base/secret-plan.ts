/**
 * What the platform keeps secret, and in which generation each is: the number stands in the stack's
 * configuration, so a new value is made because somebody asked for it, and never by chance.
 */
import * as pulumi from "@pulumi/pulumi";
import { escrowDigest, type Kept } from "./escrow";

/** Who renews a Secret, and how often; it stands on the Secret itself (SEC-14). */
export interface Rotation {
    /** Group of people who see to it. */
    readonly owner: string;
    /** Days after which a new value is due. */
    readonly days: number;
}

/** How a new value takes the place of the old one. */
export type Renewal =
    /** Only those who read it know it: they are started anew, one pod after the other. */
    | { readonly how: "restart"; readonly notice: string }
    /** Whoever compares it takes the old and the new one until somebody ends the old one. */
    | {
          readonly how: "both";
          readonly server: string;
          readonly notice: string;
          /** What ends the old one: sentences and commands. */
          readonly afterwards: readonly string[];
      }
    /** Another one compares it, and is told first; then those who read it are started anew. */
    | { readonly how: "server first"; readonly server: string; readonly notice: string }
    /** What it opened would be lost, or both sides must be told by hand: a procedure says how. */
    | { readonly how: "by hand"; readonly why: string; readonly runbook: string };

/** Of a secret that only its readers know. */
export const atRestart: Renewal = { how: "restart", notice: "nothing" };

/** Of a secret whose new value makes people sign on once more, and nothing else. */
export const signOnAnew: Renewal = { how: "restart", notice: "people sign on there once more" };

/** What the configuration says of a secret that was renewed. */
export interface SecretGeneration {
    readonly secret: string;
    /** 2 for the first new value. */
    readonly generation: number;
    /** The day on which it was made, `YYYY-MM-DD`. */
    readonly since: string;
}

/** A secret that is renewed by its name, without its value. */
export interface PlannedSecret {
    readonly name: string;
    /** Namespace of a Secret that holds it. */
    readonly namespace: string;
    readonly rotation: Rotation;
}

/** The generations of all secrets, and what there is: each says so when it is made. */
export class SecretPlan {
    private readonly generations: ReadonlyMap<string, SecretGeneration>;
    private readonly secrets = new Map<string, PlannedSecret>();
    private readonly sources = new WeakMap<pulumi.Output<string>, string>();
    private readonly escrow = new Map<
        string,
        { readonly kept: Kept; readonly value: pulumi.Output<string> | undefined }
    >();
    private readonly revisions = new Map<string, string>();

    constructor(generations: readonly SecretGeneration[] = []) {
        this.generations = new Map(generations.map((one) => [one.secret, one]));
    }

    /** The generation of a secret: 1 until somebody renews it. */
    generationOf(name: string): number {
        return this.generations.get(name)?.generation ?? 1;
    }

    /** The day of its last renewal; undefined while it has the value it was made with. */
    renewedOn(name: string): string | undefined {
        return this.generations.get(name)?.since;
    }

    /** Notes of which secret a value is, for those who are given only the value. */
    note<Value extends pulumi.Output<string>>(value: Value, name: string): Value {
        this.sources.set(value, name);
        return value;
    }

    /** The secrets of which these values are, as far as they were noted. */
    sourcesOf(values: Iterable<pulumi.Output<string>>): string[] {
        return [...new Set([...values].flatMap((value) => this.sources.get(value) ?? []))].sort();
    }

    /**
     * Takes note of a Secret.
     *
     * @param sources the secrets whose values it holds
     */
    take(
        secret: Omit<PlannedSecret, "name"> & { readonly secretName: string },
        sources: readonly string[],
    ): void {
        const { namespace, rotation } = secret;
        for (const name of sources.filter((source) => !this.secrets.has(source))) {
            this.secrets.set(name, { name, namespace, rotation });
        }
        const renewed = sources
            .filter((name) => this.generationOf(name) > 1)
            .map((name) => `${name}=${this.generationOf(name)}`);
        if (renewed.length > 0) {
            this.revisions.set(`${secret.namespace}/${secret.secretName}`, renewed.join(" "));
        }
    }

    /** Which values a Secret holds that were renewed; undefined while it has those it was made with. */
    revisionOf(namespace: string, secretName: string): string | undefined {
        return this.revisions.get(`${namespace}/${secretName}`);
    }

    /** Every secret so far, in alphabetical order. */
    get taken(): readonly PlannedSecret[] {
        return [...this.secrets.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /**
     * Takes note of what a person keeps outside of the cluster.
     *
     * @param value by which it is proved; none for a key of age, whose public half is known
     */
    keepOutside(kept: Kept, value?: pulumi.Output<string>): void {
        this.escrow.set(kept.name, { kept, value });
    }

    /** What is kept outside, without values, in alphabetical order. */
    get keptOutside(): readonly Kept[] {
        return [...this.escrow.values()]
            .map(({ kept }) => kept)
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /** By name a digest of each value that is kept outside, from which nobody finds the value. */
    digests(stack: string): pulumi.Output<Record<string, string>> {
        const all = [...this.escrow.values()].flatMap(({ kept: { name }, value }) =>
            value === undefined
                ? []
                : [
                      value.apply(
                          async (text) => [name, await escrowDigest(stack, name, text)] as const,
                      ),
                  ],
        );
        // A digest of random letters is no secret; the value's own mark would hide it.
        return pulumi.unsecret(pulumi.all(all).apply((entries) => Object.fromEntries(entries)));
    }
}
