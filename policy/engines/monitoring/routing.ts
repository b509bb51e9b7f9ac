/**
 * The configuration of Alertmanager v0.34.0 as it routes alerts: docs/configuration.md, and
 * dispatch/route.go for which routes an alert takes. Pure.
 */
import { isTree, readList, readString, type Tree } from "../../kernel/tree";

/** Labels of an alert; a label that it has not is empty, as for Alertmanager. */
export type AlertLabels = Readonly<Record<string, string>>;

/** One condition on a label. */
export interface Matcher {
    readonly label: string;
    readonly isEqual: boolean;
    readonly isRegex: boolean;
    readonly value: string;
}

/** A route with what it inherits. */
export interface Route {
    readonly receiver: string;
    readonly matchers: readonly Matcher[];
    readonly goesOn: boolean;
    /** Names of the intervals outside or inside of which it says nothing. */
    readonly timed: readonly string[];
    /** Durations as they are written, inherited. */
    readonly groupInterval: string;
    readonly repeatInterval: string;
    readonly routes: readonly Route[];
}

/** Alerts that keep others from being sent. */
export interface Inhibition {
    readonly source: readonly Matcher[];
    readonly target: readonly Matcher[];
    readonly equal: readonly string[];
}

function unquoted(text: string): string {
    const value = text.trim();
    const [, inner] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
    return inner === undefined ? value : inner.replace(/\\(["\\])/g, "$1");
}

/** Matchers as one text, `a="b"` or `{a="b", c=~"d"}`. */
function parseMatchers(text: string): Matcher[] {
    const inner = text.trim().replace(/^\{([\s\S]*)\}$/, "$1");
    const parts = inner.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
    return parts.flatMap((part): Matcher[] => {
        const found = /^\s*("?[\w.:-]+"?)\s*(=~|!~|!=|=)([\s\S]*)$/.exec(part);
        const [, label = "", operator = "", value = ""] = found ?? [];
        return found === null
            ? []
            : [
                  {
                      label: unquoted(label),
                      isEqual: operator.startsWith("="),
                      isRegex: operator.endsWith("~"),
                      value: unquoted(value),
                  },
              ];
    });
}

/** The matchers of a field and of the two that are older than it. */
function matchersOf(tree: unknown, side = ""): Matcher[] {
    const old = (field: string, isRegex: boolean) =>
        Object.entries(isTree(tree) && isTree(tree[field]) ? tree[field] : {}).map(
            ([label, value]): Matcher => ({ label, isEqual: true, isRegex, value: String(value) }),
        );
    return [
        ...readList(tree, `${side}matchers`).flatMap((text) => parseMatchers(String(text))),
        ...old(`${side}match`, false),
        ...old(`${side}match_re`, true),
    ];
}

function texts(tree: unknown, field: string): string[] {
    return readList(tree, field).map(String);
}

type Inherited = Pick<Route, "receiver" | "groupInterval" | "repeatInterval">;

function toRoute(tree: unknown, from: Inherited): Route {
    const own: Inherited = {
        receiver: readString(tree, "receiver") ?? from.receiver,
        groupInterval: readString(tree, "group_interval") ?? from.groupInterval,
        repeatInterval: readString(tree, "repeat_interval") ?? from.repeatInterval,
    };
    return {
        ...own,
        matchers: matchersOf(tree),
        goesOn: isTree(tree) && tree.continue === true,
        timed: [...texts(tree, "mute_time_intervals"), ...texts(tree, "active_time_intervals")],
        routes: readList(tree, "routes").map((route) => toRoute(route, own)),
    };
}

/** The tree of routes; the root takes everything. */
export function routeOf(configuration: Tree): Route {
    const root = toRoute(configuration.route, {
        receiver: "",
        groupInterval: "5m",
        repeatInterval: "4h",
    });
    return { ...root, matchers: [] };
}

/** What keeps others from being sent. */
export function inhibitionsOf(configuration: Tree): Inhibition[] {
    return readList(configuration, "inhibit_rules").map((rule) => ({
        source: matchersOf(rule, "source_"),
        target: matchersOf(rule, "target_"),
        equal: texts(rule, "equal"),
    }));
}

/** Whether an alert meets a condition; expressions of Alertmanager match as a whole. */
function meets(labels: AlertLabels, { label, isEqual, isRegex, value }: Matcher): boolean {
    const found = labels[label] ?? "";
    if (!isRegex) {
        return (found === value) === isEqual;
    }
    try {
        return new RegExp(`^(?:${value})$`).test(found) === isEqual;
    } catch {
        return false;
    }
}

/** Whether an alert meets all of them. */
export function meetsAll(labels: AlertLabels, matchers: readonly Matcher[]): boolean {
    return matchers.every((matcher) => meets(labels, matcher));
}

/** The routes that an alert takes: dispatch/route.go, `Match`. */
export function routesOf(route: Route, labels: AlertLabels): Route[] {
    if (!meetsAll(labels, route.matchers)) {
        return [];
    }
    const taken: Route[] = [];
    for (const child of route.routes) {
        const found = routesOf(child, labels);
        taken.push(...found);
        if (found.length > 0 && !child.goesOn) {
            break;
        }
    }
    return taken.length > 0 ? taken : [route];
}

/**
 * The alert as it may arrive: with the labels that its rule gives it, and with those that some route
 * asks for besides, such as a namespace.
 */
export function variantsOf(route: Route, labels: AlertLabels): AlertLabels[] {
    const asked = (own: Route): AlertLabels[] => [
        Object.fromEntries(
            own.matchers
                .filter(({ label, isEqual }) => isEqual && !(label in labels))
                .map(({ label, value, isRegex }) => [label, isRegex ? firstOf(value) : value]),
        ),
        ...own.routes.flatMap(asked),
    ];
    return [labels, ...asked(route).map((more) => ({ ...more, ...labels }))];
}

/** A text that a simple expression matches: its first alternative. */
function firstOf(expression: string): string {
    const [first = ""] = expression.replace(/^\^|\$$/g, "").split("|");
    return first.replace(/\.[*+]/g, "x").replace(/[()?]/g, "");
}

/** Where a receiver sends to. */
export interface Destination {
    /** What two ways have in common when they are one: a host, a file, an account. */
    readonly key: string;
    /** The host, where it stands in the configuration. */
    readonly host: string | undefined;
    /** Path of the file that holds the address instead. */
    readonly file: string | undefined;
    readonly kind: string;
}

function hostOf(url: string): string | undefined {
    const [, host] = /^[a-z]+:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url) ?? [];
    return host?.toLowerCase();
}

/** Fields that say where a message goes (config/notifiers.go). */
const ADDRESSES = ["url", "webhook_url", "api_url", "smarthost"] as const;

function destinationOf(kind: string, entry: unknown, global: unknown): Destination {
    const text = (field: string) =>
        readString(entry, field) ?? readString(global, `${kind}_${field}`);
    const smarthost = readString(entry, "smarthost") ?? readString(global, "smtp_smarthost");
    const url = ADDRESSES.map(text).find((value) => value !== undefined);
    const host =
        kind === "email"
            ? smarthost?.split(":")[0]?.toLowerCase()
            : url === undefined
              ? undefined
              : hostOf(url);
    const file = ADDRESSES.map((field) => text(`${field}_file`)).find(
        (value) => value !== undefined,
    );
    return { kind, host, file, key: host ?? file ?? kind };
}

/** Everything that a receiver sends to. */
export function destinationsOf(configuration: Tree, receiver: string): Destination[] {
    const found = readList(configuration, "receivers").find(
        (tree) => readString(tree, "name") === receiver,
    );
    const { global } = configuration;
    return Object.keys(isTree(found) ? found : {})
        .filter((field) => field.endsWith("_configs"))
        .flatMap((field) =>
            readList(found, field).map((entry) =>
                destinationOf(field.replace(/_configs$/, ""), entry, global),
            ),
        );
}

/** Names of all receivers. */
export function receiverNames(configuration: Tree): string[] {
    return readList(configuration, "receivers").flatMap((tree) => readString(tree, "name") ?? []);
}

/** Whether a host is a Service or a pod of the cluster. */
export function isInCluster(host: string): boolean {
    return host.startsWith("127.") || !host.includes(".") || /\.(?:svc|cluster\.local)$/.test(host);
}

/** Seconds of a duration of Prometheus. */
export function secondsOf(duration: string): number {
    const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
    return [...duration.matchAll(/(\d+)([smhdw])(?!s)/g)].reduce(
        (sum, [, amount = "", unit = ""]) => sum + Number(amount) * (units[unit] ?? 0),
        0,
    );
}
