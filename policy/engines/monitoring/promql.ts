/**
 * PromQL taken apart by the grammar that Prometheus' own page uses. It is loaded with the first
 * expression: a stack without dashboards does not wait for it.
 */
import { createRequire } from "node:module";
import type { SyntaxNode } from "@lezer/common";

/** One matcher of a selector. */
export interface Matcher {
    readonly label: string;
    readonly operator: string;
    readonly value: string;
}

/** Series that an expression selects. */
export interface Selector {
    readonly metric: string;
    readonly matchers: readonly Matcher[];
}

/** An expression taken apart. */
export interface Expression {
    /** Parts that no grammar of PromQL allows. */
    readonly errors: readonly string[];
    readonly selectors: readonly Selector[];
    /** Labels by which it groups. */
    readonly groupedBy: readonly string[];
    /** Whether labels of the series are lost, in an aggregation or in `absent`. */
    readonly aggregates: boolean;
}

/** The part of the grammar's package that is used; its types are for `import` alone. */
interface Grammar {
    readonly parser: {
        parse(text: string): { iterate(spec: { enter(found: { node: SyntaxNode }): void }): void };
    };
}

const load = createRequire(__filename);
const known = new Map<string, Expression>();

function toExpression(text: string, nodes: readonly SyntaxNode[]): Expression {
    const read = (node: SyntaxNode | null) => (node ? text.slice(node.from, node.to) : "");
    const called = (name: string) => nodes.filter((node) => node.name === name);
    return {
        errors: nodes.filter(({ type }) => type.isError).map((node) => `at ${node.from}: ${text}`),
        selectors: called("VectorSelector").map((selector) => ({
            metric: read(selector.getChild("Identifier")),
            matchers: (
                selector.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []
            ).map((matcher) => ({
                label: read(matcher.getChild("LabelName")),
                operator: read(matcher.getChild("MatchOp")),
                value: read(matcher.getChild("StringLiteral")).slice(1, -1),
            })),
        })),
        groupedBy: called("GroupingLabels").flatMap((group) =>
            group.getChildren("LabelName").map(read),
        ),
        aggregates: called("AggregateExpr").length + called("Absent").length > 0,
    };
}

/** Takes an expression apart, each once. */
export function parseExpression(text: string): Expression {
    const before = known.get(text);
    if (before !== undefined) {
        return before;
    }
    const { parser } = load("@prometheus-io/lezer-promql") as Grammar;
    const nodes: SyntaxNode[] = [];
    parser.parse(text).iterate({
        enter: ({ node }) => {
            nodes.push(node);
        },
    });
    const expression = toExpression(text, nodes);
    known.set(text, expression);
    return expression;
}
