/** The passphrase that opens secrets in a stack's file and state (pulumi: sdk/go/common/resource/config/crypt.go). Pure. */
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

const ROUNDS = 1_000_000;
const TAG = 16;

/**
 * Whether a passphrase is the one of a stack. The file holds a word that is encrypted with it:
 * `v1:<salt>:v1:<nonce>:<word>`.
 *
 * @param encryptionSalt `encryptionsalt` of `Pulumi.<stack>.yaml`
 */
export async function opensStack(encryptionSalt: string, passphrase: string): Promise<boolean> {
    const [, salt = "", , nonce = "", sealed = ""] = encryptionSalt.split(":");
    const key = await promisify(pbkdf2)(
        passphrase,
        Buffer.from(salt, "base64"),
        ROUNDS,
        32,
        "sha256",
    );
    const text = Buffer.from(sealed, "base64");
    try {
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
        decipher.setAuthTag(text.subarray(-TAG));
        const word = Buffer.concat([decipher.update(text.subarray(0, -TAG)), decipher.final()]);
        return word.toString() === "pulumi";
    } catch {
        return false;
    }
}
