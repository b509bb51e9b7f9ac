/** The state of the rehearsed stack as a file, as the runbooks handle it. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Stage } from "./stage";

const fileOf = ({ workspace }: Stage) => path.join(workspace.folder, "state.json");

/** Writes it down; resolves with the file. */
export async function exportState(stage: Stage, ...flags: readonly string[]): Promise<string> {
    const file = fileOf(stage);
    const { stack } = stage.workspace;
    await stage.must("stack", "export", ...flags, "--stack", stack, "--file", file);
    return file;
}

/** Puts another one in its place, and takes the file away. */
export async function importState(stage: Stage, state: unknown): Promise<void> {
    const file = fileOf(stage);
    fs.writeFileSync(file, JSON.stringify(state));
    await stage.must("stack", "import", "--stack", stage.workspace.stack, "--file", file);
    fs.rmSync(file);
}
