/**
 * Conditions of Falco, read and judged: the grammar is that of libsinsp (falcosecurity/libs,
 * userspace/libsinsp/filter/parser.h), without field transformers, which no rule of ours uses.
 */

/** Fields of one event. */
export type FalcoEvent = Readonly<Record<string, string | number | boolean>>;

/** What names in conditions stand for. */
export interface Vocabulary {
    readonly macros: Readonly<Record<string, string>>;
    readonly lists: Readonly<Record<string, readonly string[]>>;
}

type Judge = (event: FalcoEvent) => boolean;

/** A condition that was read. */
export interface Condition {
    readonly holds: Judge;
    readonly fields: ReadonlySet<string>;
}

const TOKEN = /\s+|"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|<=|>=|!=|==|[=<>(),]|[^\s(),="'<>!]+/gy;
const FIELD = /^[a-zA-Z]\w*(\.[a-zA-Z]\w*)+(\[[^[\]\s"']+\])?$/;
const IDENTIFIER = /^[a-zA-Z]\w*$/;
const NUMBER = /^(0[xX][0-9a-fA-F]+|[+-]?\d+(\.\d*)?([eE][+-]\d+)?)$/;

type Compare = (value: string, wanted: string) => boolean;

/** One value on the right. */
const single: Readonly<Record<string, Compare>> = {
    "=": (value, wanted) => value === wanted,
    "==": (value, wanted) => value === wanted,
    "!=": (value, wanted) => value !== wanted,
    contains: (value, wanted) => value.includes(wanted),
    icontains: (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase()),
    startswith: (value, wanted) => value.startsWith(wanted),
    endswith: (value, wanted) => value.endsWith(wanted),
};

const numeric: Readonly<Record<string, (value: number, wanted: number) => boolean>> = {
    "<": (value, wanted) => value < wanted,
    "<=": (value, wanted) => value <= wanted,
    ">": (value, wanted) => value > wanted,
    ">=": (value, wanted) => value >= wanted,
};

/** A list on the right: `pmatch` is about folders and what is in them. */
const several: Readonly<Record<string, Compare>> = {
    in: (value, wanted) => value === wanted,
    intersects: (value, wanted) => value === wanted,
    pmatch: (value, wanted) =>
        value === wanted || value.startsWith(wanted.endsWith("/") ? wanted : `${wanted}/`),
};

function tokensOf(text: string): string[] {
    const tokens = text.match(TOKEN) ?? [];
    if (tokens.join("") !== text) {
        throw new Error(`cannot be read after: ${tokens.join("")}`);
    }
    return tokens.filter((token) => token.trim() !== "");
}

function unquoted(token: string): string {
    return /^["']/.test(token) ? token.slice(1, -1) : token;
}

class Parser {
    readonly fields = new Set<string>();
    private readonly tokens: string[];
    private position = 0;

    constructor(
        text: string,
        private readonly vocabulary: Vocabulary,
        private readonly depth = 0,
    ) {
        this.tokens = tokensOf(text);
    }

    /** The whole text, or an error that says where it ends. */
    all(): Judge {
        const judge = this.or();
        if (this.position < this.tokens.length) {
            throw new Error(`and, or, or the end expected at: ${this.rest()}`);
        }
        return judge;
    }

    private rest(): string {
        return this.tokens.slice(this.position, this.position + 4).join(" ");
    }

    private next(): string {
        const token = this.tokens[this.position];
        if (token === undefined) {
            throw new Error("it ends too early");
        }
        this.position += 1;
        return token;
    }

    private takes(token: string): boolean {
        const found = this.tokens[this.position] === token;
        this.position += found ? 1 : 0;
        return found;
    }

    private expect(token: string): void {
        if (!this.takes(token)) {
            throw new Error(`${token} expected at: ${this.rest()}`);
        }
    }

    private or(): Judge {
        const parts = [this.and()];
        while (this.takes("or")) {
            parts.push(this.and());
        }
        return (event) => parts.some((part) => part(event));
    }

    private and(): Judge {
        const parts = [this.not()];
        while (this.takes("and")) {
            parts.push(this.not());
        }
        return (event) => parts.every((part) => part(event));
    }

    private not(): Judge {
        if (this.takes("not")) {
            const inner = this.not();
            return (event) => !inner(event);
        }
        return this.check();
    }

    private check(): Judge {
        if (this.takes("(")) {
            const inner = this.or();
            this.expect(")");
            return inner;
        }
        const token = this.next();
        if (FIELD.test(token)) {
            this.fields.add(token);
            return this.condition(token);
        }
        const macro = this.vocabulary.macros[token];
        if (!IDENTIFIER.test(token) || macro === undefined || this.depth > 10) {
            throw new Error(`${token} is no field and no macro`);
        }
        const inner = new Parser(macro, this.vocabulary, this.depth + 1);
        const judge = inner.all();
        inner.fields.forEach((field) => this.fields.add(field));
        return judge;
    }

    private condition(field: string): Judge {
        const operator = this.next();
        if (operator === "exists") {
            return (event) => event[field] !== undefined;
        }
        const one = single[operator];
        if (one !== undefined) {
            const wanted = this.value();
            return (event) => event[field] !== undefined && one(String(event[field]), wanted);
        }
        const number = numeric[operator];
        if (number !== undefined) {
            const wanted = this.next();
            if (!NUMBER.test(wanted)) {
                throw new Error(`${wanted} is no number`);
            }
            return (event) =>
                event[field] !== undefined && number(Number(event[field]), Number(wanted));
        }
        const many = several[operator];
        if (many === undefined) {
            throw new Error(`${operator} is no operator`);
        }
        const list = this.list();
        return (event) =>
            event[field] !== undefined && list.some((wanted) => many(String(event[field]), wanted));
    }

    private value(): string {
        const token = this.next();
        if (/^[(),=<>!]/.test(token)) {
            throw new Error(`a value expected at: ${token} ${this.rest()}`);
        }
        return unquoted(token);
    }

    /** Names of lists among the values stand for what is in them. */
    private list(): string[] {
        this.expect("(");
        const values: string[] = [];
        while (!this.takes(")")) {
            const value = this.value();
            values.push(...(this.vocabulary.lists[value] ?? [value]));
            if (!this.takes(",")) {
                this.expect(")");
                break;
            }
        }
        return values;
    }
}

/** @throws Error that says what cannot be read */
export function readCondition(text: string, vocabulary: Vocabulary): Condition {
    const parser = new Parser(text, vocabulary);
    return { holds: parser.all(), fields: parser.fields };
}
