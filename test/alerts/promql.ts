/** What an expression says, by the grammar that the Prometheus project publishes. */
import { parser } from "@prometheus-io/lezer-promql";
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

function nodesOf(text: string): SyntaxNode[] {
    const nodes: SyntaxNode[] = [];
    parser.parse(text).iterate({
        enter: ({ node }) => {
            nodes.push(node);
        },
    });
    return nodes;
}

/** Takes an expression apart. */
export function parseExpression(text: string): Expression {
    const nodes = nodesOf(text);
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

/** Values of a label that the selectors of an expression name. */
export function namedValues({ selectors }: Expression, label: string): string[] {
    return selectors
        .flatMap(({ matchers }) => matchers)
        .filter((matcher) => matcher.label === label && ["=", "=~"].includes(matcher.operator))
        .flatMap(({ operator, value }) => (operator === "=~" ? value.split("|") : [value]));
}
