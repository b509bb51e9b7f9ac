/** IAC-04 in containers: their environment, arguments, probes and hooks. */
import { secretArguments } from "../../engines/plain-text/arguments";
import { isLiteralSecret, isSecretByName } from "../../engines/plain-text/literals";
import { secretsInText } from "../../engines/plain-text/texts";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { isTree, isUnknown, read, readList, readString } from "../../kernel/tree";
import type { Container } from "../../kubernetes/workloads";
import { describe, placesOf, USE_A_SECRET } from "./plain-text-findings";

/** Fields of a container whose commands run inside it. */
const HOOKS = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

function judgeVariable(fact: Fact, container: string, variable: unknown): Finding[] {
    if (isUnknown(variable)) {
        return [
            notJudged(fact, `a variable of container ${container} is known only at the update`),
        ];
    }
    const name = readString(variable, "name") ?? "";
    const reading = read(variable, ["value"]);
    const literal = violated(
        fact,
        `container ${container} has a literal value for ${name}; use valueFrom.secretKeyRef`,
    );
    if (reading.state === "unknown") {
        // Made by the program and called a secret: plain text as soon as it is known.
        return isSecretByName(name) === true ? [literal] : [];
    }
    if (reading.state === "absent") {
        return [];
    }
    const value = String(reading.value);
    return isLiteralSecret({ name, value, isWhole: true })
        ? [literal]
        : secretsInText(value, { file: name }).map((found) =>
              violated(
                  fact,
                  `variable ${name} of container ${container} ${describe(found)}; ${USE_A_SECRET}`,
              ),
          );
}

function judgeEnvironment(fact: Fact, { name, tree }: Container): Finding[] {
    return read(tree, ["env"]).state === "unknown"
        ? [notJudged(fact, `the environment of container ${name} is known only at the update`)]
        : readList(tree, "env").flatMap((variable) => judgeVariable(fact, name, variable));
}

/** The program that reads the arguments of a container without a command: that of its image. */
function programOf({ tree }: Container): string | undefined {
    const image = readString(tree, "image") ?? "";
    return /(?:^|\/)([^/:@]+)(?::[^/]*)?(?:@.*)?$/.exec(image)?.[1];
}

function judgeArguments(fact: Fact, container: Container): Finding[] {
    const { name, tree } = container;
    const fields = ["command", "args"].map((field) => ({ field, words: readList(tree, field) }));
    const unknown = fields.flatMap(({ field, words }) =>
        read(tree, [field]).state === "unknown"
            ? [notJudged(fact, `${field} of container ${name} is known only at the update`)]
            : words.some(isUnknown)
              ? [
                    notJudged(
                        fact,
                        `part of ${field} of container ${name} is known only at the update`,
                    ),
                ]
              : [],
    );
    // Read together: the program stands in one and its options in the other.
    const known = (words: readonly unknown[]) =>
        words.filter((word): word is string => typeof word === "string" && !isUnknown(word));
    const all = known(fields.flatMap(({ words }) => words));
    const hasCommand = fields[0]?.words.length !== 0;
    const flags = secretArguments(all, hasCommand ? undefined : programOf(container));
    const shapes = all.flatMap((word) => secretsInText(word)).filter(({ by }) => by === "shape");
    const where = (flag: string): string =>
        fields.find(({ words }) => known(words).some((word) => word.includes(flag)))?.field ??
        "args";
    return [
        ...unknown,
        ...[...new Set(flags)].map((flag) =>
            violated(
                fact,
                `container ${name} passes a literal as ${flag} in ${where(flag)}; ${USE_A_SECRET}`,
            ),
        ),
        ...shapes.map((found) =>
            violated(fact, `an argument of container ${name} ${describe(found)}; ${USE_A_SECRET}`),
        ),
    ];
}

function judgeHooks(fact: Fact, { name, tree }: Container): Finding[] {
    return HOOKS.flatMap((field) => {
        const hook = tree[field];
        return isTree(hook)
            ? placesOf(hook, field).map(({ path, text }) =>
                  violated(fact, `${path} of container ${name} ${text}; ${USE_A_SECRET}`),
              )
            : [];
    });
}

/** What a container carries in plain text. */
export function judgeContainer(fact: Fact, container: Container): Finding[] {
    return [
        ...judgeEnvironment(fact, container),
        ...judgeArguments(fact, container),
        ...judgeHooks(fact, container),
    ];
}
