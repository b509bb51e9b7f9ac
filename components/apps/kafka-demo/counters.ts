/** Counters and durations in the format of Prometheus. Pure. */

type Labels = Readonly<Record<string, string>>;

/** Upper bounds of the durations, in seconds. */
export const bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Series {
    readonly name: string;
    readonly labels: Labels;
    value: number;
}

function written(labels: Labels): string {
    const parts = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** What a program counts. */
export class Counters {
    private readonly series = new Map<string, Series>();
    private readonly kinds = new Map<string, "counter" | "histogram">();

    /** Declares a counter at zero, so that its first event is an increase. */
    declare(name: string, labels: Labels = {}): void {
        this.add("counter", name, name, labels, 0);
    }

    /** Counts one. */
    count(name: string, labels: Labels = {}): void {
        this.add("counter", name, name, labels, 1);
    }

    /** Notes how many seconds something took. */
    observe(name: string, seconds: number, labels: Labels = {}): void {
        for (const bound of bounds) {
            const le = { ...labels, le: String(bound) };
            this.add("histogram", name, `${name}_bucket`, le, seconds <= bound ? 1 : 0);
        }
        this.add("histogram", name, `${name}_bucket`, { ...labels, le: "+Inf" }, 1);
        this.add("histogram", name, `${name}_sum`, labels, seconds);
        this.add("histogram", name, `${name}_count`, labels, 1);
    }

    /** All of it as Prometheus reads it. */
    text(): string {
        const lines = [...this.kinds].flatMap(([family, kind]) => [
            `# TYPE ${family} ${kind}`,
            ...[...this.series.values()]
                .filter(({ name }) => name === family || name.startsWith(`${family}_`))
                .map(({ name, labels, value }) => `${name}${written(labels)} ${value}`),
        ]);
        return `${lines.join("\n")}\n`;
    }

    private add(
        kind: "counter" | "histogram",
        family: string,
        name: string,
        labels: Labels,
        by: number,
    ): void {
        this.kinds.set(family, kind);
        const key = `${name}${written(labels)}`;
        const found = this.series.get(key);
        if (found === undefined) {
            this.series.set(key, { name, labels, value: by });
        } else {
            found.value += by;
        }
    }
}
