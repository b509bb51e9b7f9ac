/** SEC-02: the Pod Security Standards, on every namespace and every pod. */
import { podSecurityAllowances } from "../../../trust/pod-security";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { type NamespaceFact, namespacesOf } from "../../kubernetes/namespaces";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { read, type Reading, showReading } from "../../kernel/tree";
import { checkPodSecurity, type PodSecurityLevel } from "../../engines/pod-security";

const ENFORCE = "pod-security.kubernetes.io/enforce";
/** From the weakest to the strongest. */
const LEVELS: readonly PodSecurityLevel[] = ["privileged", "baseline", "restricted"];
const VERSION = /^(?:latest|v1\.\d+)$/;

function label({ declared }: NamespaceFact, name: string): Reading {
    return read(declared?.inputs, ["metadata", "labels", name]);
}

function isLevel(value: unknown): value is PodSecurityLevel {
    return LEVELS.some((level) => level === value);
}

/** The enforced level; restricted where nothing valid is declared, unknown where it is computed. */
function levelOf(namespace: NamespaceFact | undefined): PodSecurityLevel | "unknown" {
    const reading: Reading = namespace ? label(namespace, ENFORCE) : { state: "absent" };
    if (reading.state === "unknown") {
        return "unknown";
    }
    return reading.state === "known" && isLevel(reading.value) ? reading.value : "restricted";
}

function judgeNamespace(namespace: NamespaceFact): Finding[] {
    const { declared, name } = namespace;
    if (declared === undefined) {
        return [];
    }
    const enforce = label(namespace, ENFORCE);
    const version = label(namespace, `${ENFORCE}-version`);
    const wanted = podSecurityAllowances[name]?.level ?? "restricted";
    if (enforce.state === "unknown" || version.state === "unknown") {
        return [notJudged(declared, "its Pod Security level is known only at the update")];
    }
    if (enforce.state === "absent" || !isLevel(enforce.value)) {
        return [violated(declared, `${ENFORCE} is ${showReading(enforce)}; set it to ${wanted}`)];
    }
    return [
        ...(LEVELS.indexOf(enforce.value) < LEVELS.indexOf(wanted)
            ? [
                  violated(
                      declared,
                      `${ENFORCE} is ${enforce.value}; set it to ${wanted}, or list the namespace with a reason in trust/pod-security.ts`,
                  ),
              ]
            : []),
        ...(version.state === "absent" || VERSION.test(String(version.value))
            ? []
            : [
                  violated(
                      declared,
                      `${ENFORCE}-version is ${showReading(version)}; use v1.35 or latest`,
                  ),
              ]),
    ];
}

function judgePod(fact: WorkloadFact, namespace: NamespaceFact | undefined): Finding[] {
    const { podSpec = {}, podMetadata = {}, unread } = fact.workload;
    const level = levelOf(namespace);
    if (level === "unknown") {
        return [
            notJudged(fact, "the Pod Security level of its namespace is known only at the update"),
        ];
    }
    // A pod template that is unknown as a whole looks empty, and an empty one looks harmless.
    if (unread.some((place) => place.endsWith("spec"))) {
        return level === "privileged"
            ? []
            : [notJudged(fact, "its pod template is known only at the update")];
    }
    const version = namespace
        ? label(namespace, `${ENFORCE}-version`)
        : { state: "absent" as const };
    const pinned = version.state === "known" ? String(version.value) : "latest";
    return checkPodSecurity(podSpec, podMetadata, level, pinned).map(
        ({ check, message, unknown }) =>
            unknown === true
                ? notJudged(fact, `${check} of the ${level} level: ${message}`)
                : violated(fact, `the ${level} level refuses its pods (${check}): ${message}`),
    );
}

function pods(facts: Facts): WorkloadFact[] {
    // What operators make is judged by the operators' own tests: its pod specs are not here.
    return facts.workloads().filter(({ workload }) => workload.podSpec !== undefined);
}

/** SEC-02. */
export const podSecurity: StackCriterion = {
    id: "SEC-02",
    name: "sec-02-pod-security",
    description:
        "Checks that every namespace enforces a Pod Security level, restricted unless listed, and that its pods pass it.",
    severity: "critical",
    remediation:
        "Mend the security context in the values of the system; a namespace that needs more goes onto the list in trust/pod-security.ts with its reason.",
    judgeStack: (facts) => {
        const namespaces = new Map(namespacesOf(facts).map((item) => [item.name, item]));
        const declared = [...namespaces.values()].filter((item) => item.declared !== undefined);
        const workloads = pods(facts);
        return {
            subjects: declared.length + workloads.length,
            judged: [...declared.map(({ fact }) => fact), ...workloads],
            findings: [
                ...declared.flatMap(judgeNamespace),
                ...workloads.flatMap((fact) =>
                    judgePod(fact, namespaces.get(fact.object.namespace ?? "")),
                ),
            ],
        };
    },
};
