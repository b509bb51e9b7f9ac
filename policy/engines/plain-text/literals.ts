/** Name and value together: whether a setting is a secret in plain text. Pure. */
import { type SecretName, secretName } from "./names";
import { isHarmless, isReference, looksLikeName, looksRandom } from "./values";
import { wordsOf } from "./words";

/** Where the setting stands, as far as that changes what its value may be. */
export interface Setting {
    readonly name: string;
    readonly value: string;
    /** An argument of a program: one word alone may be the name of a Secret there. */
    readonly isFlag?: boolean;
    /** The value is the whole of what it is in: blanks may be part of it. */
    readonly isWhole?: boolean;
}

/** Digits from which on a number may be a password, by kind: below are switches, ports and counts. */
const LEAST_DIGITS = { password: 3, token: 6, key: 6, secret: 6, other: 12 } as const;

/** Sources of the name service switch: `passwd: files systemd`. */
const NAME_SERVICES =
    /^(?:(?:files|compat|systemd|db|dns|nis|nisplus|ldap|sss|winbind|hesiod)\s*)+$/;

/** Headers that carry a password or token after the name of a scheme. */
const AUTHORIZATION = /^(?:basic|bearer|token|apikey|bot|splunk)\s+(.{6,})$/i;

/** Name and password in one: `NEO4J_AUTH=neo4j/password`, `basicAuth: user:password`, or as base64. */
function isPair(name: string, value: string): boolean {
    if (!/auth$/i.test(name) || isHarmless(value)) {
        return false;
    }
    const decoded = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)
        ? Buffer.from(value, "base64").toString("latin1")
        : "";
    return (
        /^[\w.@-]+:[\x21-\x7e]{3,}$/.test(decoded) ||
        /^[\w.@-]+:[^\s:$({%]{3,}$/.test(value) ||
        (/neo4j/i.test(name) && /^\w+\/\S{3,}$/.test(value))
    );
}

/** Whether the value is the name of a key in a Secret: `secretKey: admin-password`. */
function namesKey(value: string): boolean {
    const isName = /^[A-Za-z][\w.-]*$/.test(value) && !looksRandom(value);
    // Of one word only the plain ones: `supersecretpassword` is none.
    const hasWords =
        /[-_.]|[a-z][A-Z]/.test(value) || /^(?:password|passwd|token|secret|key)$/.test(value);
    return (
        isName &&
        ((hasWords && (secretName(value) !== undefined || value === "key")) ||
            /\.(?:key|crt|pem|json|ya?ml|conf|cfg|ini)$/.test(value))
    );
}

/** Whether the value repeats the words of its name, as the names of Secrets do. */
function repeats(value: string, { words }: SecretName): boolean {
    const found = wordsOf(value);
    return looksLikeName(value, false) && words.slice(-2).every((word) => found.includes(word));
}

function isSecretValue(secret: SecretName, { value, isFlag = false }: Setting): boolean {
    switch (secret.kind) {
        case "password":
            return true;
        case "token":
            return !(secret.plural && /^[a-z]+$/.test(value));
        case "key":
            return !namesKey(value) && !repeats(value, secret);
        case "secret":
            return !looksLikeName(value, isFlag) && !namesKey(value);
        case "other":
            return looksRandom(value);
    }
}

/** Whether the setting is a secret that is written out. */
export function isLiteralSecret(setting: Setting): boolean {
    const { name, value, isWhole = false } = setting;
    const [, credentials] = AUTHORIZATION.exec(value) ?? [];
    if (credentials !== undefined && /authorization$/i.test(name)) {
        return !isReference(credentials) && !isHarmless(credentials);
    }
    if (isPair(name, value)) {
        return true;
    }
    const secret = secretName(name);
    if (secret === undefined || isHarmless(value)) {
        return false;
    }
    if (/^\d+$/.test(value)) {
        return !secret.plural && value.length >= LEAST_DIGITS[secret.kind];
    }
    if (/\s/.test(value.trim()) && !(isWhole && secret.kind === "password")) {
        return false;
    }
    return !(/^passwd$/i.test(name) && NAME_SERVICES.test(value)) && isSecretValue(secret, setting);
}

/** Whether a value that nobody knows yet is a secret by its name alone; `maybe` a Secret's name. */
export function isSecretByName(name: string): boolean | "maybe" {
    const kind = secretName(name)?.kind;
    return kind === "secret" || kind === "other" ? "maybe" : kind !== undefined;
}
