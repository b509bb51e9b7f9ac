/** Whether `CHART_MIRROR` names something that can hold charts. */
import * as fs from "node:fs";
import { UsageError } from "../../preview/usage-error";

/** @throws UsageError when it does not */
export function requireMirror(mirror: string | undefined): void {
    if (mirror === undefined || /^(?:https|oci):\/\//.test(mirror)) {
        return;
    }
    if (mirror.includes("://")) {
        throw new UsageError(
            `CHART_MIRROR is ${mirror}; give a directory, an https:// repository or an oci:// registry.`,
        );
    }
    if (fs.statSync(mirror, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new UsageError(`CHART_MIRROR is ${mirror}, but there is no such directory.`);
    }
}
