/** The sentence that says that Node is too old; undefined when it is not. */
export function nodeFault(version: string, wanted: string): string | undefined;
/** The sentence that says that packages are missing in a folder; undefined when none is. */
export function packagesFault(folder: string, names: readonly string[]): string | undefined;
/** Ends the process with 2 and a sentence when this Node is too old. */
export function requireNode(): void;
/** Ends the process with 2 and a sentence when this machine lacks something. */
export function requireSurroundings(): void;
/** Forgets the variables by which the engine and the CLI tell a program what to do. */
export function forgetEngine(): void;
/** Whether a command hands its surroundings on to the Pulumi CLI. */
export function handsOn(command: string): boolean;
