/** Every pod of a recorded stack: those of its workloads, and those that operators make. */
import { isBuiltIn, groupKind } from "../../components/base/scope";
import { behaviours } from "../../operators";
import type { Labels, Resource, Surroundings } from "../../operators/behaviour";
import type { RecordedStack } from "../fixtures/stack";
import { workloads } from "./workloads";

/** Pods that look alike. */
export interface Pods {
    readonly namespace: string;
    readonly labels: Labels;
}

/** Whether labels have all that a selector asks for. */
export function matches(selector: Labels, labels: Labels): boolean {
    return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function surroundingsOf(recorded: RecordedStack): Surroundings {
    const { nodes } = recorded.settings.site;
    return {
        all: (kind) =>
            recorded.objects.filter((object) => groupKind(object) === kind) as Resource[],
        nodes: nodes.map(({ name, disks, cores }) => ({
            name,
            cores,
            disks: disks.filter(({ purpose }) => purpose === "ceph").length,
        })),
    };
}

/** Pods that an operator makes of a resource; some carry one of several sets of labels. */
function madeOf(resource: Resource, surroundings: Surroundings): Pods[] {
    const made = behaviours.get(groupKind(resource))?.pods?.(resource, surroundings) ?? [];
    const { namespace = "" } = resource.metadata;
    return typeof made === "string"
        ? []
        : made.flatMap(({ labels, variants = [{}], namespace: placed = namespace }) =>
              variants.map((variant) => ({
                  namespace: placed,
                  labels: { ...labels, ...variant },
              })),
          );
}

/** All of them. */
export function podsOf(recorded: RecordedStack): Pods[] {
    const surroundings = surroundingsOf(recorded);
    // Some operators are told by objects of a kind that others use too.
    const custom = recorded.objects.filter(
        (object) => !isBuiltIn(object) || behaviours.get(groupKind(object))?.only !== undefined,
    ) as Resource[];
    return [
        ...workloads(recorded).map(({ manifest, template }) => ({
            namespace: manifest.metadata.namespace ?? "",
            labels: template.metadata.labels,
        })),
        ...custom.flatMap((resource) => madeOf(resource, surroundings)),
    ];
}
