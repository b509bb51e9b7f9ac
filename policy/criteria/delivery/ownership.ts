/** CI-04: each object has one owner, the program or the repository of applications. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { allOf, anyOf, not, type Ternary } from "../../kernel/ternary";
import { isTree, read, readList, readString } from "../../kernel/tree";
import {
    ARGO,
    type Declared,
    declaredApplications,
    matchesName,
    sourcesOf,
    valuesOf,
} from "./argo-applications";
import { destinationsOf, isOwnCluster, matchesGlob } from "../../kubernetes/argo-projects";

/** What a namespace of an application is fenced with; its roles say who may do what in it. */
const FENCES: ReadonlySet<string> = new Set([
    ...["/ResourceQuota", "/LimitRange", "networking.k8s.io/NetworkPolicy"],
    ...["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding"],
]);

/** What the program owns: one object of each namespace, all of the cluster, and its charts. */
const ownedBy = memoize((facts: Facts) => {
    const namespaces = new Map<string, ObjectOf>();
    const ofCluster: ObjectOf[] = [];
    for (const fact of facts.all()) {
        const { object } = fact;
        if (object === undefined || object.patch) {
            continue;
        }
        const owned = { ...fact, object };
        if (object.namespace === undefined) {
            ofCluster.push(owned);
        } else if (
            !FENCES.has(`${object.group}/${object.kind}`) &&
            !namespaces.has(object.namespace)
        ) {
            namespaces.set(object.namespace, owned);
        }
    }
    const charts = new Set(
        facts
            .ofType("platform:base:Chart")
            .flatMap(({ inputs }) => readString(inputs, "chart") ?? []),
    );
    return { namespaces, ofCluster, charts };
});

const owner = (namespace: string, { key }: ObjectOf) =>
    `${namespace}, where the program owns ${key}`;

/** Where an application goes, and what its charts are. */
function judgeApplication(facts: Facts, declared: Declared): Finding[] {
    const { fact } = declared;
    const destination = (field: string) => valuesOf(declared, "spec", "destination", field);
    const [servers, names] = [destination("server"), destination("name")];
    const isElsewhere =
        [...servers, ...names].length > 0 &&
        [...servers, ...names].every((value) => value !== undefined) &&
        !servers.some((server) => isOwnCluster(server, undefined)) &&
        !names.some((name) => isOwnCluster(undefined, name));
    if (isElsewhere) {
        return [];
    }
    const owned = ownedBy(facts);
    const targets = destination("namespace");
    const projects = valuesOf(declared, "spec", "project");
    const isBounded =
        projects.length > 0 &&
        projects.every(
            (project) =>
                project !== undefined &&
                facts.objects(ARGO, "AppProject").some(({ object }) => object.name === project),
        );
    const known = new Set(targets.filter((target) => target !== undefined));
    const charts = new Set(
        sourcesOf(declared).flatMap((source) => readString(source, "chart") ?? []),
    );
    return [
        ...[...known].flatMap((target) => {
            const other = owned.namespaces.get(target);
            return other === undefined
                ? []
                : [
                      violated(
                          fact,
                          `it deploys into the namespace ${owner(target, other)}; give it a namespace of its own`,
                      ),
                  ];
        }),
        ...[...charts]
            .filter((chart) => owned.charts.has(chart))
            .map((chart) =>
                violated(
                    fact,
                    `it deploys the chart ${chart}, whose objects the program owns; take it out of the repository`,
                ),
            ),
        // What its manifests name themselves is bounded by its project alone.
        ...((targets.length === 0 || targets.includes(undefined)) && !isBounded
            ? [
                  notJudged(
                      fact,
                      "where it deploys to follows only in the cluster, and no project of the stack bounds it",
                  ),
              ]
            : []),
    ];
}

/** Which namespaces of the own cluster a project lets its applications into. */
function judgeDestinations(facts: Facts, project: ObjectOf): Finding[] {
    const { hidden, has } = destinationsOf(project);
    const [found] = [...ownedBy(facts).namespaces].filter(([namespace]) => has(namespace));
    return found === undefined
        ? hidden
            ? [notJudged(project, "where it lets applications into is known only at the update")]
            : []
        : [
              violated(
                  project,
                  `it lets applications into the namespace ${owner(...found)}; name the namespaces of the applications`,
              ),
          ];
}

/** Which kinds of the cluster a project lets its applications own; absent stands for none. */
function judgeClusterKinds(facts: Facts, project: ObjectOf): Finding[] {
    const path = ["spec", "clusterResourceWhitelist"];
    if (read(project.inputs, path).state === "unknown") {
        return [
            notJudged(project, "which kinds of the cluster it allows is known only at the update"),
        ];
    }
    const allowed = readList(project.inputs, ...path).filter(isTree);
    const denied = readList(project.inputs, "spec", "clusterResourceBlacklist").filter(isTree);
    // Without a name, it is about every object of the kind (argo-cd v3.4.4: isNamedResourceInList).
    const lists = (list: readonly object[], { object: { group, kind, name } }: ObjectOf) =>
        anyOf(
            list
                .filter(
                    (one) =>
                        matchesGlob(readString(one, "group") ?? "", group) &&
                        matchesGlob(readString(one, "kind") ?? "", kind),
                )
                .map((one): Ternary => {
                    const pattern = read(one, ["name"]);
                    return pattern.state === "unknown"
                        ? "unknown"
                        : pattern.state === "absent" ||
                              pattern.value === "" ||
                              matchesName(String(pattern.value), name);
                }),
        );
    const reached = ownedBy(facts).ofCluster.map((owned) => ({
        owned,
        is: allOf([lists(allowed, owned), not(lists(denied, owned))]),
    }));
    const found = reached.find(({ is }) => is === true)?.owned;
    return found === undefined
        ? reached.some(({ is }) => is === "unknown")
            ? [
                  notJudged(
                      project,
                      "which objects of the cluster it allows is known only at the update",
                  ),
              ]
            : []
        : [
              violated(
                  project,
                  `it lets applications own objects of the kind ${found.object.kind}, as the program does with ${found.key}; take the kind out of clusterResourceWhitelist`,
              ),
          ];
}

function judgeProject(facts: Facts, project: ObjectOf): Finding[] {
    return [...judgeDestinations(facts, project), ...judgeClusterKinds(facts, project)];
}

/** CI-04. */
export const ownership: StackCriterion = {
    id: "CI-04",
    name: "ci-04-one-owner",
    description:
        "Checks that no Application of Argo CD, nor its project, reaches objects that the program owns.",
    severity: "high",
    remediation:
        "Give applications namespaces of their own, and name those in the destinations of their project.",
    judgeStack: (facts) => {
        const applications = declaredApplications(facts);
        const projects = facts.objects(ARGO, "AppProject");
        const judged: readonly Fact[] = [...applications.map(({ fact }) => fact), ...projects];
        return {
            subjects: judged.length,
            judged,
            findings: [
                ...applications.flatMap((declared) => judgeApplication(facts, declared)),
                ...projects.flatMap((project) => judgeProject(facts, project)),
            ],
        };
    },
};
