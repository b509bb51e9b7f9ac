/**
 * What this release's engines know of a plan, so that both sides of a comparison are measured by the
 * same measure, whichever release has planned them.
 */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { isRecord } from "../../components/base/object";
import type { Facts } from "../../policy/kernel/facts";
import { factsOf } from "../../preview/recorded-stack";
import type { Plan } from "./plan";
import { isSecret, isUnknown } from "./values";

/** What stands in for a secret; no measure depends on one. */
const HIDDEN = "secret";

function unmarked(value: unknown): unknown {
    if (isUnknown(value)) {
        return unknownValue;
    }
    if (isSecret(value)) {
        return HIDDEN;
    }
    if (Array.isArray(value)) {
        return value.map(unmarked);
    }
    return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmarked(item)]))
        : value;
}

/** The facts of a plan. */
export function planFacts({ resources }: Plan): Facts {
    return factsOf(
        resources.map(({ urn, type, name, parent, protect, inputs, dependsOn }) => ({
            urn,
            type,
            name,
            parent,
            protect,
            inputs: unmarked(inputs) as Record<string, unknown>,
            dependencies: dependsOn,
        })),
    );
}
