/**
 * Recipients of age, as talos-backup takes them: X25519 alone (filippo.io/age: x25519.go), written in
 * Bech32 (BIP 173), whose checksum finds each mistyped letter. Pure.
 */
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const PREFIX = "age";
const PRIVATE_PREFIX = "age-secret-key-";
/** Letters of a key of 32 bytes, five bits each, and of the checksum. */
const KEY = 52;
const CHECKSUM = 6;

/** The checksum's polynomial over values of five bits. */
function polymod(values: readonly number[]): number {
    return values.reduce((sum, value) => {
        const top = sum >>> 25;
        const shifted = ((sum & 0x1ffffff) << 5) ^ value;
        return GENERATORS.reduce(
            (mixed, generator, bit) => (((top >>> bit) & 1) === 1 ? mixed ^ generator : mixed),
            shifted,
        );
    }, 1);
}

function expanded(prefix: string): number[] {
    const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
    return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** The letters of a key as values of five bits; undefined where they are none, by the checksum too. */
function valuesOf(prefix: string, text: string): number[] | undefined {
    const data = text.startsWith(`${prefix}1`) ? text.slice(prefix.length + 1) : "";
    if (data.length !== KEY + CHECKSUM) {
        return undefined;
    }
    const values = Array.from(data, (letter) => LETTERS.indexOf(letter));
    // Four bits are left over of the last letter of the key.
    const padding = (values[KEY - 1] ?? 0) & 0b1111;
    return !values.includes(-1) && padding === 0 && polymod([...expanded(prefix), ...values]) === 1
        ? values.slice(0, KEY)
        : undefined;
}

function bytesOf(values: readonly number[]): Uint8Array {
    const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
    return Uint8Array.from({ length: 32 }, (_, byte) =>
        Number.parseInt(bits.slice(byte * 8, byte * 8 + 8), 2),
    );
}

/** Whether a text is a public key of age, with its checksum. */
export function isAgeRecipient(text: string): boolean {
    return valuesOf(PREFIX, text) !== undefined;
}

/** The 32 bytes of a public key of age; undefined for what is none. */
export function recipientBytes(text: string): Uint8Array | undefined {
    const values = valuesOf(PREFIX, text);
    return values === undefined ? undefined : bytesOf(values);
}

/** The 32 bytes of a private key of age, as `age-keygen` writes it; undefined for what is none. */
export function identityBytes(text: string): Uint8Array | undefined {
    const values =
        text === text.toUpperCase() ? valuesOf(PRIVATE_PREFIX, text.toLowerCase()) : undefined;
    return values === undefined ? undefined : bytesOf(values);
}

/** What a recipient may be; a private key is no part of a configuration that others read. */
export function ageRecipientPhrase(found: unknown): string {
    const isPrivate = typeof found === "string" && /AGE-SECRET-KEY|PRIVATE KEY/i.test(found);
    return isPrivate
        ? "the public key, which begins with age1: keep the private one outside of the cluster and of this file, and make a new pair, since this one has been here"
        : "a public key of age, age1 and 58 letters as `age-keygen` prints it";
}
