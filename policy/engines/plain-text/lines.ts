/**
 * Settings in the lines of configuration files, whatever the dialect: `name = value`, `name: value`,
 * `name value`, several of them in one line, and formats known by the file's name. Pure.
 */
import { secretName } from "./names";
import { isLiteralSecret } from "./literals";
import { isHarmless, looksRandom } from "./values";

const NAME = String.raw`[A-Za-z_][\w./-]*`;
const STRING = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;

/** A name, what separates it, and its value. */
const PAIR = new RegExp(
    String.raw`(?<![\w$./-])(["']?)(${NAME})\1\s*(=>|:=|[:=])\s*(${STRING}|[^\s,;&"'\x60(){}[\]|<>]+)`,
    "g",
);

/** The first parameter of a URL; `PAIR` takes it for a part of the address, and finds all others. */
const FIRST_PARAMETER = /:\/\/[^\s"'`<>?]+\?([A-Za-z_][\w.-]*)=([^\s&;#"'`<>]+)/g;

/** `requirepass value`: the dialect of redis.conf, slapd.conf and others. */
const DIRECTIVE = new RegExp(String.raw`^\s*(?:set\s+)?(${NAME})[ \t]+(${STRING}|\S+?)\s*;?\s*$`);

/** Lines in which `password value` follows what it is for: netrc, HAProxy, FRRouting. */
const CLAUSE =
    /^\s*(?:machine|default|login|user|username|neighbor|server|account|auth)\b.*?\s(password|passwd|insecure-password|auth-pass)\s+("[^"]*"|\S+)/i;

/** A rule of Redis' access control: `user app on >password ~*`. */
const ACCESS_RULE = /^\s*(?:user|acl\s+setuser)\s+\S+\s.*?(?:^|\s)(>\S+|#[0-9a-f]{64})/i;

/** HAProxy's `stats auth user:password`, Sentinel's `auth-pass name password`, strongSwan's `PSK`. */
const STATEMENTS: readonly RegExp[] = [
    ACCESS_RULE,
    /^\s*stats\s+auth\s+[^:\s]+(:\S+)/,
    /^\s*sentinel\s+auth-pass\s+\S+(\s\S+)/,
    /:\s*(?:PSK|XAUTH|EAP)\s(\s*"[^"]+)"/,
];

const COMMENT = /^\s*(?:#|\/\/|;|--\s|<!--|\*\s|\/\*|rem\s)/i;

/** Languages in which a value without quotes is an expression. */
const CODE =
    /\.(?:lua|py|js|mjs|ts|go|rb|groovy|java|kts?|star|rego|cue|jsonnet|php|tmpl|gotmpl|tpl|html?|css)$/i;

/** Languages of people: what reads like a setting is a sentence. */
const PROSE = /\.(?:md|txt|rst|adoc|html?)$|^notes$/i;

function unquoted(text: string): string {
    const [, inside] = /^["'](.*)["']$/s.exec(text) ?? [];
    return inside ?? text;
}

function firstParameters(text: string): string[] {
    return [...text.matchAll(FIRST_PARAMETER)].flatMap(([, name = "", value = ""]) =>
        isLiteralSecret({ name, value }) ? [name] : [],
    );
}

/** Names of settings in one text that are written out, wherever in a line they stand. */
export function secretPairs(text: string, onlyQuoted = false): string[] {
    const first = text.includes("?") && !onlyQuoted ? firstParameters(text) : [];
    const pairs = [...text.matchAll(PAIR)].flatMap((match) => {
        const [whole, quote = "", name = "", separator = "", value = ""] = match;
        const isQuoted = /^["']/.test(value);
        const after = text.slice(match.index + whole.length);
        const isSentence =
            !isQuoted &&
            // `name: value` with more words behind, `name = a + b`, `name:value` in the middle.
            ((separator === ":" && /^[ \t]+[^#\s,}\]]/.test(after)) ||
                (/\s=\s/.test(whole) && /^[ \t]+[^#;\s]/.test(after)) ||
                (separator === ":" && quote === "" && !/:\s/.test(whole) && match.index > 0));
        // `PASSWORD :'name'` of psql.
        const isVariable = separator === ":" && quote === "" && /\s:/.test(whole);
        // Comparisons, calls, members and indexes are code.
        const isCode = /^[=~>!]/.test(value) || /^[([]/.test(after) || (onlyQuoted && !isQuoted);
        const setting = { name, value: unquoted(value), isWhole: isQuoted };
        return isSentence || isVariable || isCode || !isLiteralSecret(setting) ? [] : [name];
    });
    return [...first, ...pairs];
}

/** `name value` alone in a line. Two words of a sentence are no setting, so the name must be sure. */
function directive(line: string): string[] {
    const [, name = "", text = ""] = DIRECTIVE.exec(line) ?? [];
    const value = unquoted(text);
    const secret = secretName(name);
    const isSure =
        // Sentences begin like this.
        !/^[A-Z][a-z]+$/.test(name) &&
        (secret?.kind === "password" ||
            ((secret?.kind === "key" || secret?.kind === "token") && looksRandom(value)));
    return isSure &&
        !/[,:]$/.test(value) &&
        !/^(?:=|:|\()/.test(text) &&
        isLiteralSecret({ name, value })
        ? [name]
        : [];
}

function clause(line: string): string[] {
    const [, name = "", text = ""] = CLAUSE.exec(line) ?? [];
    return name !== "" && isLiteralSecret({ name: "password", value: unquoted(text) })
        ? [name]
        : [];
}

/** Statements that give a password without calling it one. */
function statement(line: string): string[] {
    const rules = STATEMENTS.map((pattern) => pattern.exec(line)?.[1]);
    const isWrittenOut = rules.some((rule) => rule !== undefined && !isHarmless(rule.slice(1)));
    return isWrittenOut ? ["the password of a user"] : [];
}

/** Files whose lines are nothing but credentials, by their names, with the place of the password. */
const CREDENTIAL_FILES: readonly (readonly [RegExp, RegExp])[] = [
    [/pgpass(?:\.conf)?$/i, /^[^#:]*:[^:]*:[^:]*:[^:]*:(.+)$/],
    [/userlist(?:\.txt)?$/i, /^\s*"[^"]+"\s+"([^"]+)"/],
    [/htpasswd$|^\.?git-credentials$/i, /^[^#\s:]+:([^\s:]+)$/],
    [/chap-secrets$|pap-secrets$/i, /^\s*[^#\s]+\s+\S+\s+(\S+)/],
];

/** The names under which a file's lines give secrets. */
export function secretLines(text: string, file = ""): string[] {
    const format = CREDENTIAL_FILES.find(([pattern]) => pattern.test(file))?.[1];
    const isProse = PROSE.test(file);
    const isCode = CODE.test(file);
    return text.split("\n").flatMap((line) => {
        if (COMMENT.test(line)) {
            return [];
        }
        const [, password] = format?.exec(line) ?? [];
        if (password !== undefined && !isHarmless(unquoted(password))) {
            return ["the password of a user"];
        }
        const pairs = secretPairs(line, isCode || isProse);
        return isProse || isCode
            ? pairs
            : [...pairs, ...directive(line), ...clause(line), ...statement(line)];
    });
}

/** `<password>value</password>`, `<property name="password" value="..."/>`. */
export function secretElements(text: string): string[] {
    const elements = [...text.matchAll(/<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>([^<>]+)<\/\1\s*>/g)].map(
        ([, name = "", value = ""]) => ({ name, value: value.trim() }),
    );
    const properties = [
        ...text.matchAll(
            /\b(?:name|key)\s*=\s*["']([^"']+)["'][^<>]*?\bvalue\s*=\s*["']([^"']*)["']/g,
        ),
    ].map(([, name = "", value = ""]) => ({ name, value }));
    // `<name>password</name><value>x</value>`, as Hadoop writes it.
    const named = [
        ...text.matchAll(/<name>\s*([^<>]+?)\s*<\/name>\s*<value>\s*([^<>]+?)\s*<\/value>/g),
    ].map(([, name = "", value = ""]) => ({ name, value }));
    return [...elements, ...properties, ...named]
        .filter((setting) => isLiteralSecret({ ...setting, isWhole: true }))
        .map(({ name }) => name);
}
