/** `npm run certificates`: a new client certificate for Talos' API in the state of a stack. */
import { execFileSync, spawnSync } from "node:child_process";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { expiry } from "../components/cluster/certificate";
import { runToEnd } from "../preview/command";
import { requirePulumi } from "../preview/engine/toolchain";
import { readStackFile, UsageError } from "../preview/stack-file";
import { type KeyPair, signClient } from "./certificates/client-certificate";
import { authorityOf, clientOf, replaceClient } from "./certificates/state";

const root = path.join(__dirname, "..");

const USAGE = `Usage: npm run certificates -- --stack NAME [--renew]

  --stack NAME   stack, Pulumi.NAME.yaml
  --renew        sign a new client certificate for Talos' API and write it into the stack's state;
                 without it, only say until when the one of the state is valid

The new certificate is signed with the authority that the state holds, so an ended one is no
obstacle and no node is asked. It lives a year. Ends with 0 when done, 2 on a mistake
(docs/runbooks/talos-certificates.md).`;

function parseOptions() {
    try {
        return parseArgs({
            options: {
                stack: { type: "string" },
                renew: { type: "boolean", default: false },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
    }
}

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

async function main(): Promise<number> {
    const { stack, renew, help } = parseOptions();
    if (help) {
        process.stdout.write(`${USAGE}\n`);
        return 0;
    }
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
    if (!renew) {
        process.stdout.write(
            `The client certificate of stack ${stack} is valid until ${until.slice(0, 10)}. Renew it with --renew.\n`,
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
    process.stdout.write(
        [
            `The state of stack ${stack} has a new client certificate, valid until ${(expiry(pair.certificate) ?? "").slice(0, 10)} (before: ${until.slice(0, 10)}).`,
            `Now run "npm run up -- --stack ${stack}": it spreads the certificate and changes no node. Then fetch the new talosconfig: pulumi stack output talosconfig --show-secrets.`,
            "",
        ].join("\n"),
    );
    return 0;
}

runToEnd(main);
