/**
 * Tells secrets in plain text from what merely sounds like one. Pure. Two kinds of evidence: the
 * shape of a value (a private key is one wherever it stands), and a name such as `DB_PASSWORD` with
 * a literal beside it.
 */

/** Shapes that only secrets have. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
    [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, "a private key"],
    [/\bAKIA[0-9A-Z]{16}\b/, "an AWS access key"],
    [/\bgh[pousr]_[A-Za-z0-9]{36}/, "a GitHub token"],
    [/\bglpat-[\w-]{20}/, "a GitLab token"],
    [/\bxox[abprs]-[\w-]{10,}/, "a Slack token"],
    [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a signed token"],
    // `$` and `{` and `<` start a reference or a placeholder, `*` masks.
    [
        /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`$]*:(?![$<{*%])[^\s/@"'`]+@[a-z0-9[]/i,
        "a URL with a password",
    ],
];

/** What secret the text holds, by its shape alone. */
export function secretShape(text: string): string | undefined {
    return SHAPES.find(([pattern]) => pattern.test(text))?.[1];
}

const SECRET_NAME =
    /(?:^|_)(?:password|passwd|passphrase|pwd|pass|secret|token|credentials?|(?:api|access|private|encryption|secret|signing|master|auth|account|shared)_?key|dsn)(?:_(?:key|value|base|base64|b64|string|hash)?|\d+)?$/;

/** `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password` alike become `db_password`. */
function words(name: string): string {
    return name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .toLowerCase();
}

/**
 * Whether a setting of this name holds a secret itself, rather than saying something about one
 * (`tokenTtl`, `passwordFile`, `existingSecret`).
 */
export function isSecretName(name: string): boolean {
    const text = words(name);
    return (
        SECRET_NAME.test(text) &&
        !/(?:^|_)(?:existing|external|image_pull|pull|tls|certificate|cert|ca|no|use|enable|disable|allow|require|has|with|next|page|continue|public)_(?:\w+_)?(?:secret|credentials?|token|password|pass|key)$/.test(
            text,
        )
    );
}

/** Values that are no secret whatever their name: numbers, switches, durations, references. */
const HARMLESS: readonly RegExp[] = [
    /^\s*$/,
    /^(?:true|false|yes|no|on|off|null|none|enabled|disabled|auto|default|optional|required)$/i,
    /^[+-]?\d+(?:\.\d+)?$/,
    /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d|w))+$/,
    /^\d+(?:[KMGTP]i?|m)$/,
    // A path, not base64: those have no second slash this early or a dot.
    /^(?:\.{0,2}|~)\/[\w.-]+(?:\/[\w.@-]+)*\/?$/,
    /^(?:file|env|secret|vault|op):/,
    /^[a-z][a-z0-9+.-]*:\/\//i,
    // `$(NAME)`, `${NAME}`, `$__file{...}`, `{{ template }}`, `<placeholder>`, `%(name)s`, `***`.
    /^\$|\$\{|\$\(|\{\{|^<.*>$|^%\(|^\*+$/,
];

/** Whether the value of a setting with a secret's name is that secret. */
export function isLiteralSecret(name: string, value: string): boolean {
    return isSecretName(name) && !HARMLESS.some((pattern) => pattern.test(value));
}

/** `--name=value` or `--name value`: flags with a literal secret. */
export function secretFlags(args: readonly string[]): string[] {
    return args.flatMap((arg, index) => {
        const match = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(arg);
        if (match === null) {
            return [];
        }
        const [, name = "", inline] = match;
        const following = args[index + 1] ?? "";
        const value = inline ?? (following.startsWith("-") ? "" : following);
        return isLiteralSecret(name, value) ? [name] : [];
    });
}

/** Lines `name: value` and `name = value` of a configuration file whose value is a secret. */
export function secretLines(text: string): string[] {
    return text.split("\n").flatMap((line) => {
        const match = /^\s*(?:-\s+)?["']?([A-Za-z][\w.-]*)["']?\s*[:=]\s*(.*?)\s*,?\s*$/.exec(line);
        if (match === null) {
            return [];
        }
        const [, name = "", quoted = ""] = match;
        const value = quoted.replace(/^(["'])(.*)\1$/, "$2");
        // Whole sentences, lists and blocks are no passwords; code calls and compares.
        return /[\s()[\]{}|>;]/.test(value) || !isLiteralSecret(name, value) ? [] : [name];
    });
}
