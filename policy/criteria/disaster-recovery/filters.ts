/** What a Schedule of Velero leaves out: namespaces, resources, labels. */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, not, someIn } from "../../kernel/ternary";
import { selects } from "../../kubernetes/selectors";
import { read, readLabels, readList } from "../../kernel/tree";
import type { BackupSchedule } from "./velero";

/** A namespace or object that carries it is never backed up (pkg/apis/velero/v1). */
const EXCLUDED = "velero.io/exclude-from-backup";
/** Names by which a list of resources may call claims. */
const CLAIMS = ["*", "pvc", "persistentvolumeclaim", "persistentvolumeclaims"];

function isExcluded(fact: ObjectOf | undefined): Ternary {
    const label = read(fact?.inputs, ["metadata", "labels", EXCLUDED]);
    return label.state === "unknown"
        ? "unknown"
        : label.state === "known" && label.value === "true";
}

/** `*`, `?` and `[abc]`, as pkg/util/wildcard/expand.go lets them through. */
function matches(pattern: unknown, name: string): boolean {
    const expression = String(pattern).replace(/\[[\w-]+\]|./g, (token) =>
        token.length > 1
            ? token
            : token === "*"
              ? ".*"
              : token === "?"
                ? "."
                : token.replace(/\W/, "\\$&"),
    );
    try {
        return new RegExp(`^${expression}$`).test(name);
    } catch {
        // A class that runs backwards; Velero refuses it too.
        return false;
    }
}

function named(
    { fact }: BackupSchedule,
    field: string,
    good: (element: unknown) => boolean,
): Ternary {
    return someIn(fact.inputs, ["spec", "template", field], good);
}

/** Whether a list is absent or empty, which stands for everything. */
function isOpen({ fact }: BackupSchedule, field: string): Ternary {
    const path = ["spec", "template", field];
    const { state } = read(fact.inputs, path);
    return state === "unknown" ? state : readList(fact.inputs, ...path).length === 0;
}

/** Whether objects of the namespace are backed up. */
export function includesNamespace(schedule: BackupSchedule, name: string, facts: Facts): Ternary {
    const matching = (field: string) => named(schedule, field, (item) => matches(item, name));
    const [namespace] = facts.objects("", "Namespace").filter(({ object }) => object.name === name);
    return allOf([
        anyOf([isOpen(schedule, "includedNamespaces"), matching("includedNamespaces")]),
        not(matching("excludedNamespaces")),
        not(isExcluded(namespace)),
    ]);
}

/** Whether claims are among the kinds that are backed up. */
function includesClaims(schedule: BackupSchedule): Ternary {
    const listed = (field: string) =>
        named(schedule, field, (item) => CLAIMS.includes(String(item).toLowerCase()));
    // The older and the newer filters are never used together.
    return allOf([
        ...["includedResources", "includedNamespaceScopedResources"].map((field) =>
            anyOf([isOpen(schedule, field), listed(field)]),
        ),
        ...["excludedResources", "excludedNamespaceScopedResources"].map((field) =>
            not(listed(field)),
        ),
    ]);
}

/** Whether the labels of a claim are among those that are backed up. */
function includesLabels({ fact }: BackupSchedule, claim: ObjectOf | undefined): Ternary {
    const one = read(fact.inputs, ["spec", "template", "labelSelector"]);
    const several = read(fact.inputs, ["spec", "template", "orLabelSelectors"]);
    const selectors = [
        ...(one.state === "absent" ? [] : [one]),
        ...(several.state === "unknown" ? [several] : []),
        ...readList(fact.inputs, "spec", "template", "orLabelSelectors").map((selector) =>
            read(selector, []),
        ),
    ];
    if (selectors.length === 0) {
        return true;
    }
    // Labels of claims that a controller makes are its own.
    return claim === undefined
        ? "unknown"
        : anyOf(
              selectors.map((selector) =>
                  selects(selector, readLabels(claim.inputs, "metadata", "labels")),
              ),
          );
}

/**
 * Whether the schedule backs up claims in the namespace.
 *
 * @param claim the claim itself, where the stack declares it
 */
export function includesClaim(
    schedule: BackupSchedule,
    namespace: string,
    claim: ObjectOf | undefined,
    facts: Facts,
): Ternary {
    return allOf([
        includesNamespace(schedule, namespace, facts),
        includesClaims(schedule),
        includesLabels(schedule, claim),
        not(isExcluded(claim)),
    ]);
}
