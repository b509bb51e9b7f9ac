/**
 * Cron expressions as the parser reads them that Kubernetes, Velero and CloudNativePG share
 * (robfig/cron, `parser.go` and `spec.go`), and how long the longest wait between two runs is.
 */

/** How a program calls the parser. */
interface Dialect {
    /** The first of six fields is the second; the last, the day of the week, may be left out. */
    readonly seconds: boolean;
    /** Prefixes that name a time zone. */
    readonly zones: readonly string[];
    /** `*` followed by a step still counts as "every day" beside a day of the other kind. */
    readonly stepKeepsStar: boolean;
}

const DIALECTS = {
    /** The API server refuses a time zone in the expression; it has a field of its own. */
    cronJob: { seconds: false, zones: [], stepKeepsStar: false },
    /** velero pkg/controller/schedule_controller.go: `cron.ParseStandard` of robfig/cron v3. */
    velero: { seconds: false, zones: ["TZ=", "CRON_TZ="], stepKeepsStar: false },
    /** cloudnative-pg internal/controller/scheduledbackup_controller.go: `cron.Parse` of v1. */
    cloudNativePg: { seconds: true, zones: [], stepKeepsStar: true },
} as const satisfies Record<string, Dialect>;

export type CronDialect = keyof typeof DIALECTS;

interface Bounds {
    readonly min: number;
    readonly max: number;
    /** Names of the values from `min` on. */
    readonly names?: readonly string[];
}

const SECONDS: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = {
    min: 1,
    max: 12,
    names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
};
const WEEKDAYS: Bounds = { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") };

interface Field {
    readonly values: ReadonlySet<number>;
    readonly star: boolean;
}

const DESCRIPTORS: Readonly<Record<string, string>> = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
};

/** Seconds in each unit of a Go duration. */
const UNITS: Readonly<Record<string, number>> = {
    h: 3600,
    m: 60,
    s: 1,
    ms: 1e-3,
    us: 1e-6,
    µs: 1e-6,
    ns: 1e-9,
};
const DAY = 86_400;
/** After 28 years days of the week and of the month meet again; twice that sees two meetings. */
const HORIZON = 57 * 366;

function toNumber(text: string, { min, names = [] }: Bounds): number {
    const named = names.indexOf(text.toLowerCase());
    return named !== -1 ? min + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** One of the comma-separated parts of a field, or undefined when the parser refuses it. */
function parseRange(text: string, bounds: Bounds, { stepKeepsStar }: Dialect): Field | undefined {
    const [range = "", stepText, ...more] = text.split("/");
    const [low = "", high, ...rest] = range.split("-");
    const star = low === "*" || low === "?";
    const step = stepText === undefined ? 1 : toNumber(stepText, { min: 0, max: 0 });
    const first = star ? bounds.min : toNumber(low, bounds);
    const open = star || (high === undefined && stepText !== undefined);
    const last = open ? bounds.max : high === undefined ? first : toNumber(high, bounds);
    const sound =
        more.length === 0 &&
        (star || rest.length === 0) &&
        step > 0 &&
        first >= bounds.min &&
        last <= bounds.max &&
        first <= last;
    if (!sound) {
        return undefined;
    }
    const values = new Set<number>();
    for (let value = first; value <= last; value += step) {
        values.add(value);
    }
    return { values, star: star && (step === 1 || stepKeepsStar) };
}

function parseField(text: string, bounds: Bounds, dialect: Dialect): Field | undefined {
    const parts = text.split(",").filter((part) => part !== "");
    const ranges = parts.map((part) => parseRange(part, bounds, dialect));
    const known = ranges.filter((range) => range !== undefined);
    return known.length < ranges.length
        ? undefined
        : {
              values: new Set(known.flatMap(({ values }) => [...values])),
              star: known.some(({ star }) => star),
          };
}

/** The expression without its time zone; undefined for a zone that the parser does not know. */
function withoutZone(expression: string, { zones }: Dialect): string | undefined {
    const prefix = zones.find((zone) => expression.startsWith(zone));
    if (prefix === undefined) {
        return expression;
    }
    const space = expression.indexOf(" ");
    const zone = expression.slice(prefix.length, space);
    try {
        new Intl.DateTimeFormat("en", { timeZone: zone === "" ? "UTC" : zone });
        return space === -1 ? undefined : expression.slice(space).trim();
    } catch {
        return undefined;
    }
}

function parseEvery(text: string): number | undefined {
    const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|ns|m|s)/g)];
    const whole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
    const seconds = parts.reduce(
        (sum, [, amount = "", unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0),
        0,
    );
    return whole ? Math.max(1, Math.floor(seconds)) : undefined;
}

