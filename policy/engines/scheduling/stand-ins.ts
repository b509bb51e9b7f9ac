/** All pods of a stack as objects for the API: for a cluster that runs no operators and no Talos. */
import { isTree, readList, readString, type Tree } from "../../kernel/tree";
import type { ClusterNode } from "./nodes";
import type { PodSet } from "./pod-set";
import { podsOfTemplates } from "./proof";
import type { Template } from "./template";

const CONTAINER_FIELDS = ["resources", "ports", "restartPolicy"];
const POD_FIELDS = [
    "nodeName",
    "nodeSelector",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "priorityClassName",
    "overhead",
    "resources",
    "hostNetwork",
];

function pick(tree: Tree, fields: readonly string[]): Tree {
    return Object.fromEntries(
        fields.flatMap((field) => (tree[field] === undefined ? [] : [[field, tree[field]]])),
    );
}

/** What the DaemonSet controller does to bind a pod to its node. */
export function onNode(spec: Tree, node: string): Tree {
    const affinity = isTree(spec.affinity) ? spec.affinity : {};
    const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
    return {
        ...spec,
        affinity: {
            ...affinity,
            nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                    nodeSelectorTerms: [{ matchFields }],
                },
            },
        },
    };
}

/**
 * A pod of a set, with everything that decides where it runs and nothing of what it does.
 *
 * @param index number of the pod in its set
 * @param node the node that it belongs to, for one pod per node
 */
export function standInPod(set: PodSet, index: number, node?: string): Tree {
    const containers = (field: string): Tree[] =>
        readList(set.spec, field)
            .filter(isTree)
            .map((container) => ({
                name: readString(container, "name") ?? "",
                image: readString(container, "image") ?? "stand-in",
                ...pick(container, CONTAINER_FIELDS),
            }));
    const rules = pick(set.spec, POD_FIELDS);
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: `${set.name}-${index}`.toLowerCase(),
            namespace: set.namespace,
            labels: set.labels,
        },
        spec: {
            ...(node === undefined ? rules : onNode(rules, node)),
            initContainers: containers("initContainers"),
            containers: containers("containers"),
        },
    };
}

/** Every pod of the templates on the nodes. */
export function standInPods(templates: readonly Template[], nodes: readonly ClusterNode[]): Tree[] {
    const numbers = new Map<string, number>();
    return podsOfTemplates(templates, nodes).map(({ template: { set }, pin }) => {
        const id = `${set.namespace}/${set.name}`;
        const number = numbers.get(id) ?? 0;
        numbers.set(id, number + 1);
        return standInPod(set, number, pin === undefined ? undefined : nodes[pin]?.name);
    });
}
