/** TEN-01: every namespace has a quota and limits, and a tenant no more than its tier. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { type NamespaceFact, namespacesOf, tierOf } from "../../kubernetes/namespaces";
import { parseQuantity } from "../../kubernetes/quantities";
import {
    holdsUnknown,
    isUnknown,
    read,
    readList,
    readTree,
    type Reading,
    showReading,
} from "../../kernel/tree";

type Values = Readonly<Record<string, string>>;

/** What a tenant gets at most (readiness.md, TEN-01). */
const TENANT_QUOTA: Values = {
    "requests.cpu": "4",
    "requests.memory": "8Gi",
    "limits.cpu": "8",
    "limits.memory": "16Gi",
    persistentvolumeclaims: "20",
    pods: "100",
};
const TENANT_DEFAULTS: Readonly<Record<"default" | "defaultRequest", Values>> = {
    default: { cpu: "500m", memory: "512Mi" },
    defaultRequest: { cpu: "100m", memory: "128Mi" },
};

/** The smallest of several values of one key, since every quota of a namespace applies. */
function smallest(readings: readonly Reading[]): Reading {
    const present = readings.filter(({ state }) => state !== "absent");
    const known = present.flatMap((reading) =>
        reading.state === "known" ? [{ reading, amount: parseQuantity(reading.value) }] : [],
    );
    const [least] = known
        .filter(({ amount }) => amount !== undefined)
        .sort((left, right) => (left.amount ?? 0) - (right.amount ?? 0));
    return least?.reading ?? present[0] ?? { state: "absent" };
}

function judgeValue(fact: Fact, what: string, reading: Reading, maximum: string): Finding[] {
    if (reading.state === "unknown") {
        return [notJudged(fact, `${what} is known only at the update`)];
    }
    const amount = reading.state === "known" ? parseQuantity(reading.value) : undefined;
    return amount !== undefined && amount <= (parseQuantity(maximum) ?? 0)
        ? []
        : [violated(fact, `${what} is ${showReading(reading)}; a tenant gets at most ${maximum}`)];
}

function judgeTenant(fact: Fact, quotas: readonly Fact[], ranges: readonly Fact[]): Finding[] {
    const quota = Object.entries(TENANT_QUOTA).flatMap(([key, maximum]) => {
        const found = smallest(quotas.map(({ inputs }) => read(inputs, ["spec", "hard", key])));
        return judgeValue(fact, `its quota of ${key}`, found, maximum);
    });
    const limits = ranges
        .flatMap(({ inputs }) => readList(inputs, "spec", "limits"))
        .filter((limit) => isUnknown(limit) || isContainerLimit(limit));
    const defaults = Object.entries(TENANT_DEFAULTS).flatMap(([field, values]) =>
        Object.entries(values).flatMap(([resource, maximum]) => {
            const found = smallest(limits.map((limit) => read(limit, [field, resource])));
            return judgeValue(fact, `its container ${field} of ${resource}`, found, maximum);
        }),
    );
    return [...quota, ...defaults];
}

function isContainerLimit(limit: unknown): boolean {
    const type = read(limit, ["type"]);
    return type.state === "known" && type.value === "Container";
}

/** Quantities of which a quota bounds both, by one of these keys, unless it counts pods. */
const BOUNDS = ["cpu", "memory"].map((resource) => [
    resource,
    `requests.${resource}`,
    `limits.${resource}`,
]);

/** Why a quota does not hold for the namespace; undefined when it does. */
function quotaFault({ inputs }: Fact): string | undefined {
    const hard = readTree(inputs, "spec", "hard");
    if (
        readList(inputs, "spec", "scopes").length > 0 ||
        Object.keys(readTree(inputs, "spec", "scopeSelector")).length > 0
    ) {
        return "holds only for the pods of its scope";
    }
    return "pods" in hard || BOUNDS.every((keys) => keys.some((key) => key in hard))
        ? undefined
        : "bounds neither pods nor CPU and memory";
}

/** Why a range gives a container no limit that names none; undefined when it does. */
function rangeFault({ inputs }: Fact): string | undefined {
    // The API takes the maximum where the default is absent.
    const bounds = readList(inputs, "spec", "limits")
        .filter(isContainerLimit)
        .flatMap((limit) => ["default", "max"].map((field) => readTree(limit, field)));
    return bounds.some((bound) => "memory" in bound)
        ? undefined
        : "gives containers no memory limit by default";
}

/** Whether one of the objects of a kind does what it is for. */
function judgePresence(
    fact: Fact,
    kind: string,
    found: readonly Fact[],
    faultOf: (one: Fact) => string | undefined,
): Finding[] {
    const known = found.filter(({ inputs }) => !holdsUnknown(inputs.spec));
    const faults = known.map(faultOf);
    if (faults.includes(undefined)) {
        return [];
    }
    if (known.length < found.length) {
        return [notJudged(fact, `its ${kind} is known only at the update`)];
    }
    const wanted = "create the namespace with components/base/namespace.ts";
    const [fault] = faults;
    return [
        violated(
            fact,
            fault === undefined
                ? `it has no ${kind}; ${wanted}`
                : `its ${kind} ${fault}; ${wanted}`,
        ),
    ];
}

function judgeNamespace(
    facts: Facts,
    namespace: NamespaceFact,
    own: (kind: string) => ObjectOf[],
): Finding[] {
    const { fact } = namespace;
    const quotas = own("ResourceQuota");
    const ranges = own("LimitRange");
    const findings = [
        ...judgePresence(fact, "ResourceQuota", quotas, quotaFault),
        ...judgePresence(fact, "LimitRange", ranges, rangeFault),
    ];
    const tier = tierOf(facts, namespace);
    if (tier.state === "unknown") {
        return [...findings, notJudged(fact, "its tier is known only at the update")];
    }
    return tier.state === "known" && tier.value === "tenant" && findings.length === 0
        ? judgeTenant(fact, quotas, ranges)
        : findings;
}

/** TEN-01. */
export const quotas: StackCriterion = {
    id: "TEN-01",
    name: "ten-01-quota-and-limits",
    description:
        "Checks that every namespace has a ResourceQuota and a LimitRange, and a tenant's no more than the tenant tier.",
    severity: "high",
    remediation: "Declare the namespace with components/base/namespace.ts and choose its tier.",
    judgeStack: (facts) => {
        const namespaces = namespacesOf(facts);
        return {
            subjects: namespaces.length,
            judged: namespaces.map(({ fact }) => fact),
            findings: namespaces.flatMap((namespace) =>
                judgeNamespace(facts, namespace, (kind) =>
                    facts
                        .objects("", kind)
                        .filter(({ object }) => object.namespace === namespace.name),
                ),
            ),
        };
    },
};