/** Days since an arbitrary one on which the schedule runs. */
function runningDays(month: Field, day: Field, weekday: Field): number[] {
    if (month.values.size === 12 && day.values.size === 31 && weekday.values.size === 7) {
        return [0, 1];
    }
    const days: number[] = [];
    for (let index = 0; index < HORIZON; index++) {
        const date = new Date(Date.UTC(2001, 0, 1 + index));
        const byDay = day.values.has(date.getUTCDate());
        const byWeekday = weekday.values.has(date.getUTCDay());
        const matches = day.star || weekday.star ? byDay && byWeekday : byDay || byWeekday;
        if (matches && month.values.has(date.getUTCMonth() + 1)) {
            days.push(index);
        }
    }
    return days;
}

/** Times of day in seconds, in order. */
function timesOfDay(second: Field, minute: Field, hour: Field): number[] {
    const sorted = ({ values }: Field) => [...values].sort((left, right) => left - right);
    return sorted(hour).flatMap((hours) =>
        sorted(minute).flatMap((minutes) =>
            sorted(second).map((seconds) => hours * 3600 + minutes * 60 + seconds),
        ),
    );
}

function largestStep(values: readonly number[]): number {
    return values.slice(1).reduce((most, value, index) => {
        return Math.max(most, value - (values[index] ?? value));
    }, 0);
}

/** The longest times between two runs by expression: several criteria ask for the same ones. */
const gaps = {
    cronJob: new Map<string, number | undefined>(),
    velero: new Map<string, number | undefined>(),
    cloudNativePg: new Map<string, number | undefined>(),
} as const satisfies Record<CronDialect, unknown>;

/**
 * The longest time between two runs, in hours; infinite for a schedule that never runs twice, and
 * undefined for an expression that the program refuses. A day has 24 hours: what a change to summer
 * time adds is not counted.
 */
export function longestGap(expression: string, name: CronDialect): number | undefined {
    const known = gaps[name];
    if (!known.has(expression)) {
        known.set(expression, findLongestGap(expression, name));
    }
    return known.get(expression);
}

function findLongestGap(expression: string, name: CronDialect): number | undefined {
    const dialect: Dialect = DIALECTS[name];
    const bare = withoutZone(expression, dialect);
    if (bare?.startsWith("@every ")) {
        const seconds = parseEvery(bare.slice("@every ".length));
        return seconds === undefined ? undefined : seconds / 3600;
    }
    const described = DESCRIPTORS[bare ?? ""];
    const words = (described ?? bare ?? "").split(/\s+/).filter((word) => word !== "");
    const texts =
        described !== undefined || !dialect.seconds
            ? ["0", ...words]
            : words.length === 5
              ? [...words, "*"]
              : words;
    const bounds = [SECONDS, SECONDS, HOURS, DAYS, MONTHS, WEEKDAYS];
    const fields = texts.map((text, index) => parseField(text, bounds[index] ?? SECONDS, dialect));
    const [second, minute, hour, day, month, weekday] = fields;
    if (
        fields.length !== bounds.length ||
        !second ||
        !minute ||
        !hour ||
        !day ||
        !month ||
        !weekday
    ) {
        return undefined;
    }
    const times = timesOfDay(second, minute, hour);
    const days = runningDays(month, day, weekday);
    const [first] = times;
    const last = times.at(-1);
    if (first === undefined || last === undefined || days.length < 2) {
        return Number.POSITIVE_INFINITY;
    }
    const overnight = largestStep(days) * DAY - last + first;
    return Math.max(largestStep(times), overnight) / 3600;
}
