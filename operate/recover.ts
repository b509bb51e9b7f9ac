/** `npm run recover`: the commands that bring back what is lost, with the names of a stack. */
import * as path from "node:path";
import { print, runCommand } from "../preview/command";
import { RECOVER_USAGE, recoverCommand } from "./recover/command";

const root = path.join(__dirname, "..");

runCommand(RECOVER_USAGE, async (args) => {
    await print(await recoverCommand(args, root));
    return 0;
});
