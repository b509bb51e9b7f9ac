/**
 * Dependencies without what they say twice. The state has the URN of each dependency with each
 * resource: a workload that names its namespace, five network policies and thirty CRDs costs more
 * there than by its own inputs.
 */
import * as pulumi from "@pulumi/pulumi";

/** What comes before a resource, directly or through others. */
const comesBefore = new WeakMap<pulumi.Resource, ReadonlySet<pulumi.Resource>>();

/** The resources of `dependsOn`; undefined when some are known only later. */
function resourcesOf({ dependsOn = [] }: pulumi.ResourceOptions): pulumi.Resource[] | undefined {
    const list: unknown[] = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
    const resources = list.filter((one) => pulumi.Resource.isInstance(one));
    return resources.length === list.length ? resources : undefined;
}

/** The options with each dependency once, and without those that another one waits for already. */
export function withoutImplied<O extends pulumi.ResourceOptions>(options: O): O {
    const resources = resourcesOf(options);
    if (resources === undefined) {
        return options;
    }
    const named = [...new Set(resources)];
    const dependsOn = named.filter(
        (one) => !named.some((other) => comesBefore.get(other)?.has(one) === true),
    );
    return { ...options, dependsOn };
}

/** Notes what a resource waits for, for those that will wait for it. */
export function noteDependencies(resource: pulumi.Resource, options: pulumi.ResourceOptions): void {
    const direct = resourcesOf(options) ?? [];
    const all = new Set(direct);
    for (const dependency of direct) {
        comesBefore.get(dependency)?.forEach((other) => all.add(other));
    }
    comesBefore.set(resource, all);
}
