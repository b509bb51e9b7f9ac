/** IAC-04: no secret where everybody who may list objects can read it. */
import { pluginSecretAnnotations } from "../../../operators/cloudnative-pg-labels";
import { secretComponents } from "../../../trust/secret-components";
import {
    CONFIGURATION_APPLY,
    configurationOf,
    type MachineConfiguration,
} from "../../engines/machines/configuration";
import { isLiteralSecret, isSecretByName } from "../../engines/plain-text/literals";
import { secretsInText } from "../../engines/plain-text/texts";
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { type Fact, typeOfUrn } from "../../kernel/facts";
import { isTree, isUnknown, read, readTree } from "../../kernel/tree";
import { judgeContainer } from "./plain-text-containers";
import { describe, placesOf, USE_A_SECRET } from "./plain-text-findings";

/** Kinds that are not searched: made to hold secrets, or holding none. */
const UNSEARCHED = new Set([
    "bitnami.com/SealedSecret",
    // Schemas and their examples, megabytes of them.
    "apiextensions.k8s.io/CustomResourceDefinition",
]);

function judgeEntry(fact: Fact, key: string, value: unknown): Finding[] {
    if (isUnknown(value)) {
        return isSecretByName(key) === true
            ? [violated(fact, `key ${key} takes a computed value; ${USE_A_SECRET}`)]
            : [notJudged(fact, `the value of key ${key} is known only at the update`)];
    }
    if (typeof value !== "string") {
        return [];
    }
    const found = isLiteralSecret({ name: key, value: value.trim(), isWhole: true })
        ? [`has a literal value for ${key}`]
        : secretsInText(value, { file: key, isFile: true }).map(describe);
    return [...new Set(found)].map((text) => violated(fact, `key ${key} ${text}; ${USE_A_SECRET}`));
}

function judgeConfigMap(fact: Fact): Finding[] {
    const data = read(fact.inputs, ["data"]);
    if (data.state === "unknown") {
        return [notJudged(fact, "its data is known only at the update")];
    }
    const binary = Object.entries(readTree(fact.inputs, "binaryData")).map(
        ([key, value]) =>
            [
                key,
                isUnknown(value) ? value : Buffer.from(String(value), "base64").toString("latin1"),
            ] as const,
    );
    const texts = Object.entries(readTree(fact.inputs, "data"));
    return [...texts, ...binary].flatMap(([key, value]) => judgeEntry(fact, key, value));
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

/** A name that an object of Kubernetes may have, and no random text. */
function isName(value: unknown): boolean {
    return typeof value === "string" && /^[a-z][a-z-]*(\.[a-z-]+)*$/.test(value);
}

/** Annotations that name a Secret where others would hold one. */
function withoutSecretNames(inputs: Fact["inputs"]): Fact["inputs"] {
    const annotations = readTree(inputs, "metadata", "annotations");
    const names = pluginSecretAnnotations.filter((key) => isName(annotations[key]));
    return names.length === 0
        ? inputs
        : {
              ...inputs,
              metadata: {
                  ...readTree(inputs, "metadata"),
                  annotations: {
                      ...annotations,
                      ...Object.fromEntries(names.map((key) => [key, ""])),
                  },
              },
          };
}

/** What an object has besides the parts that are read in their own way. */
function judgeRest(fact: Fact, parts: readonly unknown[]): Finding[] {
    return placesOf(withoutSecretNames(fact.inputs), "", new Set(parts)).map(({ path, text }) =>
        violated(fact, `${path} ${text}; ${USE_A_SECRET}`),
    );
}

/** What the stack file has in plain text for the configuration of a node (`talosPatches`). */
function judgeMachine(fact: Fact): Finding[] | undefined {
    let configuration: MachineConfiguration | "unknown";
    try {
        configuration = configurationOf(fact);
    } catch {
        // SEC-13 says that it is no YAML.
        return undefined;
    }
    if (configuration === "unknown") {
        return [notJudged(fact, "its configPatches are known only at the update")];
    }
    const { main, documents } = configuration;
    const named = documents.map(
        (document) => [[document.kind, document.name].filter(Boolean).join(" "), document] as const,
    );
    const found = ([["", main], ...named] as const).flatMap(([name, document]) =>
        placesOf(document, "").map(({ path, text }) =>
            violated(
                fact,
                `${[name, path].filter(Boolean).join(": ")} ${text}; leave it out of talosPatches, which everybody reads who reads the stack file`,
            ),
        ),
    );
    return found.length > 0 ? found : undefined;
}

function judge(fact: Fact): Finding[] | undefined {
    const { object, workload, inputs } = fact;
    if (fact.type === CONFIGURATION_APPLY) {
        return judgeMachine(fact);
    }
    const kind = object === undefined ? undefined : `${object.group}/${object.kind}`;
    if (kind === undefined || UNSEARCHED.has(kind)) {
        return undefined;
    }
    if (kind === "/Secret") {
        return judgeSecret(fact);
    }
    if (kind === "/ConfigMap") {
        return [...judgeRest(fact, [inputs.data, inputs.binaryData]), ...judgeConfigMap(fact)];
    }
    if (workload?.podSpec !== undefined) {
        const trees = workload.containers.map(({ tree }) => tree);
        return [
            ...judgeRest(fact, trees),
            ...workload.unread.map((place) =>
                notJudged(fact, `${place} is known only at the update`),
            ),
            ...workload.containers.flatMap((container) => judgeContainer(fact, container)),
        ];
    }
    // Other kinds are no subject of their own, but a secret is a violation anywhere.
    const found = judgeRest(fact, []);
    return found.length > 0 ? found : undefined;
}

/** IAC-04. */
export const plainTextSecrets: ResourceCriterion = {
    id: "IAC-04",
    name: "iac-04-no-plain-text-secret",
    description:
        "Checks that no environment variable, argument, probe, ConfigMap, annotation, field of a custom resource or Secret carries a secret written in plain text.",
    severity: "critical",
    remediation:
        "Generate the value with components/base/secret.ts or read it from an encrypted setting, and name the Secret in valueFrom, a volume or the chart's existingSecret.",
    judgeResource: (fact) => {
        const findings = judge(fact);
        return findings && { subjects: 1, findings };
    },
};
