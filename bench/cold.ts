/** Previews whose charts must be rendered anew. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../components/context";

const rendered = path.join(cacheFolder, "rendered");
const aside = `${rendered}.aside`;

function putBack(): void {
    fs.rmSync(rendered, { recursive: true, force: true });
    if (fs.existsSync(aside)) {
        fs.renameSync(aside, rendered);
    }
}

/** Runs something while no rendering is in the cache; they are put back afterwards. */
export function withColdCache<T>(run: () => T): T {
    putBackIfInterrupted();
    if (fs.existsSync(rendered)) {
        fs.renameSync(rendered, aside);
    }
    let result: T;
    try {
        result = run();
    } catch (error) {
        putBack();
        throw error;
    }
    if (result instanceof Promise) {
        return result.finally(putBack) as T;
    }
    putBack();
    return result;
}

/** An earlier run that was interrupted may have left the renderings aside. */
function putBackIfInterrupted(): void {
    if (fs.existsSync(aside)) {
        putBack();
    }
}
