/** What an expression says, by the grammar that the Prometheus project publishes. */
import type { SyntaxNode } from "@lezer/common" with { "resolution-mode": "import" };

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

/** Takes an expression apart. */
export type ParseExpression = (text: string) => Expression;

/** The parser; a promise, because its package has types for `import` only. */
export async function loadParser(): Promise<ParseExpression> {
    const { parser } = await import("@prometheus-io/lezer-promql");
    return (text) => {
        const nodes: SyntaxNode[] = [];
        parser.parse(text).iterate({
            enter: ({ node }) => {
                nodes.push(node);
            },
        });
        return toExpression(text, nodes);
    };
}

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

/** Values of a label that selectors name. */
export function namedValues(selectors: readonly Selector[], label: string): string[] {
    return selectors
        .flatMap(({ matchers }) => matchers)
        .filter((matcher) => matcher.label === label && ["=", "=~"].includes(matcher.operator))
        .flatMap(({ operator, value }) => (operator === "=~" ? value.split("|") : [value]));
}
