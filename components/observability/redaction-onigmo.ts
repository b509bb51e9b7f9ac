/**
 * The patterns of secrets (redaction.ts) for Fluentd and Fluent Bit, both of which search with Onigmo:
 * the one in Ruby, which replaces, the other in parsers, which only cut. Pure.
 */
import { announced, REDACTED, tokens } from "./redaction";

/** An expression of Ruby that takes secrets out of a text. Bytes that are no UTF-8 would stop it. */
export function rubyRedaction(text: string): string {
    const pairs = [
        ...tokens.map((token) => [token, REDACTED] as const),
        ...announced.map(
            ({ before, secret, after = "" }) =>
                [`(${before})${secret}(${after})`, String.raw`\1${REDACTED}\2`] as const,
        ),
    ].map(([pattern, left]) => `[/${pattern.replaceAll("/", String.raw`\/`)}/, '${left}']`);
    return (
        `[${pairs.join(", ")}].reduce(${text}.to_s.scrub) ` +
        "{ |line, (secret, left)| line.gsub(secret, left) }"
    );
}

/** Key that says that something was cut off, until the script has marked it. */
const CUT = "redacted";

/** What comes before the first secret, as the message; one letter of it shows that there was one. */
function cutAt(secrets: readonly string[]): string {
    return String.raw`\A(?<message>[\s\S]*?(?:${secrets.join("|")}))(?<${CUT}>[\s\S])`;
}

/** Regular expressions by the name of their parser, in their order: both look at what is left. */
export const cuttingParsers = {
    tokens: cutAt(tokens.map((token) => `(?=${token})`)),
    announced: cutAt(
        announced.map(({ before, secret, after = "" }) => `${before}(?=${secret}${after})`),
    ),
} as const;

/** Marks what was cut: a line that began with a secret has no message any more. */
const MARK = `function mark(tag, timestamp, record)
  if record["${CUT}"] == nil then
    return 0, timestamp, record
  end
  record["message"] = (record["message"] or "") .. "${REDACTED}"
  record["${CUT}"] = nil
  return 2, timestamp, record
end
`;

/**
 * Filters of Fluent Bit that cut a message at its first secret. It finds by pattern but replaces
 * nothing by one, so what follows a secret in its line goes as well.
 */
export function cuttingFilters(match: string) {
    return [
        ...Object.keys(cuttingParsers).map((parser) => ({
            name: "parser",
            match,
            key_name: "message",
            parser,
            preserve_key: false,
            reserve_data: true,
        })),
        { name: "lua", match, call: "mark", code: MARK },
    ];
}
