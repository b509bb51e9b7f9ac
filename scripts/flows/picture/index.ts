/** `docs/flows.svg`: the namespaces by layer, and what goes between them and to the outside. */
import type { FlowMap } from "../flow-map";
import { summaryOf } from "../summary";
import { draw } from "./draw";
import { layoutOf } from "./layout";
import { picturePlanOf } from "./plan";

/** Draws the picture of a stack. */
export function flowsPicture(map: FlowMap): string {
    return draw(layoutOf(picturePlanOf(map)), {
        title: `Network flows of the ${map.stack} stack`,
        subtitle: `${summaryOf(map)}.`,
    });
}
