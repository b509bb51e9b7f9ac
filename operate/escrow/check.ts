/** Whether what a person keeps opens what it must open. */
import { recipientBytes } from "../../components/age-recipient";
import { isKept, type Kept } from "../../components/base/escrow";
import { encryptFor, openWith, publicHalf } from "./age";
import { type Handed, isWeak } from "./handed";
import { opensStack } from "./passphrase";

/** The passphrase of the stack, by the name under which it is handed. */
export const PASSPHRASE = "passphrase";

/** What is known of a stack's keys without them. */
export interface Escrowed {
    readonly stack: string;
    readonly kept: readonly Kept[];
    /** `encryptionsalt` of the stack's file; undefined where no passphrase is used. */
    readonly encryptionSalt: string | undefined;
    /** Digests by name; undefined where the state was not asked. */
    readonly digests: Readonly<Record<string, string>> | undefined;
    /** Files that were encrypted for the key of age, such as a snapshot of etcd. */
    readonly files: readonly { readonly name: string; readonly content: Buffer }[];
}

/** The verdict on one of them. */
export interface Verdict {
    readonly name: string;
    readonly verdict: "opens" | "wrong" | "missing" | "weak" | "not checked";
    readonly why: string;
}

function judgeIdentity({ name, recipient = "" }: Kept, { identities }: Handed): Verdict {
    const wanted = recipientBytes(recipient);
    const found = identities.find(
        (identity) => wanted !== undefined && publicHalf(identity).equals(wanted),
    );
    if (wanted === undefined || found === undefined) {
        return identities.length === 0
            ? { name, verdict: "missing", why: "no private key of age is handed" }
            : { name, verdict: "wrong", why: "no private key that is handed belongs to it" };
    }
    const sample = openWith(found, encryptFor(wanted, "sample"));
    return "plain" in sample && sample.plain.toString() === "sample"
        ? { name, verdict: "opens", why: "opened a sample that was encrypted for it just now" }
        : { name, verdict: "wrong", why: "does not open a sample that was encrypted for it" };
}

function judgeFile({ name, content }: Escrowed["files"][number], { identities }: Handed): Verdict {
    const results = identities.map((identity) => openWith(identity, content));
    const opened = results.find((result) => "plain" in result);
    const faults = results.flatMap((result) => ("fault" in result ? [result.fault] : []));
    const fault = faults.find((text) => !text.includes("another key")) ?? faults[0];
    return opened === undefined
        ? { name, verdict: "wrong", why: fault ?? "no private key of age is handed" }
        : { name, verdict: "opens", why: `${opened.plain.length} bytes came out of it` };
}

async function judgeValue(
    { name }: Kept,
    { values }: Handed,
    { stack, digests }: Escrowed,
): Promise<Verdict> {
    const value = values.get(name);
    if (value === undefined) {
        return { name, verdict: "missing", why: "it is not handed" };
    }
    if (isWeak(value)) {
        return {
            name,
            verdict: "weak",
            why: "it could be guessed: no such value is ever made here",
        };
    }
    const digest = digests?.[name];
    if (digest === undefined) {
        return {
            name,
            verdict: "not checked",
            why: "its digest is not known: run npm run up, or give --digests",
        };
    }
    return (await isKept(stack, name, { value, digest }))
        ? { name, verdict: "opens", why: "it is the one in use" }
        : { name, verdict: "wrong", why: "it is another one than the one in use" };
}

async function judgePassphrase({ values }: Handed, salt: string): Promise<Verdict> {
    const passphrase = values.get(PASSPHRASE);
    if (passphrase === undefined) {
        return { name: PASSPHRASE, verdict: "missing", why: "it is not handed" };
    }
    return (await opensStack(salt, passphrase))
        ? { name: PASSPHRASE, verdict: "opens", why: "opened the word in the stack's file" }
        : { name: PASSPHRASE, verdict: "wrong", why: "does not open the word in the stack's file" };
}

/** Judges everything that must be kept, in order; never says a value. */
export async function judgeHanded(of: Escrowed, handed: Handed): Promise<Verdict[]> {
    const verdicts = of.kept.map((kept) =>
        kept.recipient === undefined
            ? judgeValue(kept, handed, of)
            : Promise.resolve(judgeIdentity(kept, handed)),
    );
    return [
        ...(await Promise.all(verdicts)),
        ...(of.encryptionSalt === undefined
            ? []
            : [await judgePassphrase(handed, of.encryptionSalt)]),
        ...of.files.map((file) => judgeFile(file, handed)),
    ];
}
