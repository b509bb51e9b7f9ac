/** Durations of Go and of Prometheus: `720h`, `1h30m`, `30d`, `1y`. */

const HOURS: Readonly<Record<string, number>> = {
    s: 1 / 3600,
    m: 1 / 60,
    h: 1,
    d: 24,
    w: 168,
    // Prometheus counts a year as 365 days.
    y: 8760,
};

/** Days that a value stands for: `30d`, `720h0m0s`, or a number of days. */
export function parseDays(value: unknown): number | undefined {
    if (typeof value === "number") {
        return value;
    }
    const text = typeof value === "string" ? value : "";
    const parts = [...text.matchAll(/(\d+)([a-z])/g)];
    const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
    const hours = parts.reduce(
        (sum, [, amount = "", unit = ""]) => sum + Number(amount) * (HOURS[unit] ?? Number.NaN),
        0,
    );
    return isWhole && !Number.isNaN(hours) ? hours / 24 : undefined;
}
