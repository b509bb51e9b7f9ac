/** Asks admission policies what they say to a pod: their CEL is evaluated, not read. */
import { createRequire } from "node:module";
import type { Ternary } from "../../kernel/ternary";
import { isTree, readList, readString, type Tree } from "../../kernel/tree";

/** What the API server would hear; unclear where an expression needs more than a pod. */
export type AdmissionAnswer = "refuses" | "admits" | "unclear";

type Evaluate = (context: Readonly<Record<string, unknown>>) => unknown;
interface Environment {
    parse(expression: string): Evaluate;
}
type EnvironmentClass = new (options: {
    enableOptionalTypes: boolean;
    unlistedVariablesAreDyn: boolean;
}) => Environment;

// The package is an ES module, and the judgement must not wait for an import.
const { Environment } = createRequire(__filename)("@marcbachmann/cel-js") as {
    Environment: EnvironmentClass;
};

const environment = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true });
const parsed = new Map<string, Evaluate>();

function evaluate(expression: string, context: Readonly<Record<string, unknown>>): unknown {
    const known = parsed.get(expression) ?? environment.parse(expression);
    parsed.set(expression, known);
    return known(context);
}

/** The named expressions of a list such as `variables`. */
function expressions(spec: Tree, field: string): { name: string; expression: string }[] {
    return readList(spec, field).map((entry) => ({
        name: readString(entry, "name") ?? "",
        expression: readString(entry, "expression") ?? "",
    }));
}

function judge(spec: Tree, object: unknown): AdmissionAnswer {
    const variables: Record<string, unknown> = {};
    const context = { object, oldObject: null, variables };
    if (
        !expressions(spec, "matchConditions").every(
            ({ expression }) => evaluate(expression, context) === true,
        )
    ) {
        return "admits";
    }
    for (const { name, expression } of expressions(spec, "variables")) {
        variables[name] = evaluate(expression, context);
    }
    return expressions(spec, "validations").every(
        ({ expression }) => evaluate(expression, context) === true,
    )
        ? "admits"
        : "refuses";
}

function withoutUndefined(value: unknown): unknown {
    return isTree(value) ? JSON.parse(JSON.stringify(value)) : value;
}

const answers = new Map<string, AdmissionAnswer>();

/** What a policy's rules say to an object that it matches. */
export function ask(spec: Tree, object: unknown): AdmissionAnswer {
    const rules = [spec.matchConditions, spec.variables, spec.validations];
    const question = JSON.stringify([rules, object]);
    const known = answers.get(question);
    if (known !== undefined) {
        return known;
    }
    let answer: AdmissionAnswer;
    try {
        answer = judge(spec, withoutUndefined(object));
    } catch {
        answer = "unclear";
    }
    answers.set(question, answer);
    return answer;
}

/** Whether a condition is met; unknown where it asks for more than the context holds. */
export function meets(expression: string, context: Readonly<Record<string, unknown>>): Ternary {
    try {
        return evaluate(expression, context) === true;
    } catch {
        return "unknown";
    }
}
