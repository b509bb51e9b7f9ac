/**
 * What is obviously a secret in a line of a log, for every collector. The patterns are in the syntax
 * that RE2, Rust's `regex` and Onigmo share. They know forms, not meanings: a program that logs a password
 * as a plain word still does so, and the lines of a key in several lines are not joined.
 */

/** What is left of a secret. */
export const REDACTED = "[REDACTED]";

/** Tokens that are known by their form alone. */
export const tokens: readonly string[] = [
    // JSON web tokens, those of ServiceAccounts too.
    String.raw`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`,
    String.raw`(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{20,}`,
    // GitHub, GitLab, Slack, AWS, Vault and OpenBao, age.
    String.raw`\bgh[pousr]_[A-Za-z0-9]{36,}`,
    String.raw`\bgithub_pat_[A-Za-z0-9_]{22,}`,
    String.raw`\bglpat-[A-Za-z0-9_-]{20,}`,
    String.raw`\bxox[abeprs]-[A-Za-z0-9-]{10,}`,
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bhv[sbr]\.[A-Za-z0-9_-]{24,}`,
    String.raw`\b[sb]\.[A-Za-z0-9]{24}\b`,
    String.raw`\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b`,
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)`,
];

/** A secret that only what stands before it gives away. */
export interface Announced {
    readonly before: string;
    readonly secret: string;
    /** What must follow; default: anything. */
    readonly after?: string;
}

/** Between a name and its value: quotes, escaped ones too, and a colon or an equals sign. */
const IS = String.raw`["\x27\\]*\s*[:=]\s*`;
const QUOTE = String.raw`\\*["\x27]`;
const QUOTED = String.raw`[^"\x27\\]+`;
/** A value up to where it ends in logfmt, a query string or a command line. */
const BARE = String.raw`[^\s"\x27\\,;&}]+`;

const NAMES = [
    "password",
    "passwd",
    "passphrase",
    "secret[_-]?(?:access[_-]?)?key",
    "client[_-]?secret",
    "api[_-]?key",
    "(?:access|refresh|id|auth|bearer|bot|session)[_-]?token",
    "private[_-]?key",
].join("|");

/** In this order. */
export const announced: readonly Announced[] = [
    // user:password@ of an address
    { before: String.raw`://[^\s/:@"]*:`, secret: String.raw`[^\s/@"]+`, after: "@" },
    {
        before: String.raw`(?i:authorization${IS}["\x27\\]*(?:basic|bearer|token)\s+)`,
        secret: BARE,
    },
    { before: `(?i:(?:${NAMES})${IS}${QUOTE})`, secret: QUOTED },
    { before: `(?i:(?:${NAMES})${IS})`, secret: BARE },
];
