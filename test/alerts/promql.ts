/** PromQL taken apart, for tests. */
import type { Selector } from "../../policy/engines/monitoring/promql";

export {
    type Matcher,
    parseExpression,
    type Selector,
} from "../../policy/engines/monitoring/promql";

/** Values of a label that selectors name. */
export function namedValues(selectors: readonly Selector[], label: string): string[] {
    return selectors
        .flatMap(({ matchers }) => matchers)
        .filter((matcher) => matcher.label === label && ["=", "=~"].includes(matcher.operator))
        .flatMap(({ operator, value }) => (operator === "=~" ? value.split("|") : [value]));
}
