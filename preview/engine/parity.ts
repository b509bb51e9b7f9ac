/** Compares what the embedded preview and the engine say of one stack, to the letter. */
import { isRecord } from "../../components/base/object";
import { type Details, toDocument } from "../document";
import { scorecardMarkdown } from "../scorecard-markdown";
import { toHtml } from "../scorecard-html";
import type { Judged } from "../scorecard/judged";

/** What one of the previews found out. */
export interface Side {
    readonly judged: Judged;
    readonly details: Details;
}

const DOCUMENTATION = "docs/criteria.md";

/** A short form of a value, to be told in one line. */
function brief(value: unknown): string {
    const text = value === undefined ? "nothing" : JSON.stringify(value);
    return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

/** What calls an item of a list, if it has a name of its own. */
function keyOf(item: unknown): string | undefined {
    if (!isRecord(item)) {
        return undefined;
    }
    const key = item.urn ?? item.id ?? item.name;
    return typeof key === "string" ? key : undefined;
}

/** Items by their own names where each has another one, else by their place. */
function keyed(list: readonly unknown[]): ReadonlyMap<string, unknown> {
    const own = list.map(keyOf);
    const areNames = !own.includes(undefined) && new Set(own).size === own.length;
    return new Map(list.map((item, index) => [areNames ? (own[index] ?? "") : `${index}`, item]));
}

/** The parts of a list or an object; undefined for what has none. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
    if (Array.isArray(value)) {
        return keyed(value);
    }
    return isRecord(value) ? new Map(Object.entries(value)) : undefined;
}

/** Where two values differ, as `path: embedded ..., engine ...`. */
function differences(place: string, embedded: unknown, engine: unknown): string[] {
    const ours = partsOf(embedded);
    const theirs = partsOf(engine);
    if (ours === undefined || theirs === undefined) {
        return JSON.stringify(embedded) === JSON.stringify(engine)
            ? []
            : [`${place}: embedded ${brief(embedded)}, engine ${brief(engine)}`];
    }
    const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
    return keys.flatMap((key) => {
        const inside = `${place}[${key}]`;
        if (!ours.has(key) || !theirs.has(key)) {
            return [`${inside}: only ${ours.has(key) ? "embedded" : "engine"}`];
        }
        return differences(inside, ours.get(key), theirs.get(key));
    });
}

/** The same with what may differ: who previewed, how long it took, what only the engine warns of. */
function comparable(judged: Judged): Judged {
    return {
        ...judged,
        previewedBy: "embedded preview",
        seconds: 0,
        missingSecrets: [],
        warnings: [],
    };
}

/**
 * The document without the inputs, to which providers add their defaults, and without the options of
 * an update, of which the engine tells nothing.
 */
function documentOf({ judged, details: { resources, outputs } }: Side) {
    const plain = [...resources].map(
        ([urn, { inputs, dependsOn, provider }]) => [urn, { inputs, dependsOn, provider }] as const,
    );
    const document = toDocument(judged, { resources: new Map(plain), outputs });
    return {
        ...document,
        resources: document.resources.map((resource) => ({
            ...resource,
            inputs: {},
            provider: "",
        })),
    };
}

/** Everything in which the two previews differ; nothing when they say the same. */
export function disagreements(embedded: Side, engine: Side): string[] {
    const found = Object.entries(documentOf(embedded)).flatMap(([part, value]) =>
        differences(part, value, documentOf(engine)[part as keyof ReturnType<typeof documentOf>]),
    );
    if (found.length > 0) {
        return found;
    }
    const forms = {
        JSON: (side: Side) => JSON.stringify(documentOf(side)),
        Markdown: ({ judged }: Side) =>
            scorecardMarkdown(comparable(judged), { documentation: DOCUMENTATION }),
        HTML: ({ judged }: Side) => toHtml(comparable(judged), { documentation: DOCUMENTATION }),
    };
    return Object.entries(forms).flatMap(([name, form]) =>
        form(embedded) === form(engine) ? [] : [`the bytes of the ${name}`],
    );
}
