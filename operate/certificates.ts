/** `npm run certificates`: a new client certificate for Talos' API in the state of a stack. */
import { execFileSync, spawnSync } from "node:child_process";
import * as path from "node:path";
import { expiry } from "../components/cluster/certificate";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import {
    authorityOf,
    clientOf,
    type KeyPair,
    replaceClient,
} from "../preview/engine/talos-secrets";
import { requirePulumi } from "../preview/engine/toolchain";
import { readStackFile, UsageError } from "../preview/stack-file";
import { signClient } from "./certificates/client-certificate";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run certificates -- --stack NAME [--renew [--dry-run]] [--json]

  --stack NAME   stack, Pulumi.NAME.yaml
  --renew        sign a new client certificate for Talos' API and write it into the stack's state;
                 without it, only say until when the one of the state is valid
  --dry-run      with --renew: say what would be done, and do nothing
  --json         one JSON document instead of sentences

The new certificate is signed with the authority that the state holds, so an ended one is no
obstacle and no node is asked. It lives a year. Ends with 0 when done, 2 on a mistake
(docs/runbooks/talos-certificates.md).`;

/** The state with its secrets in plain text, in memory only. */
function exportState(pulumi: string, stack: string): unknown {
    const { status, stdout, stderr } = spawnSync(
        pulumi,
        ["stack", "export", "--show-secrets", "--stack", stack],
        { cwd: root, encoding: "utf8", maxBuffer: 1024 ** 3 },
    );
    if (status !== 0) {
        throw new UsageError(`The state of ${stack} could not be read: ${stderr.trim()}`);
    }
    return JSON.parse(stdout);
}

async function renewed(authority: KeyPair): Promise<KeyPair> {
    try {
        return await signClient(authority);
    } catch (error) {
        throw new UsageError(
            `The authority in the state cannot sign: ${(error as Error).message}; see docs/runbooks/talos-certificates.md.`,
        );
    }
}

async function main(args: readonly string[]): Promise<number> {
    const {
        stack,
        renew,
        json,
        "dry-run": dryRun,
    } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            renew: { type: "boolean", default: false },
            "dry-run": { type: "boolean", default: false },
            json: { type: "boolean", default: false },
        },
        USAGE,
    );
    if (stack === undefined) {
        throw new UsageError(`--stack is needed.\n\n${USAGE}`);
    }
    readStackFile(root, stack.split("/").at(-1) ?? stack);
    const pulumi = requirePulumi();
    const state = exportState(pulumi, stack);
    const authority = authorityOf(state);
    if (authority === undefined) {
        throw new UsageError(
            `The state of ${stack} has no Talos secrets: no cluster was made with it.`,
        );
    }
    const until = expiry(clientOf(state) ?? "") ?? "an unknown day";
    const tell = (sentence: string, validUntil: string, renewed: boolean) =>
        print(json ? JSON.stringify({ stack, validUntil, renewed }) : sentence);
    if (!renew || dryRun) {
        const next = renew
            ? "--renew would sign another one with the authority of the state, write it into the state, and ask no node."
            : "Renew it with --renew.";
        await tell(
            `The client certificate of stack ${stack} is valid until ${until.slice(0, 10)}. ${next}`,
            until,
            false,
        );
        return 0;
    }
    const pair = await renewed(authority);
    replaceClient(state, pair);
    // Through a pipe: the secrets in plain text touch no disk. Pulumi encrypts them again.
    execFileSync(pulumi, ["stack", "import", "--stack", stack], {
        cwd: root,
        input: JSON.stringify(state),
        stdio: ["pipe", "ignore", "inherit"],
    });
    await tell(
        [
            `The state of stack ${stack} has a new client certificate, valid until ${(expiry(pair.certificate) ?? "").slice(0, 10)} (before: ${until.slice(0, 10)}).`,
            `Now run "npm run up -- --stack ${stack}": it spreads the certificate and changes no node. Then fetch the new talosconfig: pulumi stack output talosconfig --show-secrets.`,
        ].join("\n"),
        expiry(pair.certificate) ?? "",
        true,
    );
    return 0;
}

runCommand(USAGE, main);
