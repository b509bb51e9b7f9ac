/**
 * What a person keeps outside of the cluster and of its state, because it opens what is left when
 * both are gone; and how it is proved to be the right one without showing it. Pure.
 */
import { scrypt, type ScryptOptions, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** One thing that a person keeps. */
export interface Kept {
    readonly name: string;
    /** What cannot be opened without it. */
    readonly opens: string;
    /** Where it is read once, to be kept: a command, or a sentence. */
    readonly from: string;
    /** Of a key of age: its public half, by which the private one is known. */
    readonly recipient?: string;
}

/** Some 60 ms a guess, and 16 MiB: for values that are random anyway. */
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };
const BYTES = 32;

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/**
 * A digest from which nobody finds the value: salted by stack and name, so that the same value has
 * another one elsewhere and nothing is random at each run, and slow.
 */
export async function escrowDigest(stack: string, name: string, value: string): Promise<string> {
    const digest = await derive(value, `platform/${stack}/${name}`, BYTES, COST);
    return digest.toString("base64url");
}

/** Whether a value is the one with this digest. */
export async function isKept(
    stack: string,
    name: string,
    { value, digest }: { readonly value: string; readonly digest: string },
): Promise<boolean> {
    const found = Buffer.from(await escrowDigest(stack, name, value));
    const wanted = Buffer.from(digest);
    return found.length === wanted.length && timingSafeEqual(found, wanted);
}
