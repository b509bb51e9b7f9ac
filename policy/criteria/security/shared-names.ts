/**
 * Names that two namespaces answer for (SEC-09): of two routes with the same match on one host the
 * older one gets every request (Gateway API, HTTPRouteRule: "the oldest Route based on creation
 * timestamp"), so a namespace takes over what belongs to another, or serves nothing, and nobody is
 * told.
 */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { holdsUnknown, isTree, isUnknown, read, readList } from "../../kernel/tree";
import { attached, type Attached, type Listener, redirects } from "./routes";

/** What a route answers: a host with one match, as text that is the same for the same. */
interface Answer {
    readonly host: string;
    readonly path: string;
    readonly match: string;
}

/** Keys in their order, so that the same value has the same text. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_, inner: unknown) =>
        isTree(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
            : inner,
    );
}

/** One match, with the API's defaults: a path that starts with `/`. */
function answerOf(host: string, match: unknown): Answer {
    const tree = isTree(match) ? match : {};
    const given = isTree(tree.path) ? tree.path : {};
    const { type = "PathPrefix", value = "/" } = given;
    const text = String(value);
    // Elements of a prefix count whole: `/a/` and `/a` are the same.
    const path = type === "PathPrefix" ? text.replace(/(?<=.)\/$/, "") : text;
    return { host, path, match: canonical({ ...tree, path: { type, value: path } }) };
}

/** Everything that a route answers, or undefined where only the update knows. */
function answersOf(route: ObjectOf): readonly Answer[] | undefined {
    const hostnames = read(route.inputs, ["spec", "hostnames"]);
    const rules = readList(route.inputs, "spec", "rules");
    const names = readList(route.inputs, "spec", "hostnames");
    const hidden =
        hostnames.state === "unknown" ||
        read(route.inputs, ["spec", "rules"]).state === "unknown" ||
        names.some(isUnknown) ||
        rules.some((rule) => isUnknown(rule) || (isTree(rule) && holdsUnknown(rule.matches)));
    if (hidden) {
        return undefined;
    }
    // Without a host it answers for every one of its listener.
    const hosts = names.length === 0 ? ["*"] : names.map((name) => String(name).toLowerCase());
    const matches = rules.flatMap((rule) => {
        const own = readList(rule, "matches");
        return own.length === 0 ? [undefined] : own;
    });
    return hosts.flatMap((host) =>
        (matches.length === 0 ? [undefined] : matches).map((match) => answerOf(host, match)),
    );
}

interface Candidate extends Attached {
    readonly answers: readonly Answer[] | undefined;
}

function judgePair(one: Candidate, other: Candidate): Finding[] {
    const differ = one.route.object.namespace !== other.route.object.namespace;
    if (!differ || one.route.object.kind !== other.route.object.kind) {
        return [];
    }
    if (one.answers === undefined || other.answers === undefined) {
        const route = one.answers === undefined ? one.route : other.route;
        return [notJudged(route, "which names it answers for is known only at the update")];
    }
    const first = one.answers;
    const shared = other.answers.find(({ host, match }) =>
        first.some((answer) => answer.host === host && answer.match === match),
    );
    if (shared === undefined) {
        return [];
    }
    const place = `${shared.host === "*" ? "every host of its listener" : shared.host} at ${shared.path}`;
    const message = `it answers for ${place}, and so does ${one.route.key} of another namespace`;
    return one.answer === "unknown" || other.answer === "unknown"
        ? [notJudged(other.route, `whether ${message} is known only at the update`)]
        : [
              violated(
                  other.route,
                  `${message}: the older of them gets every request; give each name and path to one namespace`,
              ),
          ];
}

/** Pairs of routes of different namespaces that answer for the same, at the same listener. */
export function judgeSharedNames(facts: Facts, listeners: readonly Listener[]): Finding[] {
    const pairs = new Map<string, Finding[]>();
    for (const listener of listeners) {
        // Those that only send people to https all do the same.
        const candidates = attached(facts, listener)
            .filter(({ route }) => redirects(route) !== true)
            .map((candidate): Candidate => ({
                ...candidate,
                answers: answersOf(candidate.route),
            }))
            .sort((one, other) => (one.route.key < other.route.key ? -1 : 1));
        candidates.forEach((one, index) => {
            for (const other of candidates.slice(index + 1)) {
                const key = `${one.route.key} ${other.route.key}`;
                if ((pairs.get(key) ?? []).length === 0) {
                    pairs.set(key, judgePair(one, other));
                }
            }
        });
    }
    return [...pairs.values()].flat();
}
