/** The documents of the repository, as the pack finds them beside itself. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Documents by their path below `docs/`. */
export interface Library {
    /** The text of a document, or undefined when there is none. */
    readonly read: (file: string) => string | undefined;
    /** Names of the files in a folder; none when there is no such folder. */
    readonly list: (folder: string) => readonly string[];
}

/** The library of a folder, or undefined when the folder is not there. */
export function libraryAt(folder: string): Library | undefined {
    const inside = (file: string) => path.join(folder, path.join("/", file));
    return fs.existsSync(folder)
        ? {
              read: (file) => {
                  const full = inside(file);
                  return fs.existsSync(full) && fs.statSync(full).isFile()
                      ? fs.readFileSync(full, "utf8")
                      : undefined;
              },
              list: (name) => (fs.existsSync(inside(name)) ? fs.readdirSync(inside(name)) : []),
          }
        : undefined;
}

/**
 * `docs/` next to the folder of the pack. A pack that was installed away from its repository has
 * none, and judges no document.
 */
export const repository: Library | undefined = libraryAt(
    path.join(__dirname, "..", "..", "..", "docs"),
);
