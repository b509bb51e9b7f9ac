/** What `npm run rotate` does, for a folder with stacks. */
import * as fs from "node:fs";
import * as path from "node:path";
import { secretDescriptions } from "../../components/systems";
import { parseArguments } from "../../preview/arguments";
import { tellProgress } from "../../preview/command";
import { missingCharts, recordStack, type StackResource } from "../../preview/recorded-stack";
import { readStackFile, type StackConfiguration, UsageError } from "../../preview/stack-file";
import { effectsOf } from "./effects";
import { chosen, marked, refusal, secretsOf, sharing, type StackSecret } from "./secrets";
import { withGeneration } from "./stack-text";
import { listText, type Rotated, rotatedText, settingText } from "./text";

/** The help. */
export const ROTATE_USAGE = `Usage: npm run rotate -- --stack NAME (--secret NAME [--done] [--dry-run] | --list) [--json]

  --stack NAME    stack, Pulumi.NAME.yaml
  --secret NAME   secret to renew: its name, the Secret that holds it as namespace/name, or the key of
                  the configuration
  --done          of a secret that a person sets: the new value is in the configuration
  --dry-run       say what would happen, write nothing
  --list          every secret: owner, period, generation, day of its renewal
  --json          one JSON document on stdout

Writes the next generation into Pulumi.NAME.yaml (secretGenerations), says who owns the secret, what
starts anew in which order, and the next command. Nothing in the cluster changes before
"npm run up -- --stack NAME". Shows no secret. Ends with 0 when done, 2 on a mistake
(docs/runbooks/rotate-secrets.md).`;

/** The configuration with each secret of it as a word by which it is found again. */
function withMarks(stack: StackConfiguration): StackConfiguration {
    const marks = Object.keys(secretDescriptions).map((key) => [
        `${stack.project}:${key}`,
        marked(key),
    ]);
    return {
        ...stack,
        values: { ...stack.values, ...(Object.fromEntries(marks) as Record<string, string>) },
    };
}

/** The configuration after the renewal. */
function withRenewed(
    stack: StackConfiguration,
    generations: readonly Rotated["next"][],
): StackConfiguration {
    const key = `${stack.project}:secretGenerations`;
    const before = JSON.parse(stack.values[key] ?? "[]") as Rotated["next"][];
    const renewed = new Set(generations.map(({ secret }) => secret));
    const list = [...before.filter(({ secret }) => !renewed.has(secret)), ...generations];
    return { ...stack, values: { ...stack.values, [key]: JSON.stringify(list) } };
}

async function rotate(
    stack: StackConfiguration,
    { before, secrets }: { before: readonly StackResource[]; secrets: readonly StackSecret[] },
    { isDry, today, folder }: { isDry: boolean; today: string; folder: string },
): Promise<Rotated[]> {
    const next = secrets.map(({ name, generation }) => ({
        secret: name,
        generation: generation + 1,
        since: today,
    }));
    const after = await recordStack(withMarks(withRenewed(stack, next)));
    const name = `Pulumi.${stack.stack}.yaml`;
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, "utf8");
    const written = next.reduce((all, one) => withGeneration(all, name, one), text);
    if (!isDry) {
        fs.writeFileSync(file, written);
    }
    return secrets.flatMap((secret, index) => {
        const one = next[index];
        return one === undefined
            ? []
            : [{ secret, next: one, ...effectsOf([secret], before, after), written: !isDry }];
    });
}

/**
 * Runs the command.
 *
 * @param folder with `Pulumi.yaml` and the stacks' files
 * @returns what it prints
 * @throws UsageError for a mistake of the user
 */
export async function rotateCommand(args: readonly string[], folder: string): Promise<string> {
    const options = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            secret: { type: "string" },
            done: { type: "boolean", default: false },
            "dry-run": { type: "boolean", default: false },
            list: { type: "boolean", default: false },
            json: { type: "boolean", short: "j", default: false },
        },
        ROTATE_USAGE,
        [
            ["list", "secret"],
            ["list", "done"],
            ["list", "dry-run"],
        ],
    );
    const { stack, secret: word, done, list, json } = options;
    if (stack === undefined) {
        throw new UsageError(`--stack is needed.\n\n${ROTATE_USAGE}`);
    }
    if (word === undefined && !list) {
        throw new UsageError(`--secret or --list is needed.\n\n${ROTATE_USAGE}`);
    }
    const today = new Date().toISOString().slice(0, 10);
    const configuration = readStackFile(folder, stack);
    tellProgress(`Planning stack ${stack}`);
    const before = await recordStack(withMarks(configuration));
    const all = secretsOf(before, Object.keys(secretDescriptions));
    if (word === undefined) {
        return json ? JSON.stringify({ stack, secrets: all }) : listText(all, today);
    }
    const found = chosen(all, word);
    const refused = found.flatMap((secret) => refusal(secret) ?? []);
    if (refused.length > 0) {
        throw new UsageError(refused.join("\n"));
    }
    const isSet = found.some(({ source }) => source === "configuration");
    if (done && !isSet) {
        throw new UsageError(`--done is for secrets that a person sets; ${word} is generated.`);
    }
    if (isSet && !done) {
        const held = sharing(all, found);
        const keys = [...new Set(held.flatMap(({ of }) => of))];
        return json
            ? JSON.stringify({ stack, secrets: held, keys })
            : settingText({ stack, word, secrets: held, keys, meaning: secretDescriptions });
    }
    const rotated = await rotate(
        configuration,
        { before, secrets: isSet ? sharing(all, found) : found },
        { isDry: options["dry-run"], today, folder },
    );
    const unseen = missingCharts(before);
    return json
        ? JSON.stringify({ stack, rotated, unseen })
        : rotatedText(rotated, { stack, unseen });
}
