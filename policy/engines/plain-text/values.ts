/** What a value is by its looks: a reference, a switch, a name, something random. Pure. */

/** Values that are no secret whatever their name: switches, durations, references, places. */
const HARMLESS: readonly RegExp[] = [
    /^\s*$/,
    /^(?:true|false|yes|no|on|off|y|n|null|nil|none|undefined|enabled?|disabled?|auto|automatic|default|optional|required|always|never|any|all|redacted|hidden|masked|generated?|random)$/i,
    /^[+-]?\d*\.\d+$|^-\d+$/,
    /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d|w))+$/,
    /^\d+(?:[KMGTP]i?|m)B?$/,
    // A path, not base64: those have no second slash this early or a dot.
    /^(?:\.{0,2}|~)\/[\w.-]+(?:\/[\w.@-]+)*\/?$/,
    /^[A-Za-z]:\\/,
    /^(?:file|env|secret|vault|op|awssm|gcpsm|ref|secretref|k8s):/i,
    /^[a-z][a-z0-9+.-]*:\/\//i,
    // Encrypted by SOPS.
    /^ENC\[/,
    // `<placeholder>`, `%(name)s`, `***`, `[redacted]`, `%s`, `@NAME@`.
    /^<.*>$|^%\(|^%[sdvq]$|^[*•.]+$|^\[.*\]$|^@\w+@$|^x{3,}$/i,
];

/**
 * `$NAME`, `${NAME}`, `$(NAME)`, `{{ template }}`, `$__file{...}`, backticks, `:'name'` of psql,
 * `SECRET[source.key]` of Vector.
 */
const REFERENCE =
    /\$\{|\$\(|\{\{|^\$[A-Za-z_][\w.:-]*$|^\$__\w+\{|^`|^:'?\w+'?$|^%\w+%$|^!\w+ |^#\{|^SECRET\[[\w-]+\.[\w.-]+\]$|\{env[.:]|^(?:env|vars?|local|process\.env|config|self|inputs?|values|secrets)\.[A-Za-z_][\w.]*$/;

/** Digests of functions made to be slow: guessing a good password from one takes longer than its life. */
const SLOW_DIGEST =
    /^(?:\{(?:CRYPT|ARGON2|BCRYPT)\})?\$(?:argon2(?:id|i|d)|2[abxy]?|7|y|gy|scrypt|pbkdf2(?:-sha\d+)?|6|5)\$|^SCRAM-SHA-256\$|^pbkdf2[:_]/i;

/** Whether a text stands for a value that is given elsewhere. */
export function isReference(text: string): boolean {
    return REFERENCE.test(text);
}

/** Whether a value can be no secret, whatever its name says. */
export function isHarmless(value: string): boolean {
    return isReference(value) || SLOW_DIGEST.test(value) || HARMLESS.some((one) => one.test(value));
}

/** Whether nobody would choose the text as the name of anything: letters and digits in disorder. */
export function looksRandom(text: string): boolean {
    if (text.length < 8 || /\s/.test(text) || /^[\d.:]+$/.test(text)) {
        return false;
    }
    // Names of objects, hosts, files and constants are words between separators.
    if (/^[a-z]+\d{0,3}(?:[-_./:@][a-z]*\d{0,4}[a-z]?\d?)*$/i.test(text)) {
        return /^[0-9a-f]{20,}$/i.test(text);
    }
    const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w.:/-]/].filter((one) => one.test(text)).length;
    const changes = [...text.matchAll(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)].length;
    return classes >= 3 || changes >= 3;
}

/**
 * Whether the text could be the name of a Secret: words between hyphens and dots (RFC 1123).
 *
 * @param single whether one word is one even with digits, or if it says itself that it is a secret
 */
export function looksLikeName(text: string, single: boolean): boolean {
    return (
        text.length <= 253 &&
        /^[a-z]+\d{0,3}(?:[-./](?:[a-z]+\d{0,3}|[a-z]?\d{1,3}[a-z]?))*$/.test(text) &&
        (single || /[-.]/.test(text) || /^(?!.*(?:secret|pass|change))[a-z]+$/.test(text)) &&
        !/changeme|change-me/.test(text)
    );
}
