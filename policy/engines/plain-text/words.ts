/** Splits the names of settings into words, whatever the convention of who named them. Pure. */

/** Endings that are words of their own, whatever stands before: `PGPASSWORD`, `authtoken`. */
const ENDINGS = /^(.+?)(passwords?|passwd|passphrase|passcode|pwd|secrets?|tokens?|credentials?)$/;

/**
 * Endings that also end other words (`compass`, `monkey`), each after what makes them secrets: names
 * as redis.conf, slapd.conf, keytool and the clouds write them.
 */
const KNOWN_ENDINGS: readonly RegExp[] = [
    /^(require|master|db|root|user|admin|my|mysql|pg|postgres|redis|mongo|smtp|mail|ldap|bind|http|https|auth|ssh|ftp|key|store|trust|login|mqtt|amqp|rabbit|app|client|server|wifi|proxy)(pass)$/,
    /^(bind|root|user|admin|db|ldap|mail|smtp)(pw)$/,
    /^(.*?)(secretaccess|api|access|secret|private|encryption|signing|preshared|shared|account|license|unseal)(keys?)$/,
    /^(master|auth|session|hmac|jwt|aes|routing|integration|app|cookie)(keys?)$/,
    /^(master|rediscli|require)(auth)$/,
    /^(pass)(phrase)$/,
];

/** Words that are written apart and belong together. */
const COMPOUNDS: Readonly<Record<string, string>> = {
    "pass word": "password",
    "pass words": "passwords",
    "pass wd": "passwd",
    "pass phrase": "passphrase",
    "pass code": "passcode",
    "pre shared": "preshared",
    "secret access": "access",
    secretaccess: "access",
};

function apart(word: string): string[] {
    const bare = word.length > 4 ? word.replace(/\d+$/, "") : word;
    for (const pattern of [ENDINGS, ...KNOWN_ENDINGS]) {
        const [, ...parts] = pattern.exec(bare) ?? [];
        if (parts.length > 0) {
            return parts.filter((part) => part !== "");
        }
    }
    return [bare];
}

/**
 * The words of a name in lower case: `dbPassword`, `DB_PASSWORD`, `db-password`, `db.password` and
 * `DBPASSWORD` alike are `db` and `password`. Numbers at the end of a word are left out.
 */
export function wordsOf(name: string): string[] {
    const words = name
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== "" && !/^\d+$/.test(word))
        .flatMap(apart);
    return words.reduce<string[]>((joined, word) => {
        const together = COMPOUNDS[`${joined.at(-1) ?? ""} ${word}`];
        return together === undefined
            ? [...joined, COMPOUNDS[word] ?? word]
            : [...joined.slice(0, -1), together];
    }, []);
}

/** Words that are written one after the other, as a set. */
export function wordSet(text: string): ReadonlySet<string> {
    return new Set(text.split(" "));
}
