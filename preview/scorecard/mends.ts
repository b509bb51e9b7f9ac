/** What a criterion protects from and how to mend a violation: from the pack and docs/criteria.md. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { PolicyInfo } from "../analyzer";

const root = path.join(__dirname, "..", "..");
const DOCUMENT = "docs/criteria.md";

/** The profile that asks for everything. */
const LARGEST = "prod";

/** What the reader has chosen. */
interface Chosen {
    readonly stack: string;
    readonly profile: string;
}

/** Help with one criterion. */
export interface Mend {
    /** A few words, the heading of its section. */
    readonly title: string;
    readonly severity: string;
    /** The remediation of its policy. */
    readonly steps: string;
    /** What the criterion protects from; absent when the documentation does not say. */
    readonly protects?: string;
    /** Anchor in the document. */
    readonly anchor: string;
}

/** The text of one bullet of a section, as one line without links. */
function bullet(section: string, name: string): string | undefined {
    const text = new RegExp(`^- \\*\\*${name}\\*\\*:?\\s+(.*)$`, "m").exec(section)?.[1];
    return text?.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*/g, "");
}

function sentenceCase(words: string): string {
    return words.charAt(0).toUpperCase() + words.slice(1).replaceAll("-", " ");
}

/** The sections of the document by anchor. */
function sections(text: string): ReadonlyMap<string, string> {
    return new Map(
        text
            .split('<a id="')
            .slice(1)
            .map((part): [string, string] => {
                const [anchor = ""] = part.split('"');
                return [anchor, part];
            }),
    );
}

/** What to do: whoever chose a profile that asks for less is told about the profile. */
function stepsOf({ remediation, followsProfile, level }: PolicyInfo, { profile, stack }: Chosen) {
    if (!followsProfile || profile === LARGEST) {
        return remediation;
    }
    const choice = level === "advisory" ? `, or leave it: with ${profile} it is advice` : "";
    return `The profile \`${profile}\` decides this: set \`platform:profile\` to \`${LARGEST}\` in \`Pulumi.${stack}.yaml\`${choice}.`;
}

/** Help with the criteria of the policies, by id. */
export function readMends(
    { policies, ...chosen }: Chosen & { readonly policies: readonly PolicyInfo[] },
    folder = root,
): ReadonlyMap<string, Mend> {
    const file = path.join(folder, DOCUMENT);
    const documented = sections(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
    return new Map(
        policies
            .filter(({ criterion }) => criterion !== "")
            .map((policy): [string, Mend] => {
                const { criterion, name, severity } = policy;
                const anchor = criterion.toLowerCase();
                const section = documented.get(anchor) ?? "";
                const heading = new RegExp(`^### ${criterion} (.+)$`, "m").exec(section)?.[1];
                const protects = bullet(section, "Protects from");
                return [
                    criterion,
                    {
                        title: heading ?? sentenceCase(name.slice(anchor.length + 1)),
                        severity,
                        steps: stepsOf(policy, chosen),
                        anchor,
                        ...(protects === undefined ? {} : { protects }),
                    },
                ];
            }),
    );
}

/**
 * Address of the document: on GitHub when the workflow says which commit it runs on, because a
 * comment and an artifact are read elsewhere; else relative to the file that links to it.
 */
export function documentAddress(
    linkingFile: string,
    environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_SHA: commit } = environment;
    if (server !== undefined && name !== undefined && commit !== undefined) {
        return `${server}/${name}/blob/${commit}/${DOCUMENT}`;
    }
    const from = path.dirname(path.resolve(linkingFile));
    return path
        .relative(from, path.join(root, DOCUMENT))
        .split(path.sep)
        .map(encodeURIComponent)
        .join("/");
}
