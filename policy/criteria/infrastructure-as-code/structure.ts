/** IAC-03 and IAC-06: where resources belong, and what must be there before them. */
import { groupKind } from "../../../components/base/scope";
import { isRegistrar, registeredFor } from "../../../operators/registrars";
import { isCustomGroup } from "../../kubernetes/api-groups";
import { nearest } from "../../../components/nearest";
import { toResource } from "../../engines/operated/resources";
import { definitionsOf } from "../../kubernetes/definitions";
import { groupsOfTheCluster } from "../../kubernetes/cluster-groups";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Fact, type Facts, type ObjectOf, typeOfUrn } from "../../kernel/facts";
import { chartsThatMayBring, missingMay, namesOfMissing } from "../../kernel/missing-charts";
import { isUnknown, read, readList, readString, readTree } from "../../kernel/tree";

/** Components and providers may stand at the root; the stack is the root. */
function standsAlone({ type }: Fact): boolean {
    return (
        type === "pulumi:pulumi:Stack" ||
        type.startsWith("pulumi:providers:") ||
        type.startsWith("platform:")
    );
}

function judgeParent(fact: Fact): Finding[] {
    const parent = fact.parent === undefined ? "" : typeOfUrn(fact.parent);
    return standsAlone(fact) || (parent !== "" && parent !== "pulumi:pulumi:Stack")
        ? []
        : [violated(fact, "its parent is the stack itself; register it inside a component")];
}

function judgeNamespace(
    fact: ObjectOf,
    facts: Facts,
    definitions: ReadonlyMap<string, ObjectOf>,
): Finding[] {
    const { object, inputs } = fact;
    const { scopes } = facts;
    const kind = groupKind(object);
    const reading = read(inputs, ["metadata", "namespace"]);
    if (reading.state === "unknown") {
        return [notJudged(fact, "its namespace is known only at the update")];
    }
    if (scopes.isClusterScoped(kind) || (reading.state === "known" && reading.value !== "")) {
        return [];
    }
    if (!isCustomGroup(object.group) || definitions.has(kind)) {
        return [violated(fact, "it names no namespace; set metadata.namespace")];
    }
    const charts = chartsThatMayBring(facts, { group: object.group });
    const where = charts.length === 0 ? "" : `, which may be in ${namesOfMissing(charts)}`;
    return [
        notJudged(fact, `whether a ${object.kind} needs a namespace, only its CRD says${where}`),
    ];
}

/** IAC-03. */
export const structure: StackCriterion = {
    id: "IAC-03",
    name: "iac-03-component-and-namespace",
    description:
        "Checks that every resource has a component as parent and every namespaced object names its namespace.",
    severity: "medium",
    remediation:
        "Pass `{ parent: this }`, or use the helpers of components/base/system.ts, which set parent and namespace.",
    judgeStack: (facts) => {
        const definitions = definitionsOf(facts);
        const subjects = facts.all().filter((fact) => !standsAlone(fact));
        return {
            subjects: subjects.length,
            judged: subjects,
            findings: subjects.flatMap((fact) => [
                ...judgeParent(fact),
                ...(fact.object === undefined
                    ? []
                    : judgeNamespace({ ...fact, object: fact.object }, facts, definitions)),
            ]),
        };
    },
};

function serves({ inputs }: ObjectOf, version: string): boolean | "unknown" {
    const versions = readList(inputs, "spec", "versions");
    if (read(inputs, ["spec", "versions"]).state === "unknown" || versions.some(isUnknown)) {
        return "unknown";
    }
    return versions.some(
        (entry) => readString(entry, "name") === version && readTree(entry).served === true,
    );
}

function judgeDefinition(
    fact: ObjectOf,
    facts: Facts,
    definitions: ReadonlyMap<string, ObjectOf>,
    registrars: ReadonlyMap<string, ObjectOf>,
): Finding[] {
    const { object } = fact;
    const kind = groupKind(object);
    const definition = definitions.get(kind);
    const registrar = registrars.get(kind);
    if (definition === undefined && registrar !== undefined) {
        return facts.dependsOn(fact.urn, new Set([registrar.urn]))
            ? []
            : [
                  violated(
                      fact,
                      `it does not depend on ${registrar.key}, with which an operator registers ${kind}; add it to dependsOn`,
                  ),
              ];
    }
    if (definition === undefined) {
        const charts = chartsThatMayBring(facts, { group: object.group });
        if (charts.length > 0) {
            const message = `no CRD defines ${kind}, but ${missingMay(charts, "define it")}`;
            return [notJudged(fact, message)];
        }
        const near = nearest(kind, [...definitions.keys()]);
        const hint = near === undefined ? "" : `; perhaps ${near} is meant`;
        return [violated(fact, `no CRD of the stack defines ${kind}${hint}`)];
    }
    const [, version = ""] = object.apiVersion.split("/");
    const served = serves(definition, version);
    if (served === "unknown") {
        return [notJudged(fact, `the versions of ${definition.key} are known only at the update`)];
    }
    if (!served) {
        const names = readList(definition.inputs, "spec", "versions")
            .filter((entry) => readTree(entry).served === true)
            .map((entry) => readString(entry, "name"));
        const offered = names.join(", ") || "none";
        return [
            violated(fact, `${definition.key} does not serve ${version}; it serves ${offered}`),
        ];
    }
    return facts.dependsOn(fact.urn, new Set([definition.urn]))
        ? []
        : [
              violated(
                  fact,
                  `it does not depend on ${definition.key}; add what registers the CRD to dependsOn`,
              ),
          ];
}

/** What operators register CRDs for, by the kinds of these. */
function registrarsOf(facts: Facts): Map<string, ObjectOf> {
    const found = new Map<string, ObjectOf>();
    for (const fact of facts.all()) {
        const { object } = fact;
        const kind = object === undefined ? "" : groupKind(object);
        if (object === undefined || !isRegistrar(kind)) {
            continue;
        }
        const registrar: ObjectOf = { ...fact, object };
        for (const defined of registeredFor(kind, toResource(registrar))) {
            found.set(defined, found.get(defined) ?? registrar);
        }
    }
    return found;
}

/** IAC-06. */
export const definitionsFirst: StackCriterion = {
    id: "IAC-06",
    name: "iac-06-custom-resource-definitions",
    description:
        "Checks that every custom resource has its CRD in the stack or from the cluster, and depends on it.",
    severity: "high",
    remediation:
        "Put `Chart.definitions` (or the Chart) of the system that brings the CRD into `dependsOn` or `needs`.",
    judgeStack: (facts) => {
        const definitions = definitionsOf(facts);
        const registrars = registrarsOf(facts);
        const subjects = facts
            .all()
            .filter((fact): fact is ObjectOf => fact.object !== undefined)
            .filter(
                ({ object }) =>
                    isCustomGroup(object.group) && !(object.group in groupsOfTheCluster),
            );
        return {
            subjects: subjects.length,
            judged: subjects,
            findings: subjects.flatMap((fact) =>
                judgeDefinition(fact, facts, definitions, registrars),
            ),
        };
    },
};
