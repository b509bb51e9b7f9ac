/**
 * Whether a setting's name says that its value is a secret. As in any English compound the last word
 * is what the thing is: a `passwordKey` is a key, a `tokenTtl` a time, an `apiKey` a key that opens
 * something. Pure.
 */
import { wordSet, wordsOf } from "./words";

/** What a name says of its value. */
export interface SecretName {
    /**
     * `password`, `token` and `key` are the thing itself. A `secret` may as well be the name of a
     * Secret, and of `other` only a value that looks random tells: both need its help.
     */
    readonly kind: "password" | "token" | "key" | "secret" | "other";
    /** Says so of several: numbers below are counts (`tokens: 4096`). */
    readonly plural: boolean;
    readonly words: readonly string[];
}

const PASSWORDS = new Set(["password", "passwd", "passphrase", "passcode", "pwd", "pass", "pw"]);

/** What passes, rather than being a pass: `proxy_pass`, `single pass`. */
const PASSING = wordSet(
    "proxy fastcgi uwsgi scgi grpc memcached single multi two one first second low high band by",
);

/** Keys that open something, by the word before. */
const KEYS = wordSet(
    "api access secret private master encryption decryption signing hmac aes preshared unseal jwt",
);
/** Keys that do so for some systems, and for others only find a thing: PagerDuty and AMQP route. */
const POSSIBLE_KEYS = wordSet(
    "auth account shared license session cookie storage routing service integration client recovery write ingest ssh app host",
);

/** Secrets that two parties share, never the name of a Secret alone. */
const SHARED = wordSet(
    "client shared jwt hmac cookie session app application consumer signing api oauth csrf totp otp bot encryption access",
);

/** Words that carry the thing before them on: `passwordValue`, `SECRET_KEY_BASE64`. */
const CARRIERS = wordSet(
    "value values val base b64 base64 string str text plain plaintext raw literal data encoded default initial new old current override prod production dev staging test",
);

/** Names with one of these are about a secret that stands elsewhere, or about how many there are. */
const ABOUT = wordSet(
    "existing ref refs reference name names checksum sha sha256 md5 fingerprint public pub next page continue continuation cancellation max min num number count total per cached",
);

/** Last words of names that say something about a secret: of these no value is one. */
const PROPERTIES = wordSet(
    "file files path paths dir directory folder mount volume url uri endpoint host port address server " +
        "id ids key keys field fields prefix suffix header headers label annotation env var variable " +
        "property parameter param attribute claim scope scopes audience issuer subject " +
        "type kind class mode method format algorithm alg encryption hashing strategy policy policies rule rules " +
        "ttl age expiry expiration expires lifetime duration period interval timeout rotation rotate refresh seconds second minutes hours days " +
        "length size bytes limit limits rate bucket budget iterations rounds cost strength history " +
        "provider backend store manager operator controller driver plugin reader reviewer review request requests generator resolver reflector " +
        "version image tag repository namespace location selector template pattern regex hint prompt description title message " +
        "enabled disabled required auth authentication authenticator authorization validation validator verification check reset change changed update updated sync " +
        "user username role account usage status state role group config configuration settings options",
);

function without(words: readonly string[]): readonly string[] {
    const last = words.at(-1);
    return last !== undefined && words.length > 1 && CARRIERS.has(last)
        ? without(words.slice(0, -1))
        : words;
}

function singular(word: string): string {
    return /^(?:password|token|secret|credential|key)s$/.test(word) ? word.slice(0, -1) : word;
}

/** What the last word says, with the one before. */
function kindOfHead(head: string, before: string | undefined): SecretName["kind"] | undefined {
    if (PASSWORDS.has(head)) {
        return head === "pass" && PASSING.has(before ?? "") ? undefined : "password";
    }
    switch (head) {
        case "token":
            return "token";
        case "psk":
            return "key";
        case "key":
            return KEYS.has(before ?? "")
                ? "key"
                : POSSIBLE_KEYS.has(before ?? "")
                  ? "other"
                  : undefined;
        case "secret":
            return SHARED.has(before ?? "") ? "key" : "secret";
        case "credential":
            return "secret";
        case "auth":
            return before === "master" || before === "rediscli" || before === "require"
                ? "password"
                : undefined;
        case "cookie":
            return before === "erlang" ? "password" : undefined;
        default:
            return undefined;
    }
}

function find(name: string): SecretName | undefined {
    const all = wordsOf(name);
    if (all.some((word) => ABOUT.has(word))) {
        return undefined;
    }
    // The digest of a password stands for it; that of any other text is its fingerprint.
    const hashed = all.some((word) => word === "hash" || word === "hashed" || word === "digest");
    const words = without(all.filter((word) => !["hash", "hashed", "digest"].includes(word)));
    const last = words.at(-1) ?? "";
    const head = singular(last);
    const kind = kindOfHead(head, words.at(-2));
    if (kind !== undefined) {
        return hashed && kind !== "password" ? undefined : { kind, plural: head !== last, words };
    }
    const isElsewhere = words.some(
        (word) => PASSWORDS.has(word) || ["token", "secret", "apikey"].includes(word),
    );
    return isElsewhere && !hashed && !PROPERTIES.has(last)
        ? { kind: "other", plural: false, words }
        : undefined;
}

const known = new Map<string, SecretName | undefined>();
/** Names repeat: the vocabulary of a whole stack is a few thousand. */
const REMEMBERED = 20_000;

/** What the name says, or undefined for one that says nothing of a secret. */
export function secretName(name: string): SecretName | undefined {
    if (!known.has(name)) {
        if (known.size >= REMEMBERED) {
            known.clear();
        }
        known.set(name, find(name));
    }
    return known.get(name);
}
