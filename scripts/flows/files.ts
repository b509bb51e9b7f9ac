/** The document of the flows of a stack, and its picture, as files. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { FlowMap } from "./flow-map";
import { flowsMarkdown } from "./markdown";
import { flowsPicture } from "./picture";

/**
 * Writes both into a folder, which is made.
 *
 * @returns their paths
 */
export function writeFlows(map: FlowMap, folder: string): string[] {
    const files = { "flows.md": flowsMarkdown(map), "flows.svg": flowsPicture(map) };
    fs.mkdirSync(folder, { recursive: true });
    return Object.entries(files).map(([name, text]) => {
        const file = path.join(folder, name);
        fs.writeFileSync(file, text);
        return file;
    });
}
