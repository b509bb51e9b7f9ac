/** What `npm run escrow` does, for a folder with stacks. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Kept } from "../../components/base/escrow";
import { isRecord } from "../../components/base/object";
import { nearest } from "../../components/nearest";
import { parseArguments } from "../../preview/arguments";
import { tellProgress } from "../../preview/command";
import { findPulumi } from "../../preview/engine/toolchain";
import { recordStack } from "../../preview/recorded-stack";
import { readStackFile, UsageError } from "../../preview/stack-file";
import { readYaml } from "../../preview/yaml-file";
import { judgeHanded, PASSPHRASE, type Verdict } from "./check";
import { readHanded } from "./handed";

/** The help. */
export const ESCROW_USAGE = `Usage: npm run escrow -- --stack NAME [--check FILE [--backup FILE] [--digests FILE]] [--json]

  --stack NAME     stack, Pulumi.NAME.yaml
  --check FILE     check what you keep: lines "name = value", and the file of age-keygen as it is;
                   - reads standard input, so that nothing lies on a disk
  --backup FILE    also open this file with the key of age, such as a snapshot of etcd from the bucket
  --digests FILE   digests of the values, as "pulumi stack output escrow --json" printed them; default:
                   that command is asked
  --json           one JSON document on stdout

Without --check it says what must be kept outside of the cluster, what each opens and where it is read
once. Values never go by arguments, and none is ever shown. Ends with 0 when everything opens, 1 when
something does not, 2 on a mistake (docs/runbooks/backup-keys.md).`;

/** What the command says, and the code with which it ends. */
export interface Said {
    readonly text: string;
    readonly code: number;
}

function readFile(option: string, file: string): Buffer {
    try {
        return fs.readFileSync(file === "-" ? 0 : file);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UsageError(
            `${option}: ${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`,
        );
    }
}

function digestsOf(text: string, where: string): Readonly<Record<string, string>> {
    let parsed: unknown;
    try {
        parsed = JSON.parse(text);
    } catch {
        parsed = undefined;
    }
    if (!isRecord(parsed) || !Object.values(parsed).every((value) => typeof value === "string")) {
        throw new UsageError(
            `${where} holds no digests; wanted: what "pulumi stack output escrow --json" prints.`,
        );
    }
    return parsed as Record<string, string>;
}

/** What the last update left in the outputs; undefined where nobody can be asked. */
function askedDigests(folder: string, stack: string): Readonly<Record<string, string>> | undefined {
    const pulumi = findPulumi();
    if (pulumi === undefined) {
        return undefined;
    }
    try {
        const args = ["stack", "output", "escrow", "--json", "--stack", stack];
        const text = execFileSync(pulumi, args, {
            cwd: folder,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        return digestsOf(text, "The output escrow");
    } catch {
        return undefined;
    }
}

function listText(kept: readonly Kept[], hasPassphrase: boolean, stack: string): string {
    const lines = kept.flatMap(({ name, opens, from }) => [
        name,
        `  opens  ${opens}`,
        `  from   ${from}`,
    ]);
    return [
        `To be kept outside of the cluster and of the bucket, at two places (stack ${stack}):`,
        "",
        ...lines,
        ...(hasPassphrase
            ? [
                  PASSPHRASE,
                  "  opens  secrets in the stack's file and state",
                  "  from   PULUMI_CONFIG_PASSPHRASE, which you chose",
              ]
            : []),
        "",
        "Read each once, straight into the password manager: never into a file or a recorded terminal.",
        `Then prove it from what you kept: make escrow STACK=${stack} CHECK=-   (paste "name = value" lines, then Ctrl-D)`,
    ].join("\n");
}

function verdictText(verdicts: readonly Verdict[]): string {
    const width = Math.max(...verdicts.map(({ name }) => name.length));
    const bad = verdicts.filter(({ verdict }) => verdict !== "opens");
    return [
        ...verdicts.map(({ name, verdict, why }) => `${name.padEnd(width)}  ${verdict}: ${why}`),
        "",
        bad.length === 0
            ? "Everything that must be kept is kept, and opens what it must open."
            : `Not proved: ${bad.map(({ name }) => name).join(", ")}.`,
    ].join("\n");
}

/** Names that nobody asked for, mostly mistyped ones. */
function unknownNames(names: Iterable<string>, known: readonly string[]): string[] {
    return [...names]
        .filter((name) => !known.includes(name))
        .map((name) => {
            const near = nearest(name, known);
            return `${name} is nothing that is kept${near === undefined ? "" : `; did you mean ${near}?`}`;
        });
}

/**
 * Runs the command.
 *
 * @param folder with `Pulumi.yaml` and the stacks' files
 * @throws UsageError for a mistake of the user
 */
export async function escrowCommand(args: readonly string[], folder: string): Promise<Said> {
    const options = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            check: { type: "string" },
            backup: { type: "string", multiple: true },
            digests: { type: "string" },
            json: { type: "boolean", short: "j", default: false },
        },
        ESCROW_USAGE,
    );
    const { stack, check, json } = options;
    if (stack === undefined) {
        throw new UsageError(`--stack is needed.\n\n${ESCROW_USAGE}`);
    }
    if (check === undefined && (options.backup ?? options.digests) !== undefined) {
        throw new UsageError("--backup and --digests need --check.");
    }
    const configuration = readStackFile(folder, stack);
    const file = readYaml(path.join(folder, `Pulumi.${stack}.yaml`));
    const salt = isRecord(file) ? file.encryptionsalt : undefined;
    const encryptionSalt = typeof salt === "string" ? salt : undefined;
    tellProgress(`Planning stack ${stack}`);
    const component = (await recordStack(configuration)).find(
        ({ type }) => type === "platform:base:Escrow",
    );
    const kept = (component?.inputs.kept ?? []) as readonly Kept[];
    if (check === undefined) {
        return {
            text: json
                ? JSON.stringify({ stack, kept, passphrase: encryptionSalt !== undefined })
                : listText(kept, encryptionSalt !== undefined, stack),
            code: 0,
        };
    }
    const handed = readHanded(readFile("--check", check).toString("utf8"));
    const known = [...kept.map(({ name }) => name), PASSPHRASE];
    const faults = [...handed.faults, ...unknownNames(handed.values.keys(), known)];
    if (faults.length > 0) {
        throw new UsageError(faults.map((fault) => `--check: ${fault}.`).join("\n"));
    }
    const digests =
        options.digests === undefined
            ? askedDigests(folder, stack)
            : digestsOf(readFile("--digests", options.digests).toString("utf8"), options.digests);
    const files = (options.backup ?? []).map((name) => ({
        name,
        content: readFile("--backup", name),
    }));
    const verdicts = await judgeHanded({ stack, kept, encryptionSalt, digests, files }, handed);
    return {
        text: json ? JSON.stringify({ stack, verdicts }) : verdictText(verdicts),
        code: verdicts.every(({ verdict }) => verdict === "opens") ? 0 : 1,
    };
}
