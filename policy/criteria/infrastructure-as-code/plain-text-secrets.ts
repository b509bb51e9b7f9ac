/** IAC-04: no secret where everybody who may list objects can read it. */
import { secretComponents } from "../../../trust/secret-components";
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { type Fact, typeOfUrn } from "../../kernel/facts";
import { isLiteralSecret, isSecretName, secretFlags, secretLines, secretShape } from "./plain-text";
import { isTree, isUnknown, read, readList, readString } from "../../kernel/tree";
import type { Container } from "../../kubernetes/workloads";

const USE_A_SECRET = "put it into a Secret and reference that";

/** Kinds whose strings are searched for shapes of secrets: all but those made to hold them. */
const UNSEARCHED = new Set([
    "/Secret",
    "bitnami.com/SealedSecret",
    // Schemas and their examples, megabytes of them.
    "apiextensions.k8s.io/CustomResourceDefinition",
]);

/** Every string below a value, with its path. */
function* strings(value: unknown, path: string): Generator<readonly [string, string]> {
    if (typeof value === "string") {
        yield [path, value];
    } else if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) {
            yield* strings(item, `${path}[${index}]`);
        }
    } else if (isTree(value)) {
        for (const [key, item] of Object.entries(value)) {
            yield* strings(item, path === "" ? key : `${path}.${key}`);
        }
    }
}

function judgeShapes(fact: Fact): Finding[] {
    return [...strings(fact.inputs, "")].flatMap(([path, text]) => {
        const shape = secretShape(text);
        return shape === undefined
            ? []
            : [violated(fact, `${path} holds ${shape}; ${USE_A_SECRET}`)];
    });
}

function judgeEnvironment(fact: Fact, { name, tree }: Container): Finding[] {
    const env = read(tree, ["env"]);
    if (env.state === "unknown") {
        return [
            notJudged(fact, `the environment of container ${name} is known only at the update`),
        ];
    }
    return readList(tree, "env").flatMap((variable) => {
        if (isUnknown(variable)) {
            return [notJudged(fact, `a variable of container ${name} is known only at the update`)];
        }
        const key = readString(variable, "name") ?? "";
        const value = read(variable, ["value"]);
        const isSecret =
            value.state === "unknown"
                ? // Made by the program and called a secret: plain text as soon as it is known.
                  isSecretName(key)
                : value.state === "known" && isLiteralSecret(key, String(value.value));
        return isSecret
            ? [
                  violated(
                      fact,
                      `container ${name} has a literal value for ${key}; use valueFrom.secretKeyRef`,
                  ),
              ]
            : [];
    });
}

function judgeArguments(fact: Fact, { name, tree }: Container): Finding[] {
    return ["command", "args"].flatMap((field) => {
        if (read(tree, [field]).state === "unknown") {
            return [notJudged(fact, `${field} of container ${name} is known only at the update`)];
        }
        const args = readList(tree, field);
        const hidden = args.some(isUnknown)
            ? [notJudged(fact, `part of ${field} of container ${name} is known only at the update`)]
            : [];
        const literals = args.filter((arg) => typeof arg === "string" && !isUnknown(arg));
        const flags = secretFlags(literals as string[]).map((flag) =>
            violated(
                fact,
                `container ${name} passes a literal as ${flag} in ${field}; ${USE_A_SECRET}`,
            ),
        );
        return [...hidden, ...flags];
    });
}

function judgeConfigMap(fact: Fact): Finding[] {
    const data = read(fact.inputs, ["data"]);
    if (data.state === "unknown") {
        return [notJudged(fact, "its data is known only at the update")];
    }
    const entries = data.state === "known" && isTree(data.value) ? Object.entries(data.value) : [];
    return entries.flatMap(([key, value]) => {
        if (isUnknown(value)) {
            return isSecretName(key)
                ? [violated(fact, `key ${key} takes a computed value; ${USE_A_SECRET}`)]
                : [notJudged(fact, `the value of key ${key} is known only at the update`)];
        }
        if (typeof value !== "string") {
            return [];
        }
        const names = isLiteralSecret(key, value) ? [key] : secretLines(value);
        return [...new Set(names)].map((name) =>
            violated(fact, `key ${key} has a literal value for ${name}; ${USE_A_SECRET}`),
        );
    });
}

function judgeSecret(fact: Fact): Finding[] {
    if (fact.parent !== undefined && secretComponents.has(typeOfUrn(fact.parent))) {
        return [];
    }
    const literal = ["data", "stringData"].flatMap((field) => {
        const reading = read(fact.inputs, [field]);
        return reading.state === "known" && isTree(reading.value)
            ? Object.entries(reading.value)
                  .filter(([, value]) => !isUnknown(value) && value !== "" && value !== null)
                  .map(([key]) => key)
            : [];
    });
    const wanted = `make it a child of ${[...secretComponents].join(" or ")}`;
    return literal.length === 0
        ? []
        : [violated(fact, `it has literal values for ${literal.sort().join(", ")}; ${wanted}`)];
}

function judge(fact: Fact): Finding[] | undefined {
    const { object, workload } = fact;
    if (object === undefined) {
        return undefined;
    }
    const kind = `${object.group}/${object.kind}`;
    const shapes = UNSEARCHED.has(kind) ? [] : judgeShapes(fact);
    if (kind === "/Secret") {
        return judgeSecret(fact);
    }
    if (kind === "/ConfigMap") {
        return [...shapes, ...judgeConfigMap(fact)];
    }
    if (workload?.podSpec !== undefined) {
        return [
            ...shapes,
            ...workload.unread.map((place) =>
                notJudged(fact, `${place} is known only at the update`),
            ),
            ...workload.containers.flatMap((container) => [
                ...judgeEnvironment(fact, container),
                ...judgeArguments(fact, container),
            ]),
        ];
    }
    // Other kinds are no subject of their own, but a private key is a violation anywhere.
    return shapes.length > 0 ? shapes : undefined;
}

/** IAC-04. */
export const plainTextSecrets: ResourceCriterion = {
    id: "IAC-04",
    name: "iac-04-no-plain-text-secret",
    description:
        "Checks that no environment variable, argument, ConfigMap or Secret carries a secret written in plain text.",
    severity: "critical",
    remediation:
        "Generate the value with components/base/secret.ts or read it from an encrypted setting, and name the Secret in valueFrom, a volume or the chart's existingSecret.",
    judgeResource: (fact) => {
        const findings = judge(fact);
        return findings && { subjects: 1, findings };
    },
};
