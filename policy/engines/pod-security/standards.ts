/**
 * The Pod Security Standards as data: which check belongs to which level, and since which minor
 * version of Kubernetes it judges how. Source: the `Check*` functions and `registry.go` of
 * k8s.io/pod-security-admission/policy.
 */
import * as host from "./host";
import * as linux from "./linux";
import * as privilege from "./privilege";
import { exempting, type PodCheck } from "./rules";
import * as seccomp from "./seccomp";
import * as users from "./users";
import * as volumes from "./volumes";

interface Revision {
    /** The first minor version that judges this way. */
    readonly since: number;
    readonly judge: PodCheck;
}

/** A check of the standards, under the id that upstream gives it. */
export interface Check {
    readonly id: string;
    readonly level: "baseline" | "restricted";
    /** In ascending order; before the first one the check does not exist. */
    readonly revisions: readonly Revision[];
    /** The baseline check that this one replaces because it asks for more. */
    readonly overrides?: string;
}

/** Windows has no such thing, and the API server refuses a Windows pod that sets it. */
const exceptWindows = (judge: PodCheck): PodCheck => exempting(["os", "name"], "windows", judge);

/** Root in a user namespace is nobody on the host (KEP-127, unconditional since 1.35). */
const exceptUserNamespace = (judge: PodCheck): PodCheck => exempting(["hostUsers"], false, judge);

/** Every check, in the order in which upstream reports: baseline first, then by id. */
export const CHECKS: readonly Check[] = [
    {
        id: "appArmorProfile",
        level: "baseline",
        revisions: [{ since: 0, judge: linux.appArmorProfile }],
    },
    {
        id: "capabilities_baseline",
        level: "baseline",
        revisions: [{ since: 0, judge: privilege.capabilitiesBaseline }],
    },
    {
        id: "hostNamespaces",
        level: "baseline",
        revisions: [{ since: 0, judge: host.hostNamespaces }],
    },
    {
        id: "hostPathVolumes",
        level: "baseline",
        revisions: [{ since: 0, judge: volumes.hostPathVolumes }],
    },
    { id: "hostPorts", level: "baseline", revisions: [{ since: 0, judge: host.hostPorts }] },
    {
        id: "hostProbesAndHostLifecycle",
        level: "baseline",
        revisions: [{ since: 34, judge: host.hostProbesAndHostLifecycle }],
    },
    { id: "privileged", level: "baseline", revisions: [{ since: 0, judge: privilege.privileged }] },
    {
        id: "procMount",
        level: "baseline",
        revisions: [
            { since: 0, judge: linux.procMount },
            { since: 35, judge: exceptUserNamespace(linux.procMount) },
        ],
    },
    {
        id: "seLinuxOptions",
        level: "baseline",
        revisions: [
            { since: 0, judge: linux.seLinuxOptions(linux.SE_LINUX_TYPES_1_0) },
            { since: 31, judge: linux.seLinuxOptions(linux.SE_LINUX_TYPES_1_31) },
        ],
    },
    {
        id: "seccompProfile_baseline",
        level: "baseline",
        revisions: [
            { since: 0, judge: seccomp.seccompAnnotations },
            { since: 19, judge: seccomp.seccompBaseline },
        ],
    },
    {
        id: "sysctls",
        level: "baseline",
        revisions: [
            { since: 0, judge: linux.sysctls(linux.SYSCTLS_1_0) },
            { since: 27, judge: linux.sysctls(linux.SYSCTLS_1_27) },
            { since: 29, judge: linux.sysctls(linux.SYSCTLS_1_29) },
            { since: 32, judge: linux.sysctls(linux.SYSCTLS_1_32) },
        ],
    },
    {
        id: "windowsHostProcess",
        level: "baseline",
        revisions: [{ since: 0, judge: host.windowsHostProcess }],
    },
    {
        id: "allowPrivilegeEscalation",
        level: "restricted",
        revisions: [
            { since: 8, judge: privilege.allowPrivilegeEscalation },
            { since: 25, judge: exceptWindows(privilege.allowPrivilegeEscalation) },
        ],
    },
    {
        id: "capabilities_restricted",
        level: "restricted",
        overrides: "capabilities_baseline",
        revisions: [
            { since: 22, judge: privilege.capabilitiesRestricted },
            { since: 25, judge: exceptWindows(privilege.capabilitiesRestricted) },
        ],
    },
    {
        id: "procMount_restricted",
        level: "restricted",
        overrides: "procMount",
        revisions: [{ since: 35, judge: linux.procMount }],
    },
    {
        id: "restrictedVolumes",
        level: "restricted",
        overrides: "hostPathVolumes",
        revisions: [{ since: 0, judge: volumes.restrictedVolumes }],
    },
    {
        id: "runAsNonRoot",
        level: "restricted",
        revisions: [
            { since: 0, judge: users.runAsNonRoot },
            { since: 35, judge: exceptUserNamespace(users.runAsNonRoot) },
        ],
    },
    {
        id: "runAsUser",
        level: "restricted",
        revisions: [
            { since: 23, judge: users.runAsUser },
            { since: 35, judge: exceptUserNamespace(users.runAsUser) },
        ],
    },
    {
        id: "seccompProfile_restricted",
        level: "restricted",
        overrides: "seccompProfile_baseline",
        revisions: [
            { since: 19, judge: seccomp.seccompRestricted },
            { since: 25, judge: exceptWindows(seccomp.seccompRestricted) },
        ],
    },
];

/** The checks of a level in a minor version, each with the way in which it judges there. */
export function checksOf(
    level: "baseline" | "restricted",
    minor: number,
): readonly { readonly id: string; readonly judge: PodCheck }[] {
    const present = CHECKS.filter((check) => level === "restricted" || check.level === level)
        .map((check) => ({ ...check, revision: check.revisions.findLast((r) => r.since <= minor) }))
        .filter((check) => check.revision !== undefined);
    const overridden = new Set(present.map(({ overrides }) => overrides));
    return present.flatMap(({ id, revision }) =>
        revision === undefined || overridden.has(id) ? [] : [{ id, judge: revision.judge }],
    );
}
