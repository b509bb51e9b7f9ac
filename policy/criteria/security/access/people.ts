/** Roles of people: bound to groups that there are, to nobody by name. */
import { nearest } from "../../../../components/nearest";
import { furtherGroups, groupAtApi, peopleAtApi } from "../../../../trust/people";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Facts } from "../../../kernel/facts";
import { holdsUnknown, isUnknown, readList, readString } from "../../../kernel/tree";
import { type BindingFact, subjectsOf } from "./bindings";
import { clusterRolesOf } from "./reach";

/** The roles that people get, and which of them hold in the whole cluster. */
const PEOPLE = {
    "platform-admin": "cluster",
    "app-developer": "namespaces",
    "monitoring-reader": "cluster",
    "storage-admin": "cluster",
} as const;

/** The groups of the stack's directories, as bindings name them; undefined without a directory. */
function directoryGroups(facts: Facts): ReadonlySet<string> | "unknown" | undefined {
    const lists = facts
        .all()
        .filter(({ type, inputs }) => type.startsWith("platform:") && "directoryGroups" in inputs)
        .map(({ inputs }) => inputs);
    if (lists.some(({ directoryGroups: list }) => isUnknown(list) || holdsUnknown(list))) {
        return "unknown";
    }
    const groups = lists.flatMap((inputs) => readList(inputs, "directoryGroups")).map(String);
    return lists.length === 0
        ? undefined
        : new Set([...groups, ...Object.keys(furtherGroups)].map(groupAtApi));
}

/** Names that Kubernetes gives itself, and no directory. */
function isOfKubernetes(name: string): boolean {
    return name.startsWith("system:");
}

function unknownGroup(name: string, known: ReadonlySet<string>): string {
    const near = nearest(name, [...known]) ?? (known.has(groupAtApi(name)) ? groupAtApi(name) : "");
    const hint = near === "" ? "" : `; did you mean ${near}?`;
    return name.startsWith(peopleAtApi.prefix)
        ? `subjects has the group ${name}, which no directory has${hint === "" ? "; let the directory make it, or list it in furtherGroups of trust/people.ts" : hint}`
        : `subjects has the group ${name}, in which nobody can be: groups of people begin with ${peopleAtApi.prefix}${hint}`;
}

function judgeSubject(
    fact: BindingFact,
    subject: unknown,
    known: ReturnType<typeof directoryGroups>,
): Finding[] {
    const [kind, name] = [readString(subject, "kind"), readString(subject, "name")];
    if (name === undefined || isOfKubernetes(name)) {
        return [];
    }
    if (kind === "User") {
        const message = `subjects has the user ${name}; bind a group of the directory, which people enter and leave without a change here`;
        return [violated(fact, message)];
    }
    if (kind !== "Group" || known === undefined) {
        return [];
    }
    if (known === "unknown") {
        return [notJudged(fact, "which groups the directory has is known only at the update")];
    }
    return known.has(name) ? [] : [violated(fact, unknownGroup(name, known))];
}

/** To whom bindings give their roles. */
export function judgeSubjectsOfPeople(facts: Facts, bindings: readonly BindingFact[]): Finding[] {
    const known = directoryGroups(facts);
    return bindings.flatMap((fact) =>
        subjectsOf(fact).flatMap((subject) => judgeSubject(fact, subject, known)),
    );
}

function isGivenToGroup(role: string, bindings: readonly BindingFact[]): boolean | "unknown" {
    const verdicts = bindings
        .filter(({ object }) => object.kind === "ClusterRoleBinding")
        .map((fact) => {
            const named = readString(fact.inputs, "roleRef", "name");
            if (isUnknown(fact.inputs.roleRef) || isUnknown(fact.inputs.subjects)) {
                return "unknown";
            }
            return (
                named === role &&
                subjectsOf(fact).some((subject) => readString(subject, "kind") === "Group")
            );
        });
    return verdicts.includes(true) || (verdicts.includes("unknown") ? "unknown" : false);
}

/** Whether the four roles are there, and somebody has those of the whole cluster. */
export function judgePeople(facts: Facts, bindings: readonly BindingFact[]): Finding[] {
    const platform = facts.platform();
    const names = new Set(clusterRolesOf(facts).map(({ object }) => object.name));
    if (platform === undefined) {
        return [];
    }
    return Object.entries(PEOPLE).flatMap(([name, within]) => {
        if (!names.has(name)) {
            const message = `no ClusterRole ${name}; components/foundation/rbac.ts makes it`;
            return [violated(platform, message)];
        }
        const given = within === "cluster" ? isGivenToGroup(name, bindings) : true;
        if (given === "unknown") {
            return [notJudged(platform, `who has ${name} is known only at the update`)];
        }
        return given
            ? []
            : [
                  violated(
                      platform,
                      `no ClusterRoleBinding gives ${name} to a group; components/foundation/rbac.ts makes it`,
                  ),
              ];
    });
}
