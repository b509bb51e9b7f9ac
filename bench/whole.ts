/** The real preview of a stack, once. A process of its own; the result leaves on stdout. */
import * as fs from "node:fs";
import type { PackProcess } from "../preview/pack-process";
import { preview } from "../preview/run";
import { repeatObjects } from "./copies";
import { finish, type Task } from "./measurement";

/** Called by `start.js`. */
export async function measure(pack: PackProcess, file: string): Promise<void> {
    const { stack, copies } = JSON.parse(fs.readFileSync(file, "utf8")) as Task;
    const result = await preview(stack, {
        pack,
        afterwards: (registrations) => {
            repeatObjects(registrations, copies);
        },
    });
    const rendering = performance
        .getEntriesByName("render")
        .reduce((sum, { duration }) => sum + duration / 1000, 0);
    const { program, total } = result.seconds;
    finish({
        resources: result.registrations.length,
        program,
        rendering,
        judging: total - program,
    });
}
