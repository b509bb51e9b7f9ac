/** What may be said of the archive of a database; each system that has one takes it in. Pure. */
import { z } from "zod";
import type { Fault } from "../base/definition";
import { instant, whole } from "../base/values";

const generation = whole({ from: 1, to: 9999 });

/** Settings of the archive of one database. */
export const archiveSettings = z
    .strictObject({
        generation: generation
            .default(1)
            .describe(
                "number of the archive, part of its path; one higher whenever the database is restored or made anew, because it never writes where another one wrote",
            ),
        restore: z
            .strictObject({
                generation: generation.describe("number of the archive that it comes from"),
                to: instant
                    .optional()
                    .describe("point in time that it is brought back to; default: the last one"),
            })
            .optional()
            .describe(
                "makes the database from an archive, once, when it is made ([how](runbooks/restore-database.md)); default: it is made empty",
            ),
    })
    .prefault({});

/** What was said of the archive of one database. */
export type ArchiveSettings = z.output<typeof archiveSettings>;

/**
 * A database that would write into the archive that it comes from.
 *
 * @param key of the settings
 */
export function archiveFaults(key: string, { generation, restore }: ArchiveSettings): Fault[] {
    return restore === undefined || restore.generation < generation
        ? []
        : [
              {
                  key: `${key}.generation`,
                  found: String(generation),
                  allowed: `a number above ${restore.generation}, the archive that the database is restored from: it must not write there`,
              },
          ];
}
