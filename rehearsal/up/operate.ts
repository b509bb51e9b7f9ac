/** Runs the operations of `operate/` in the copy, as `make upgrade` and its like do. */
import * as fs from "node:fs";
import * as path from "node:path";
import { require } from "./fault";
import type { Ended } from "./pulumi";
import type { Stage } from "./stage";

/** An operation, however it ends; nobody is asked. */
export function operate(stage: Stage, name: string, ...args: readonly string[]): Promise<Ended> {
    const asked = name === "drift" ? [] : ["--yes"];
    const { stack } = stage.workspace;
    return stage.command("operate/main", name, "--stack", stack, ...asked, ...args);
}

/** The sentences of an operation that did not end well. */
const sentences = ({ output }: Ended) => output.trim().split("\n").slice(-6).join(" ");

/** An operation that must succeed. */
export async function mustOperate(
    stage: Stage,
    name: string,
    ...args: readonly string[]
): Promise<Ended> {
    const ended = await operate(stage, name, ...args);
    require([
        ended.code === 0,
        `${name} ended with ${ended.code ?? "a kill"}: ${sentences(ended)}`,
    ]);
    return ended;
}

/** An operation that must say a sentence and not succeed. */
export async function mustRefuse(
    stage: Stage,
    sentence: RegExp,
    name: string,
    ...args: readonly string[]
): Promise<Ended> {
    const ended = await operate(stage, name, ...args);
    require([ended.code !== 0, `${name} succeeded, and should not have.`], [
        sentence.test(ended.output),
        `${name} does not say "${sentence.source}": ${sentences(ended)}`,
    ]);
    return ended;
}

/** The snapshot of etcd that was taken last; undefined where none was. */
export function newestSnapshot({ workspace: { folder, stack } }: Stage): string | undefined {
    const place = path.join(folder, "output", "snapshots", stack);
    const [newest] = fs.existsSync(place)
        ? fs
              .readdirSync(place)
              .filter((name) => name.endsWith(".snap"))
              .sort()
              .slice(-1)
        : [];
    return newest && path.join(place, newest);
}
