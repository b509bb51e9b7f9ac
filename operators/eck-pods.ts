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

/** The pod of a template, with containers that the operator adds. */
export function templatePod(template: Tree, main: Tree, others: readonly Tree[]): Tree {
    const spec = treeAt(template, "spec");
    return {
        ...spec,
        initContainers: [...others, ...treesAt(spec, "initContainers")],
        containers: [main, ...treesAt(spec, "containers").filter(({ name }) => name !== main.name)],
    };
}
