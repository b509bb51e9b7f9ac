/**
 * Files of age for X25519 (https://age-encryption.org/v1): enough to prove that somebody can open
 * what was encrypted for a recipient. Pure, but for fresh keys.
 */
import {
    createCipheriv,
    createDecipheriv,
    createHmac,
    createPrivateKey,
    createPublicKey,
    diffieHellman,
    generateKeyPairSync,
    hkdfSync,
    type KeyObject,
    randomBytes,
    timingSafeEqual,
} from "node:crypto";

const VERSION = "age-encryption.org/v1";
const CHUNK = 64 * 1024;
const TAG = 16;
/** RFC 8410: what stands before the 32 bytes of a key of X25519. */
const PRIVATE_DER = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_DER = Buffer.from("302a300506032b656e032100", "hex");

function privateKey(bytes: Uint8Array): KeyObject {
    const key = Buffer.concat([PRIVATE_DER, bytes]);
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function publicKey(bytes: Uint8Array): KeyObject {
    const key = Buffer.concat([PUBLIC_DER, bytes]);
    return createPublicKey({ key, format: "der", type: "spki" });
}

function rawOf(key: KeyObject): Buffer {
    return key.export({ format: "der", type: "spki" }).subarray(PUBLIC_DER.length);
}

/** The public half of a private key, 32 bytes each. */
export function publicHalf(identity: Uint8Array): Buffer {
    return rawOf(createPublicKey(privateKey(identity)));
}

function derived(key: Uint8Array, salt: Uint8Array, info: string): Buffer {
    return Buffer.from(hkdfSync("sha256", key, salt, info, 32));
}

function base64(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

function seal(key: Buffer, nonce: Buffer, plain: Uint8Array): Buffer {
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG });
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error for another key or a changed text */
function open(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
    const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG });
    decipher.setAuthTag(sealed.subarray(-TAG));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
}

const NO_NONCE = Buffer.alloc(12);

function wrapKey(shared: Buffer, share: Uint8Array, recipient: Uint8Array): Buffer {
    return derived(shared, Buffer.concat([share, recipient]), `${VERSION}/X25519`);
}

function macOf(fileKey: Buffer, header: string): Buffer {
    return createHmac("sha256", derived(fileKey, Buffer.alloc(0), "header"))
        .update(header)
        .digest();
}

function chunkNonce(counter: number, isLast: boolean): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(counter, 7);
    nonce[11] = isLast ? 1 : 0;
    return nonce;
}

/** Encrypts a text of at most 64 KiB for a recipient, given as its 32 bytes. */
export function encryptFor(recipient: Uint8Array, text: string): Buffer {
    const fileKey = randomBytes(16);
    const once = generateKeyPairSync("x25519");
    const share = rawOf(once.publicKey);
    const shared = diffieHellman({
        privateKey: once.privateKey,
        publicKey: publicKey(recipient),
    });
    const wrapped = seal(wrapKey(shared, share, recipient), NO_NONCE, fileKey);
    const header = `${VERSION}\n-> X25519 ${base64(share)}\n${base64(wrapped)}\n---`;
    const nonce = randomBytes(16);
    return Buffer.concat([
        Buffer.from(`${header} ${base64(macOf(fileKey, header))}\n`),
        nonce,
        seal(derived(fileKey, nonce, "payload"), chunkNonce(0, true), Buffer.from(text)),
    ]);
}

/** The key of a file, from the first of its recipients that the private key answers. */
function unwrapped(lines: readonly string[], identity: Uint8Array): Buffer | undefined {
    const own = publicHalf(identity);
    for (const [index, line] of lines.entries()) {
        const [, text] = /^-> X25519 ([A-Za-z0-9+/]{43})$/.exec(line) ?? [];
        if (text !== undefined) {
            const share = Buffer.from(text, "base64");
            try {
                const shared = diffieHellman({
                    privateKey: privateKey(identity),
                    publicKey: publicKey(share),
                });
                const sealed = Buffer.from(lines[index + 1] ?? "", "base64");
                return open(wrapKey(shared, share, own), NO_NONCE, sealed);
            } catch {
                // It is for somebody else.
            }
        }
    }
    return undefined;
}

/** What came of opening a file. */
export type Opened = { readonly plain: Buffer } | { readonly fault: string };

/**
 * Opens a file of age with a private key, given as its 32 bytes.
 *
 * @returns the content, or in words why it cannot be had
 */
export function openWith(identity: Uint8Array, file: Buffer): Opened {
    const mark = file.indexOf("\n--- ");
    const end = file.indexOf("\n", mark + 1);
    if (!file.subarray(0, VERSION.length + 1).equals(Buffer.from(`${VERSION}\n`)) || mark < 0) {
        return { fault: "is no file of age" };
    }
    const header = file.subarray(0, mark + 4).toString("latin1");
    const fileKey = unwrapped(header.split("\n"), identity);
    if (fileKey === undefined) {
        return { fault: "was encrypted for another key" };
    }
    const mac = Buffer.from(file.subarray(mark + 5, end).toString("latin1"), "base64");
    const wanted = macOf(fileKey, header);
    if (mac.length !== wanted.length || !timingSafeEqual(mac, wanted)) {
        return { fault: "has a damaged header" };
    }
    const body = file.subarray(end + 1);
    const key = derived(fileKey, body.subarray(0, 16), "payload");
    const sealed = body.subarray(16);
    const parts: Buffer[] = [];
    const size = CHUNK + TAG;
    const count = Math.max(1, Math.ceil(sealed.length / size));
    try {
        for (let index = 0; index < count; index += 1) {
            const chunk = sealed.subarray(index * size, (index + 1) * size);
            parts.push(open(key, chunkNonce(index, index === count - 1), chunk));
        }
    } catch {
        return { fault: "is damaged or cut off" };
    }
    return { plain: Buffer.concat(parts) };
}
