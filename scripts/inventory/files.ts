/** The document of a stack's systems, and its picture, as files. */
import { writeWithPicture } from "../documents/with-picture";
import type { Inventory } from "./inventory";
import { inventoryMarkdown } from "./markdown";
import { inventoryPicture } from "./picture";

/**
 * Writes both into a folder, which is made.
 *
 * @returns their paths
 */
export function writeInventory(inventory: Inventory, folder: string): Promise<string[]> {
    return writeWithPicture(folder, "platform", {
        markdown: inventoryMarkdown(inventory),
        picture: inventoryPicture(inventory),
    });
}
