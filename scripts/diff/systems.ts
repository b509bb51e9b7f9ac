/** Which system a resource belongs to. Pure. */
import type { PlanResource } from "./plan";

const PLATFORM = "platform:base:Platform";
const STACK = "pulumi:pulumi:Stack";

/** The name of the component below the platform that a resource belongs to, by URN. */
export function systemsOf(resources: readonly PlanResource[]): (urn: string) => string {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const isTop = ({ type }: PlanResource) => type === PLATFORM || type === STACK;
    return (urn) => {
        let found = byUrn.get(urn);
        for (let step = 0; found !== undefined && step < resources.length; step++) {
            const parent = byUrn.get(found.parent);
            if (parent === undefined || isTop(parent) || isTop(found)) {
                break;
            }
            found = parent;
        }
        return found === undefined || found.custom || isTop(found) ? "platform" : found.name;
    };
}
