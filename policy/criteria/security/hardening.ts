/** SEC-03: containers that can do little when somebody takes them over. */
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { exactly, type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Fact } from "../../kernel/facts";
import {
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    type Reading,
    showReading,
} from "../../kernel/tree";
import type { Container, Workload } from "../../kubernetes/workloads";

/** A field of the container's security context, else of the pod's where it inherits it. */
function effective({ tree }: Container, podSpec: unknown, ...path: string[]): Reading {
    const own = read(tree, ["securityContext", ...path]);
    return own.state === "absent" ? read(podSpec, ["securityContext", ...path]) : own;
}

/** What a security context must say; `what` is the field. */
function expectations(container: Container, podSpec: unknown): Expectation[] {
    const own = (...path: string[]) => read(container.tree, ["securityContext", ...path]);
    return [
        {
            what: "runAsNonRoot",
            reading: effective(container, podSpec, "runAsNonRoot"),
            ...exactly(true),
        },
        {
            what: "runAsUser",
            reading: effective(container, podSpec, "runAsUser"),
            good: (value) => value !== 0,
            wanted: "use another user than root",
            // The image's own user then, which runAsNonRoot checks.
            absentIsGood: true,
        },
        {
            what: "readOnlyRootFilesystem",
            reading: own("readOnlyRootFilesystem"),
            ...exactly(true),
        },
        {
            what: "allowPrivilegeEscalation",
            reading: own("allowPrivilegeEscalation"),
            ...exactly(false),
        },
        { what: "privileged", reading: own("privileged"), ...exactly(false), absentIsGood: true },
        {
            what: "capabilities.drop",
            reading: own("capabilities", "drop"),
            good: (value) => Array.isArray(value) && value.includes("ALL"),
            wanted: "drop ALL",
        },
        {
            what: "capabilities.add",
            reading: own("capabilities", "add"),
            good: (value) => Array.isArray(value) && value.length === 0,
            wanted: "add none",
            absentIsGood: true,
        },
        {
            what: "seccompProfile.type",
            reading: effective(container, podSpec, "seccompProfile", "type"),
            good: (value) => value === "RuntimeDefault" || value === "Localhost",
            wanted: "set it to RuntimeDefault",
        },
    ];
}

function holdsUnknownElement(value: unknown): boolean {
    return Array.isArray(value) && value.some(isUnknown);
}

function judgeContainer(fact: Fact, container: Container, podSpec: unknown): Finding[] {
    return expectations(container, podSpec).flatMap((expectation) => {
        const { what, reading, good } = expectation;
        const isHidden =
            reading.state === "known" && holdsUnknownElement(reading.value) && !good(reading.value);
        return judgeExpectation(fact, {
            ...expectation,
            what: `securityContext.${what} of container ${container.name}`,
            reading: isHidden ? { state: "unknown" } : reading,
        });
    });
}

function judgePod(fact: Fact, podSpec: unknown): Finding[] {
    const shared = ["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => {
        const reading = read(podSpec, [field]);
        if (reading.state === "unknown") {
            return [notJudged(fact, `${field} is known only at the update`)];
        }
        return reading.state === "known" && reading.value !== false
            ? [
                  violated(
                      fact,
                      `${field} is ${showReading(reading)}; only listed node agents may share it`,
                  ),
              ]
            : [];
    });
    if (read(podSpec, ["volumes"]).state === "unknown") {
        return [...shared, notJudged(fact, "its volumes are known only at the update")];
    }
    const volumes = readList(podSpec, "volumes").flatMap((volume) => {
        if (isUnknown(volume)) {
            return [notJudged(fact, "a volume is known only at the update")];
        }
        const path = readString(volume, "hostPath", "path") ?? "of the host";
        return isTree(volume) && read(volume, ["hostPath"]).state !== "absent"
            ? [
                  violated(
                      fact,
                      `volume ${readString(volume, "name") ?? "?"} is the path ${path} of the node; use another kind of volume`,
                  ),
              ]
            : [];
    });
    return [...shared, ...volumes];
}

function judge(fact: Fact, { podSpec, containers, unread }: Workload): Finding[] {
    return [
        ...unread.map((place) =>
            notJudged(fact, `the security context of ${place} is known only at the update`),
        ),
        ...judgePod(fact, podSpec),
        ...containers.flatMap((container) => judgeContainer(fact, container, podSpec)),
    ];
}

/** SEC-03. */
export const hardening: ResourceCriterion = {
    id: "SEC-03",
    name: "sec-03-hardened-containers",
    description:
        "Checks that containers run as non-root with a read-only root filesystem, no privilege escalation, no capabilities and seccomp, and share nothing with their node.",
    severity: "high",
    remediation:
        "Set the security context in the values of the system; a node agent declares an exception that names what guards it.",
    judgeResource: (fact) => {
        const { workload } = fact;
        return workload?.podSpec === undefined
            ? undefined
            : {
                  subjects: workload.containers.length + workload.unread.length,
                  findings: judge(fact, workload),
              };
    },
};
