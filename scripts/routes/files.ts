/** The document of the routes of a stack, and its picture, as files. */
import { writeWithPicture } from "../documents/with-picture";
import { routesMarkdown } from "./markdown";
import { routesPicture } from "./picture";
import type { RouteMap } from "./route-map";

/**
 * Writes both into a folder, which is made.
 *
 * @returns their paths
 */
export function writeRoutes(map: RouteMap, folder: string): Promise<string[]> {
    return writeWithPicture(folder, "routes", {
        markdown: routesMarkdown(map),
        picture: routesPicture(map),
    });
}
