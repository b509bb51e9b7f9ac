import type * as pulumi from "@pulumi/pulumi";
import { RandomBytes, RandomPassword } from "@pulumi/random";
import { unlessLeftOut } from "./left-out";

/** One of the values that the program made for a name, one after the other. */
export interface Generation {
    readonly name: string;
    /** Which it is, from 1 on. */
    readonly generation: number;
}

/**
 * Name of the resource that holds a generated value. The first generation has none of its own: so
 * nothing changes until somebody asks for the second.
 */
function resourceOf({ name, generation }: Generation): string {
    return generation > 1 ? `${name}:${generation}` : name;
}

/** A text of letters and digits only: the values end up in URLs and configuration files. */
export function randomText(
    of: Generation,
    length: number,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return unlessLeftOut(
        new RandomPassword(resourceOf(of), { length, special: false }, opts).result,
    );
}

/** So many bytes, in hexadecimal. */
export function randomHex(
    of: Generation,
    bytes: number,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return unlessLeftOut(new RandomBytes(resourceOf(of), { length: bytes }, opts).hex);
}
