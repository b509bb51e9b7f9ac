/** `npm run rotate`: a new value for a secret, and what that means. */
import * as path from "node:path";
import { print, runCommand } from "../preview/command";
import { ROTATE_USAGE, rotateCommand } from "./rotate/command";

const root = path.join(__dirname, "..");

runCommand(ROTATE_USAGE, async (args) => {
    await print(await rotateCommand(args, root));
    return 0;
});
