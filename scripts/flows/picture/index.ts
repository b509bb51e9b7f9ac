/** `docs/flows.svg`: the namespaces by layer, and what goes between them and to the outside. */
import type { FlowMap } from "../flow-map";
import { summaryOf } from "../summary";
import { draw } from "./draw";
import { layoutOf } from "./layout";
import { planOf } from "./plan";

/** Draws the picture of a stack. */
export function toPicture(map: FlowMap): string {
    return draw(layoutOf(planOf(map)), {
        title: `Network flows of the ${map.stack} stack`,
        subtitle: `${summaryOf(map)}.`,
    });
}
