/** `npm run escrow`: what a person keeps outside, and the proof that it opens what it must. */
import * as path from "node:path";
import { print, runCommand } from "../preview/command";
import { ESCROW_USAGE, escrowCommand } from "./escrow/command";

const root = path.join(__dirname, "..");

runCommand(ESCROW_USAGE, async (args) => {
    const { text, code } = await escrowCommand(args, root);
    await print(text);
    return code;
});
