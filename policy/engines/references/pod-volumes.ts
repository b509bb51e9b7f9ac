/** What containers mount is a volume of their pod, and each place is taken once. */
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { isTree, isUnknown, read, readList, readString, type Tree } from "../../kernel/tree";
import type { Container, Workload } from "../../kubernetes/workloads";

/** Names that something in a pod may take, and whether an update may add others. */
export interface Names {
    readonly known: readonly string[];
    readonly open: boolean;
}

/** The names of the elements of a list. */
export function namesIn(tree: unknown, ...path: readonly string[]): Names {
    const items = readList(tree, ...path);
    return {
        known: items.flatMap((item) => readString(item, "name") ?? []),
        open:
            read(tree, path).state === "unknown" ||
            items.some((item) => isUnknown(item) || (isTree(item) && isUnknown(item.name))),
    };
}

/** That a name is among those that there are. */
export function judgeName(
    fact: ObjectOf,
    where: string,
    what: string,
    name: unknown,
    { known, open }: Names,
): Finding[] {
    if (isUnknown(name) || (open && !known.includes(String(name)))) {
        return [notJudged(fact, `which ${what} ${where} names is known only at the update`)];
    }
    if (typeof name !== "string" || known.includes(name)) {
        return [];
    }
    const near = nearest(name, known);
    const hint =
        near === undefined
            ? `it has ${[...new Set(known)].join(", ") || "none"}`
            : `perhaps ${near} is meant`;
    return [violated(fact, `${where} names ${what} ${name}, which the pod does not have; ${hint}`)];
}

/** Values that stand several times in a list. */
export function repeated(values: readonly string[]): string[] {
    return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function volumesOf(fact: ObjectOf, podSpec: Tree): Names {
    const own = namesIn(podSpec, "volumes");
    const claims = read(fact.inputs, ["spec", "volumeClaimTemplates"]);
    const templates = readList(fact.inputs, "spec", "volumeClaimTemplates").map((template) =>
        read(template, ["metadata", "name"]),
    );
    const ofTemplates = templates.flatMap((name) =>
        name.state === "known" ? [String(name.value)] : [],
    );
    return fact.object.kind === "StatefulSet"
        ? {
              known: [...own.known, ...ofTemplates],
              open: own.open || [claims, ...templates].some(({ state }) => state === "unknown"),
          }
        : own;
}

/** Places as the runtime compares them: a slash at the end says nothing. */
function places(container: Tree, list: string, field: string): string[] {
    return readList(container, list).flatMap((item) => {
        const place = readString(item, field);
        return place === undefined ? [] : [place.replace(/(.)\/+$/, "$1")];
    });
}

function judgeContainer(fact: ObjectOf, { name, tree }: Container, volumes: Names): Finding[] {
    const lists = [
        ["volumeMounts", "volume"],
        ["volumeDevices", "volume"],
    ] as const;
    const named = lists.flatMap(([list, what]) =>
        readList(tree, list).flatMap((item, index) => {
            const volume = isTree(item) ? item.name : item;
            return judgeName(fact, `${list}[${index}] of container ${name}`, what, volume, volumes);
        }),
    );
    const taken = repeated([
        ...places(tree, "volumeMounts", "mountPath"),
        ...places(tree, "volumeDevices", "devicePath"),
    ]);
    const hidden = lists.flatMap(([list]) =>
        read(tree, [list]).state === "unknown"
            ? [notJudged(fact, `${list} of container ${name} is known only at the update`)]
            : [],
    );
    return [
        ...hidden,
        ...named,
        ...taken.map((place) =>
            violated(fact, `container ${name} mounts two volumes at ${place}; leave one`),
        ),
    ];
}

/** Volumes of a pod, and what its containers mount of them. */
export function judgeVolumes(fact: ObjectOf, { podSpec = {}, containers }: Workload): Finding[] {
    const volumes = volumesOf(fact, podSpec);
    const devices = namesIn(podSpec, "resourceClaims");
    return [
        ...repeated(namesIn(podSpec, "volumes").known).map((name) =>
            violated(fact, `two of its volumes are called ${name}; rename one`),
        ),
        ...containers.flatMap((container) => judgeContainer(fact, container, volumes)),
        ...containers.flatMap(({ name, tree }) =>
            readList(tree, "resources", "claims").flatMap((claim) =>
                judgeName(
                    fact,
                    `resources.claims of container ${name}`,
                    "resource claim",
                    isTree(claim) ? claim.name : claim,
                    devices,
                ),
            ),
        ),
    ];
}
