/** Secrets in objects: fields by their names, pairs of name and value, and every text in them. Pure. */
import { isTree, isUnknown, type Tree } from "../../kernel/tree";
import { secretArguments } from "./arguments";
import { isLiteralSecret, isSecretByName } from "./literals";
import { secretName } from "./names";
import { isHarmless, looksRandom } from "./values";

/** A secret and where it is. */
export interface Place<Found> {
    readonly path: string;
    readonly found: Found;
}

/** What the reader of trees does not do itself. */
export interface TreeReader<Found> {
    /** Reads a text that is no secret by the name of its field. */
    readonly readText: (text: string, origin: { readonly file: string }) => Found[];
    readonly toFound: (name: string) => Found;
    /** Parts that somebody else reads. */
    readonly skip?: ReadonlySet<unknown>;
}

/** Fields that name a setting, beside a `value`. */
const NAMES = ["name", "key", "param", "parameter", "variable", "header"];

/** Fields beside `secretKey` that say of which Secret it is a key. */
const SECRETS = ["name", "secretName", "secret", "existingSecret", "secretRef", "remoteRef"];

/** Fields below a setting that hold its value: `password: { value: x }`. */
const VALUES = new Set(["value", "plain", "plaintext", "literal", "inline", "raw", "inlineString"]);

/** Fields whose value is another's: `api: { key: x }`. */
const COMPLETED = new Set(["key", "secret"]);

const NO_SIBLINGS: Tree = {};

/** Content that is encrypted. */
const ENCRYPTED = new Set(["encryptedData"]);

/** Maps that say under which name a Secret has something: `existingSecretKeys`, `secretRefs`. */
const NAMES_OF_KEYS = /secret_?(?:keys|refs?|keyrefs?)$/i;

/** Words that a person chose to name things by: claims, scopes, groups. */
const PLAIN_WORD = /^(?!.*(?:secret|pass|change))[a-z]+(?:[-_][a-z]+)*$/i;

/** What is in one token: `id_token: [email, groups]` lists its claims, and no token is a plain word. */
function listsContents(name: string, list: readonly unknown[]): boolean {
    const { kind, plural } = secretName(name) ?? {};
    return (
        kind === "token" &&
        plural === false &&
        list.length > 1 &&
        list.every((item) => typeof item === "string" && PLAIN_WORD.test(item))
    );
}

function fullName(key: string, parent: string): string {
    return VALUES.has(key) || COMPLETED.has(key) ? `${parent}.${key}` : key;
}

/** A key in a Secret that a neighbour names: Strimzi's `passwordSecret` has it as `password`. */
function isKeyOfNeighbour(key: string, value: string, siblings: Tree): boolean {
    const isKey = /key$/i.test(key);
    const isNamed = typeof siblings.secretName === "string" && siblings.secretName !== "";
    return (
        (isKey || isNamed) &&
        !looksRandom(value) &&
        SECRETS.some(
            (name) =>
                name !== key &&
                siblings[name] !== undefined &&
                // An empty `existingSecret` leaves the values beside it in force.
                (siblings[name] !== "" || name === "secretName"),
        )
    );
}

/** A Secret that somebody else makes from this object carries its values as well. */
function hasSecretData(tree: Tree): boolean {
    return (
        tree.kind === "Secret" &&
        [tree.data, tree.stringData].some(
            (data) =>
                isTree(data) &&
                Object.values(data).some(
                    (value) => typeof value === "string" && !isHarmless(value),
                ),
        )
    );
}

/** Lists that hold the words of a command. */
const COMMANDS = /command|args|arguments|cmd|exec|flags/i;

/** The field that names the setting of a tree such as `{ name: DB_PASSWORD, value: x }`. */
function pairName(tree: Tree): string | undefined {
    const field =
        "value" in tree ? NAMES.find((name) => typeof tree[name] === "string") : undefined;
    const name = field === undefined ? undefined : tree[field];
    return typeof name === "string" &&
        (secretName(name) !== undefined || /authorization$/i.test(name))
        ? name
        : undefined;
}

/** Every secret below a value, with its path. */
export function secretPlaces<Found>(
    root: unknown,
    start: string,
    { readText, toFound, skip }: TreeReader<Found>,
): Place<Found>[] {
    const places: Place<Found>[] = [];
    // The way to where the reader is: put into words only where something is found.
    const steps: string[] = [];
    const add = (found: readonly Found[]) => {
        if (found.length > 0) {
            const path = `${start}${steps.join("")}`.replace(/^\./, "");
            places.push(...found.map((one) => ({ path, found: one })));
        }
    };

    function readLeaf(value: string | number, key: string, name: string): void {
        if (isLiteralSecret({ name, value: String(value), isWhole: true })) {
            add([toFound(name)]);
        } else if (typeof value === "string") {
            add(readText(value, { file: key }));
        }
    }

    function readList(list: readonly unknown[], key: string): void {
        if (listsContents(key, list)) {
            return;
        }
        const words = list.filter(
            (item): item is string => typeof item === "string" && !isUnknown(item),
        );
        const isCommand =
            words.length > 0 && (COMMANDS.test(key) || words.some((word) => /^-|=/.test(word)));
        const names = new Set(isCommand ? secretArguments(words) : []);
        add([...names].map(toFound));
        // A script among the words was read with them.
        const read = new Set([...names].map((name) => JSON.stringify(toFound(name))));
        const own = places.length;
        for (let index = 0; index < list.length; index++) {
            steps.push(`[${index}]`);
            walk(list[index], key, key, NO_SIBLINGS);
            steps.pop();
        }
        if (read.size > 0) {
            const found = places.splice(own);
            places.push(...found.filter((place) => !read.has(JSON.stringify(place.found))));
        }
    }

    function readTree(tree: Tree, key: string): void {
        if (hasSecretData(tree)) {
            add([toFound("the data of a Secret")]);
            return;
        }
        const pair = pairName(tree);
        for (const field of Object.keys(tree)) {
            if (!ENCRYPTED.has(field)) {
                const name = field === "value" && pair !== undefined ? pair : fullName(field, key);
                const value = tree[field];
                const isNameOfKey =
                    typeof value === "string" && NAMES_OF_KEYS.test(key) && !looksRandom(value);
                steps.push(".", field);
                walk(isNameOfKey ? undefined : value, field, name, tree);
                steps.pop();
                steps.pop();
            }
        }
    }

    function walk(value: unknown, key: string, name: string, siblings: Tree): void {
        if (isUnknown(value)) {
            if (isSecretByName(name) === true && !isKeyOfNeighbour(key, "", siblings)) {
                add([toFound(name)]);
            }
        } else if (typeof value === "number") {
            readLeaf(value, key, name);
        } else if (typeof value === "string") {
            if (!isKeyOfNeighbour(key, value, siblings)) {
                readLeaf(value, key, name);
            }
        } else if (typeof value === "object" && skip?.has(value) !== true) {
            if (Array.isArray(value)) {
                readList(value as unknown[], key);
            } else if (isTree(value)) {
                readTree(value, key);
            }
        }
    }

    walk(root, "", "", NO_SIBLINGS);
    return places;
}
