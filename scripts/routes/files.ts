/** The document of the routes of a stack, and its picture, as files. */
import * as fs from "node:fs";
import * as path from "node:path";
import { formatted } from "../documents/tables";
import { routesMarkdown } from "./markdown";
import { routesPicture } from "./picture";
import type { RouteMap } from "./route-map";

/**
 * Writes both into a folder, which is made.
 *
 * @returns their paths
 */
export async function writeRoutes(map: RouteMap, folder: string): Promise<string[]> {
    const document = path.join(folder, "routes.md");
    const picture = path.join(folder, "routes.svg");
    const text = await formatted(routesMarkdown(map), document);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(document, text);
    fs.writeFileSync(picture, routesPicture(map));
    return [document, picture];
}
