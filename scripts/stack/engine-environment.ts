/** What the engine is told besides its arguments. */
import * as os from "node:os";

/**
 * Garbage may grow to so many percent of what is in use before it is collected; the default of Go is
 * 100. For each write of a file or bucket backend the engine builds the whole state anew and throws it
 * away (docs/performance.md, "State").
 */
const GARBAGE_PERCENT = 400;
/** Of the memory of the machine; beyond it garbage is collected more often instead. */
const SHARE_OF_MEMORY = 1 / 4;

/**
 * Variables of the Go runtime with which the engine spends less of its time on collecting garbage,
 * and more memory. Its plugins inherit them. Whoever sets one of them has decided about both.
 *
 * @param memory of the machine, in bytes
 * @see https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
export function engineEnvironment(
    environment: Readonly<Record<string, string | undefined>> = process.env,
    memory = os.totalmem(),
): Readonly<Record<string, string>> {
    const isDecided = [environment.GOGC, environment.GOMEMLIMIT].some(
        (value) => value !== undefined && value !== "",
    );
    return isDecided
        ? {}
        : {
              GOGC: String(GARBAGE_PERCENT),
              GOMEMLIMIT: `${Math.floor((memory * SHARE_OF_MEMORY) / 2 ** 20)}MiB`,
          };
}
