/** A generated document beside its picture. */
import * as fs from "node:fs";
import * as path from "node:path";
import { formatted } from "./tables";

/**
 * Writes `<name>.md` and `<name>.svg` into a folder, which is made.
 *
 * @returns their paths
 */
export async function writeWithPicture(
    folder: string,
    name: string,
    { markdown, picture }: { readonly markdown: string; readonly picture: string },
): Promise<string[]> {
    const [document, drawing] = [`${name}.md`, `${name}.svg`].map((file) =>
        path.join(folder, file),
    ) as [string, string];
    const text = await formatted(markdown, document);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(document, text);
    fs.writeFileSync(drawing, picture);
    return [document, drawing];
}
