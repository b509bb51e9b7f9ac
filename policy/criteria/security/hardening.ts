/** SEC-03: containers that can do little when somebody takes them over. */
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import {
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    type Reading,
    show,
} from "../../kernel/tree";
import type { Container, Workload } from "../../kubernetes/workloads";

/** A field of the container's security context, else of the pod's where it inherits it. */
function effective({ tree }: Container, podSpec: unknown, ...path: string[]): Reading {
    const own = read(tree, ["securityContext", ...path]);
    return own.state === "absent" ? read(podSpec, ["securityContext", ...path]) : own;
}

interface Demand {
    readonly field: string;
    readonly reading: Reading;
    readonly good: (value: unknown) => boolean;
    readonly wanted: string;
    /** What absence means, when it is not a violation. */
    readonly mayBeAbsent?: true;
}

function is(wanted: unknown): Pick<Demand, "good" | "wanted"> {
    return { good: (value) => value === wanted, wanted: `set it to ${String(wanted)}` };
}

function demands(container: Container, podSpec: unknown): Demand[] {
    const own = (...path: string[]) => read(container.tree, ["securityContext", ...path]);
    return [
        {
            field: "runAsNonRoot",
            reading: effective(container, podSpec, "runAsNonRoot"),
            ...is(true),
        },
        {
            field: "runAsUser",
            reading: effective(container, podSpec, "runAsUser"),
            good: (value) => value !== 0,
            wanted: "use another user than root",
            // The image's own user then, which runAsNonRoot checks.
            mayBeAbsent: true,
        },
        { field: "readOnlyRootFilesystem", reading: own("readOnlyRootFilesystem"), ...is(true) },
        {
            field: "allowPrivilegeEscalation",
            reading: own("allowPrivilegeEscalation"),
            ...is(false),
        },
        { field: "privileged", reading: own("privileged"), ...is(false), mayBeAbsent: true },
        {
            field: "capabilities.drop",
            reading: own("capabilities", "drop"),
            good: (value) => Array.isArray(value) && value.includes("ALL"),
            wanted: "drop ALL",
        },
        {
            field: "capabilities.add",
            reading: own("capabilities", "add"),
            good: (value) => Array.isArray(value) && value.length === 0,
            wanted: "add none",
            mayBeAbsent: true,
        },
        {
            field: "seccompProfile.type",
            reading: effective(container, podSpec, "seccompProfile", "type"),
            good: (value) => value === "RuntimeDefault" || value === "Localhost",
            wanted: "set it to RuntimeDefault",
        },
    ];
}

function holdsUnknownElement(reading: Reading): boolean {
    return (
        reading.state === "known" && Array.isArray(reading.value) && reading.value.some(isUnknown)
    );
}

function judgeContainer(fact: Fact, container: Container, podSpec: unknown): Finding[] {
    return demands(container, podSpec).flatMap(({ field, reading, good, wanted, mayBeAbsent }) => {
        const what = `securityContext.${field} of container ${container.name}`;
        if (
            reading.state === "absent"
                ? mayBeAbsent
                : reading.state === "known" && good(reading.value)
        ) {
            return [];
        }
        return reading.state === "unknown" || holdsUnknownElement(reading)
            ? [notJudged(fact, `${what} is known only at the update`)]
            : [violated(fact, `${what} is ${show(reading)}; ${wanted}`)];
    });
}

function judgePod(fact: Fact, podSpec: unknown): Finding[] {
    const shared = ["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => {
        const reading = read(podSpec, [field]);
        if (reading.state === "unknown") {
            return [notJudged(fact, `${field} is known only at the update`)];
        }
        return reading.state === "known" && reading.value !== false
            ? [violated(fact, `${field} is ${show(reading)}; only listed node agents may share it`)]
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
