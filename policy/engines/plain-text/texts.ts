/**
 * Secrets in any text, whatever language it is in: parsed where it parses as JSON or YAML, otherwise
 * read line by line. Pure.
 */
import * as yaml from "js-yaml";
import { secretArguments, secretCommands } from "./arguments";
import { secretElements, secretLines, secretPairs } from "./lines";
import { secretShapes } from "./shapes";
import { secretStatements } from "./statements";
import { type Place, secretPlaces } from "./trees";

/** One secret that was found: by the name of its setting, or by its shape alone. */
export type Found =
    | { readonly by: "name"; readonly name: string }
    | { readonly by: "shape"; readonly shape: string };

/** What a text is part of, as far as that tells its language. */
export interface Origin {
    /** The name of the file or field that holds it. */
    readonly file?: string;
    /** The text is the whole of a file, not one value of a setting. */
    readonly isFile?: boolean;
}

/** Without one of these no name in a text says that it is a secret. */
const HINT =
    /pass|pwd|secret|token|credential|psk|auth|cookie|key|pw\b|>\S|identified|authorization|sshpass|redis-cli|mysql|mongo|mariadb|ldap|curl|docker|rabbitmq|vault|:\S+$/im;

/** Files that hold nothing but credentials say so by their name alone. */
const FILE_HINT = /pass|userlist|credentials|secrets/i;

/** Above this parsing costs more than a line reader misses. */
const LARGEST = 1_000_000;

/** Fields whose single line is a piece of configuration or a command. */
const CONFIGURATION = /conf|config|args|arguments|opts|options|flags|command|script|parameters/i;

const SCRIPT = /\.(?:sh|bash|zsh|ash|ksh)$|script|command|entrypoint|hook/i;

function parseYaml(text: string): unknown[] {
    try {
        return yaml.loadAll(text, undefined, { schema: yaml.CORE_SCHEMA });
    } catch {
        // Templates, other dialects, or none: the line reader takes them.
        return [];
    }
}

function parse(text: string, { isFile = false }: Origin): unknown[] {
    const start = text.trimStart();
    if (start.length > LARGEST) {
        return [];
    }
    if (/^[[{]/.test(start)) {
        try {
            return [JSON.parse(start)];
        } catch {
            // YAML's flow style, or `[section]`.
        }
    }
    const isYaml =
        /^[[{]/.test(start) ||
        ((isFile || text.includes("\n")) &&
            /^\s*(?:- |["']?[\w./-]+["']?\s*:(?:\s|$))/m.test(text));
    return isYaml
        ? parseYaml(text).filter((value) => typeof value === "object" && value !== null)
        : [];
}

function named(names: readonly string[]): Found[] {
    return [...new Set(names)].map((name) => ({ by: "name", name }));
}

function settings(text: string, origin: Origin): Found[] {
    const { file = "", isFile = false } = origin;
    const documents = parse(text, origin);
    if (documents.length > 0) {
        return documents.flatMap((document) => placesIn(document, "").map(({ found }) => found));
    }
    const isScript = text.startsWith("#!") || SCRIPT.test(file);
    const isLong = isFile || text.includes("\n");
    const lines = isLong || CONFIGURATION.test(file) ? secretLines(text, file) : secretPairs(text);
    const commands = isScript
        ? secretCommands(text)
        : /(?:^|\s)-/.test(text) && !isLong
          ? secretArguments(text.trim().split(/\s+/))
          : [];
    return named([
        ...lines,
        ...commands,
        ...(text.includes("</") || /<[\w.:-]+\s[^>]*\/>/.test(text) ? secretElements(text) : []),
        ...secretStatements(text),
    ]);
}

/** Every secret in a text, each once. */
export function secretsInText(text: string, origin: Origin = {}): Found[] {
    const shapes = secretShapes(text).map((shape): Found => ({ by: "shape", shape }));
    const isHinted = HINT.test(text) || FILE_HINT.test(origin.file ?? "");
    const all = text.length < 6 || !isHinted ? shapes : [...shapes, ...settings(text, origin)];
    return all.length < 2
        ? all
        : [...new Map(all.map((found) => [JSON.stringify(found), found] as const)).values()];
}

/** Every secret below a value: an object, a list or a text, with its path. */
export function placesIn(
    value: unknown,
    path: string,
    skip?: ReadonlySet<unknown>,
): Place<Found>[] {
    return secretPlaces<Found>(value, path, {
        skip,
        readText: secretsInText,
        toFound: (name) => ({ by: "name", name }),
    });
}
