/** Whether Kyverno's own ConfigMap takes pods away from its policies. */
import {
    exclusions,
    isAboutPods,
    kyvernoConfig,
    meetsWildcard,
    parseFilters,
    parseNames,
} from "../../../operators/kyverno-settings";
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isTree, read, type Tree } from "../../kernel/tree";
import { ANY_NAMESPACE, NAME_LABEL, namespacesOf } from "../../kubernetes/namespaces";
import { selects, selectsAll } from "../../kubernetes/selectors";

/** What may not be exempted: the namespaces of the stack, and one that nobody made yet. */
function guarded(facts: Facts): string[] {
    const names = namespacesOf(facts).map(({ name }) => name);
    return [...names, ANY_NAMESPACE].filter((name) => !(name in admissionExemptions));
}

/** How messages call the namespaces of a filter: by its pattern, where that names none. */
function filtered(facts: Facts, text: string): string[] {
    const names = guarded(facts);
    return parseFilters(text)
        .filter(({ kind }) => isAboutPods(kind))
        .filter(({ namespace }) => !(namespace in admissionExemptions))
        .filter(
            ({ namespace }) =>
                !/[*?]/.test(namespace) || names.some((name) => meetsWildcard(namespace, name)),
        )
        .map(({ namespace, name }) => (name === "*" ? namespace : `pods ${name} of ${namespace}`));
}

function parse(text: string): Tree[] {
    try {
        const value: unknown = JSON.parse(text);
        return [value].flat().filter(isTree);
    } catch {
        return [];
    }
}

/** Namespaces about which Kyverno lets nobody ask it. */
function unasked(facts: Facts, webhooks: Tree): string[] {
    const selector = read(webhooks, ["namespaceSelector"]);
    return selector.state === "absent"
        ? []
        : guarded(facts).filter((name) => {
              const labels = facts
                  .objects("", "Namespace")
                  .find(({ object }) => object.name === name)?.object.labels;
              return selects(selector, { ...labels, [NAME_LABEL]: name }) === false;
          });
}

function judgeText(facts: Facts, fact: ObjectOf, key: string, text: string): Finding[] {
    const allowed = Object.keys(admissionExemptions).join(", ");
    const exempts = (names: readonly string[]) =>
        [...new Set(names)].map((name) =>
            violated(fact, `it exempts ${name} from every policy; only ${allowed} may be`),
        );
    if (key === "resourceFilters") {
        return exempts(filtered(facts, text));
    }
    if (key === "webhooks") {
        const webhooks = parse(text);
        const byObject = webhooks.some((webhook) => !selectsAll(read(webhook, ["objectSelector"])));
        return [
            ...exempts(webhooks.flatMap((webhook) => unasked(facts, webhook))),
            ...(byObject
                ? [
                      violated(
                          fact,
                          "the objectSelector of its webhooks lets pods choose; leave it out",
                      ),
                  ]
                : []),
        ];
    }
    if (key === "matchConditions") {
        return parse(text).length === 0
            ? []
            : [
                  violated(
                      fact,
                      "its matchConditions keep requests from every policy; leave them out",
                  ),
              ];
    }
    const spared = exclusions[key] ?? [];
    return parseNames(text)
        .filter((name) => !spared.includes(name))
        .map((name) => violated(fact, `its ${key} spares ${name} from every policy; remove it`));
}

/** By its name, which `INIT_CONFIG` gives, or by keys that nobody else has. */
function isKyvernoConfig({ object, inputs }: ObjectOf): boolean {
    return (
        object.name === kyvernoConfig.name ||
        kyvernoConfig.keys.some((key) => read(inputs, ["data", key]).state !== "absent")
    );
}

/** Kyverno's ConfigMaps in the stack. */
export function kyvernoConfigs(facts: Facts): ObjectOf[] {
    return facts.objects("", "ConfigMap").filter(isKyvernoConfig);
}

/** The selectors that a ConfigMap of Kyverno gives to every webhook of a policy. */
export function configuredWebhooks({ inputs }: ObjectOf): Tree | "unknown" {
    const text = read(inputs, ["data", "webhooks"]);
    return text.state === "unknown"
        ? "unknown"
        : ((text.state === "known" ? parse(String(text.value))[0] : undefined) ?? {});
}

/** Kyverno's ConfigMap may exempt nobody that the lists do not name. */
export function judgeSettings(facts: Facts): Finding[] {
    const keys = ["resourceFilters", "webhooks", "matchConditions", ...Object.keys(exclusions)];
    return kyvernoConfigs(facts).flatMap((fact) =>
        keys.flatMap((key) => {
            const text = read(fact.inputs, ["data", key]);
            return text.state === "unknown"
                ? [notJudged(fact, `whom its ${key} exempts is known only at the update`)]
                : text.state === "known"
                  ? judgeText(facts, fact, key, String(text.value))
                  : [];
        }),
    );
}
