/** What `npm run rotate` says. Pure. */
import type { SecretGeneration } from "../../components/base/secret-plan";
import type { Effects } from "./effects";
import type { StackSecret } from "./secrets";

/** A renewal that was written, or would be. */
export interface Rotated extends Effects {
    readonly secret: StackSecret;
    readonly next: SecretGeneration;
    readonly written: boolean;
}

const DAY = 86_400_000;

function daysBetween(from: string, to: string): number {
    return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

function columns(rows: readonly (readonly string[])[]): string {
    const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => (row[column] ?? "").length)),
    );
    return rows
        .map((row) =>
            row
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}

function ageOf({ since, rotation, source }: StackSecret, today: string): string {
    if (source === "others") {
        return "";
    }
    if (since === undefined) {
        return "as it was made";
    }
    const age = daysBetween(since, today);
    const left = rotation.days - age;
    return left < 0 ? `${age} days, ${-left} too many` : `${age} days, due in ${left}`;
}

function wayOf({ source, renewal, of }: StackSecret): string {
    if (source === "others") {
        return of.length === 0 ? "nothing secret" : `with ${of.join(", ")}`;
    }
    return source === "configuration" ? `set: ${of.join(", ") || "elsewhere"}` : renewal.how;
}

/** Every secret, a line each. */
export function listText(secrets: readonly StackSecret[], today: string): string {
    const rows = secrets.map((secret) => [
        secret.name,
        secret.rotation.owner,
        `${secret.rotation.days} days`,
        secret.source === "others" ? "" : String(secret.generation),
        ageOf(secret, today),
        wayOf(secret),
    ]);
    return [
        columns([["secret", "owner", "period", "generation", "age", "renewed"], ...rows]),
        "",
        'One that is as it was made is as old as its Secret: the panel "Secrets" of the dashboard Expiries shows it.',
    ].join("\n");
}

function oneText({ secret, next, steps, protectedValues }: Rotated, stack: string): string[] {
    const { name, rotation, generation, renewal } = secret;
    const server = "server" in renewal ? [`  first     ${renewal.server}`] : [];
    const notice = renewal.how === "by hand" ? [] : [`  noticed   ${renewal.notice}`];
    const unprotect =
        protectedValues.length === 0
            ? []
            : [
                  "It is protected; let it be replaced first:",
                  ...protectedValues.map(
                      (urn) => `  pulumi state unprotect '${urn}' --stack ${stack} --yes`,
                  ),
              ];
    return [
        `${name}: generation ${generation} -> ${next.generation}`,
        `  owner     ${rotation.owner}, every ${rotation.days} days`,
        ...server,
        ...notice,
        "In this order:",
        ...steps.map(({ what, how }, index) => `  ${index + 1}. ${what}: ${how}`),
        ...unprotect,
        ...("afterwards" in renewal
            ? [
                  "After the update, when everything is well:",
                  ...renewal.afterwards.map((line) => `  ${line}`),
              ]
            : []),
    ];
}

/** What a renewal does, and the next command. */
export function rotatedText(
    rotated: readonly Rotated[],
    { stack, unseen }: { readonly stack: string; readonly unseen: readonly string[] },
): string {
    const file = `Pulumi.${stack}.yaml`;
    return [
        ...rotated.flatMap((one) => [...oneText(one, stack), ""]),
        ...(unseen.length === 0
            ? []
            : [
                  `Charts that are not at hand (make charts), whose pods are not listed: ${unseen.join(", ")}.`,
              ]),
        rotated.every(({ written }) => written)
            ? `Wrote ${file}. Next: npm run up -- --stack ${stack}; then commit ${file}.`
            : "Nothing was written.",
    ].join("\n");
}

/** How a person makes a secret of the configuration anew. */
export function settingText({
    stack,
    word,
    secrets,
    keys,
    meaning,
}: {
    readonly stack: string;
    readonly word: string;
    readonly secrets: readonly StackSecret[];
    readonly keys: readonly string[];
    readonly meaning: Readonly<Record<string, string>>;
}): string {
    const owners = [...new Set(secrets.map(({ rotation }) => rotation.owner))].join(", ");
    const days = Math.min(...secrets.map(({ rotation }) => rotation.days));
    const set = (key: string) => `     pulumi config set --secret ${key} --stack ${stack}`;
    return [
        `${secrets.map(({ name }) => name).join(", ")}: set by a person, owner ${owners}, every ${days} days.`,
        "  1. Make a new one beside the old one, where it comes from:",
        ...keys.map((key) => `     ${key}: ${meaning[key] ?? "see docs/settings.md"}`),
        ...(keys.length === 0
            ? ["     it is no secret of the configuration but follows from settings"]
            : ["  2. Set it; the command asks for the value:", ...keys.map(set)]),
        `  3. make rotate STACK=${stack} SECRET=${word} DONE=1    (notes the day; who reads it starts anew)`,
        `  4. npm run up -- --stack ${stack}, and see that it works`,
        "  5. Revoke the old one where it came from.",
    ].join("\n");
}
