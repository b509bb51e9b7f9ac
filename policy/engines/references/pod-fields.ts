/** What variables and files take from the pod itself: its fields, and the resources of a container. */
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { isTree, isUnknown, readList, type Tree } from "../../kernel/tree";
import type { Workload } from "../../kubernetes/workloads";
import { judgeName, type Names } from "./pod-volumes";
import { valuesAt } from "./values";

/** kubernetes v1.35: pkg/apis/core/validation, validEnvDownwardAPIFieldPathExpressions. */
const OF_VARIABLES = [
    ...["metadata.name", "metadata.namespace", "metadata.uid"],
    ...["spec.nodeName", "spec.serviceAccountName"],
    ...["status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"],
];
/** The same, validVolumeDownwardAPIFieldPathExpressions. */
const OF_FILES = [
    ...["metadata.name", "metadata.namespace", "metadata.uid"],
    ...["metadata.labels", "metadata.annotations"],
];
/** One label or annotation of the pod. */
const SUBSCRIPT = /^metadata\.(?:labels|annotations)\['[^']+'\]$/;
/** The same, validContainerResourceFieldPathExpressions and its prefixes. */
const RESOURCE = /^(?:limits|requests)\.(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** A place that takes something from the pod. */
interface Taken {
    readonly where: string;
    readonly source: Tree;
    /** What `fieldRef` may name there. */
    readonly fields: readonly string[];
}

function ofVariables({ containers }: Workload): Taken[] {
    return containers.flatMap(({ name, tree }) =>
        readList(tree, "env")
            .filter(isTree)
            .flatMap((variable): Taken[] =>
                isTree(variable.valueFrom)
                    ? [
                          {
                              where: `env[${String(variable.name)}] of container ${name}`,
                              source: variable.valueFrom,
                              fields: OF_VARIABLES,
                          },
                      ]
                    : [],
            ),
    );
}

function ofFiles(podSpec: Tree): Taken[] {
    return readList(podSpec, "volumes")
        .filter(isTree)
        .flatMap((volume) =>
            [
                ...valuesAt(volume, ["downwardAPI", "items[]"]),
                ...valuesAt(volume, ["projected", "sources[]", "downwardAPI", "items[]"]),
            ]
                .filter(isTree)
                .map((source) => ({
                    where: `a file of volume ${String(volume.name)}`,
                    source,
                    fields: OF_FILES,
                })),
        );
}

function judgeTaken(
    fact: ObjectOf,
    { where, source, fields }: Taken,
    containers: Names,
): Finding[] {
    const { fieldRef, resourceFieldRef } = source;
    if ([fieldRef, resourceFieldRef].some(isUnknown)) {
        return [notJudged(fact, `what ${where} takes of the pod is known only at the update`)];
    }
    const ofContainer = isTree(resourceFieldRef)
        ? [
              ...judgeName(
                  fact,
                  `resourceFieldRef of ${where}`,
                  "container",
                  resourceFieldRef.containerName === ""
                      ? undefined
                      : resourceFieldRef.containerName,
                  containers,
              ),
              ...judgeField(fact, where, resourceFieldRef.resource, (field) =>
                  RESOURCE.test(field) ? undefined : "",
              ),
          ]
        : [];
    const ofPod = isTree(fieldRef)
        ? judgeField(fact, where, fieldRef.fieldPath, (field) =>
              fields.includes(field) || SUBSCRIPT.test(field)
                  ? undefined
                  : (nearest(field, fields) ?? ""),
          )
        : [];
    return [...ofContainer, ...ofPod];
}

/** @param meant undefined for a field that is there, else what was probably meant, or nothing */
function judgeField(
    fact: ObjectOf,
    where: string,
    field: unknown,
    meant: (field: string) => string | undefined,
): Finding[] {
    if (isUnknown(field)) {
        return [notJudged(fact, `what ${where} takes of the pod is known only at the update`)];
    }
    const near = typeof field === "string" ? meant(field) : undefined;
    return near === undefined
        ? []
        : [
              violated(
                  fact,
                  `${where} takes ${String(field)}, which a pod does not tell${near === "" ? "" : `; perhaps ${near} is meant`}`,
              ),
          ];
}

/** Fields of the pod and of its containers that variables and files take. */
export function judgeTakenFields(fact: ObjectOf, workload: Workload, containers: Names): Finding[] {
    return [...ofVariables(workload), ...ofFiles(workload.podSpec ?? {})].flatMap((taken) =>
        judgeTaken(fact, taken, containers),
    );
}
