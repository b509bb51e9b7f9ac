/** What ECK does alike with pod templates (v3.5.0: pkg/controller/common/defaults). */
import type { Tree } from "./behaviour";
import { container } from "./pods";
import { isTree, textAt, treeAt, treesAt } from "./values";

/** The template's container of that name, with the resources that ECK gives where none are said. */
export function mainContainer(
    name: string,
    template: Tree,
    own: Tree,
    memory: string,
    image?: string,
): Tree {
    const said = treesAt(template, "spec", "containers").find((item) => item.name === name);
    const fallback = { requests: { memory }, limits: { memory } };
    const resources = isTree(own.resources)
        ? own.resources
        : isTree(said?.resources)
          ? said.resources
          : fallback;
    return { ...said, ...container(name, resources, textAt(said, "image") ?? image) };
}

/** What the operator's own containers may not do, unless the template says otherwise (securitycontext). */
const RESTRICTED: Tree = {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
};

/** A container with which the operator prepares a pod. */
export function preparing(name: string, cpu: string, memory: string): Tree {
    const amounts = { cpu, memory };
    return {
        ...container(name, { requests: amounts, limits: amounts }),
        securityContext: RESTRICTED,
    };
}

/**
 * The pod of a template, with containers that the operator adds. What the template says of one of
 * these by its name comes first (common/defaults/pod_template.go).
 */
export function templatePod(template: Tree, main: Tree, others: readonly Tree[]): Tree {
    const spec = treeAt(template, "spec");
    const own = treesAt(spec, "initContainers");
    const isAdded = ({ name }: Tree) => others.some((other) => other.name === name);
    return {
        ...spec,
        initContainers: [
            ...others.map((other) => ({
                ...other,
                ...own.find(({ name }) => name === other.name),
            })),
            ...own.filter((one) => !isAdded(one)),
        ],
        containers: [main, ...treesAt(spec, "containers").filter(({ name }) => name !== main.name)],
    };
}
