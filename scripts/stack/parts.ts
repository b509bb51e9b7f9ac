/**
 * The two parts of a first update on a file or bucket backend, which writes the whole state at every
 * step (docs/performance.md, "State"). What is not in the cluster comes first, with all these writes:
 * machines, certificates and random values exist once, and a state that does not know them has lost
 * them. The objects in the cluster come second, with one write at the end: whatever happens, they can
 * be applied again.
 */
import { isObjectType } from "../../components/base/object";
import type { PlannedChange } from "../../preview/engine/events";
import type { PlannedResource } from "../../preview/scorecard/judged";

/** What the judged preview planned. */
export interface Plan {
    /** Everything that the stack will have. */
    readonly resources: readonly PlannedResource[];
    readonly changes: readonly PlannedChange[];
    /** The URNs that each resource waits for. */
    readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** The parts, by URN. */
export interface Parts {
    /** What the first part makes: nothing else is touched by it. */
    readonly first: readonly string[];
    /** What the second part leaves as it is: the resources outside of the cluster. */
    readonly outside: readonly string[];
    /** The objects that are left for the second part. */
    readonly objects: readonly string[];
}

/** The component whose children are the systems. */
const PLATFORM = "platform:base:Platform";

/**
 * Whether a resource is something real that is not in the cluster; providers and components only
 * stand in the state.
 */
export function isOutside({ type, custom }: Pick<PlannedResource, "type" | "custom">): boolean {
    return custom && !isObjectType(type) && !type.startsWith("pulumi:providers:");
}

/** What belongs together: the resources of a stack as a tree. */
class Tree {
    private readonly byUrn: ReadonlyMap<string, PlannedResource>;
    private readonly children = new Map<string, PlannedResource[]>();

    constructor(resources: readonly PlannedResource[]) {
        this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        for (const resource of resources) {
            const siblings = this.children.get(resource.parent);
            if (siblings === undefined) {
                this.children.set(resource.parent, [resource]);
            } else {
                siblings.push(resource);
            }
        }
    }

    get(urn: string): PlannedResource | undefined {
        return this.byUrn.get(urn);
    }

    /** The system that an object is part of, with everything in it. */
    systemOf(object: PlannedResource): readonly PlannedResource[] {
        let top = object;
        for (
            let parent = this.byUrn.get(object.parent);
            parent !== undefined && parent.type !== PLATFORM && parent.parent !== "";
            parent = this.byUrn.get(parent.parent)
        ) {
            top = parent;
        }
        const found = [top];
        for (const next of found) {
            found.push(...(this.children.get(next.urn) ?? []));
        }
        return found;
    }
}

/**
 * What the first part makes: everything outside of the cluster, and all that this waits for. Nodes
 * are healthy only with a pod network, so an object may be among it. Then its whole system is: pods
 * need a ServiceAccount or a ConfigMap of which no dependency tells.
 */
function firstPart({ resources, dependencies }: Plan): ReadonlySet<string> {
    const tree = new Tree(resources);
    const isObject = (urn: string) => isObjectType(tree.get(urn)?.type ?? "");
    const queue = resources.filter(
        ({ urn, type, custom }) =>
            !isObjectType(type) && (custom || (dependencies[urn] ?? []).some(isObject)),
    );
    const found = new Set<string>();
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (found.has(next.urn)) {
            continue;
        }
        found.add(next.urn);
        const needed = [next.parent, ...(dependencies[next.urn] ?? [])];
        queue.push(...needed.flatMap((urn) => tree.get(urn) ?? []));
        if (isObjectType(next.type)) {
            queue.push(...tree.systemOf(next));
        }
    }
    return found;
}

/** Splits what was planned. */
export function partsOf(plan: Plan): Parts {
    const first = firstPart(plan);
    const gone = plan.changes.filter(
        ({ operation, type }) => operation === "delete" && !isObjectType(type),
    );
    const outside = plan.resources.filter(isOutside);
    const objects = plan.resources.filter(({ urn, type }) => isObjectType(type) && !first.has(urn));
    const urns = (list: readonly { readonly urn: string }[]) => list.map(({ urn }) => urn);
    return { first: [...first, ...urns(gone)], outside: urns(outside), objects: urns(objects) };
}

/** Whether the state has one of the objects that the second part would make, or another one that goes. */
export function hasObjects({ changes }: Plan, { objects }: Parts): boolean {
    const created = new Set(
        changes.filter(({ operation }) => operation === "create").map(({ urn }) => urn),
    );
    const isDeleted = changes.some(
        ({ operation, type }) => operation === "delete" && isObjectType(type),
    );
    return isDeleted || objects.some((urn) => !created.has(urn));
}

/** Flags of `pulumi up` and `pulumi destroy` that say themselves what they are about. */
const CHOOSING = [
    "--target",
    "-t",
    "--target-dependents",
    "--exclude",
    "--exclude-dependents",
    "--replace",
    "--target-replace",
    "--preview-only",
    "--remove",
    "--run-program",
];

/** Whether a flag of the user decides what the command is about. */
export function isChosen(flags: readonly string[]): boolean {
    return flags.some((flag) => CHOOSING.includes(flag.split("=", 1)[0] ?? flag));
}
