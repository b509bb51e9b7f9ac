/**
 * Privileged mode, privilege escalation and capabilities. Source: check_privileged.go,
 * check_allowPrivilegeEscalation.go, check_capabilities_{baseline,restricted}.go.
 */
import { isUnknown } from "../../kernel/tree";
import {
    everyContainer,
    expect,
    offence,
    oneOf,
    undecided,
    type Allowed,
    type PodCheck,
    type Offence,
} from "./rules";
import { elements, within, type PodPart } from "./values";

const CAPABILITIES = ["securityContext", "capabilities"];

/** What a container runtime grants by default, without NET_RAW. */
const defaultCapabilities = oneOf(
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
);

function added(container: PodPart, allowed: Allowed): Offence[] {
    const path = [...CAPABILITIES, "add"];
    return elements(container.tree, ...path).flatMap((capability) =>
        expect(within(container, path.join("."), capability), [], allowed),
    );
}

function dropsAll(container: PodPart): Offence[] {
    const path = [...CAPABILITIES, "drop"];
    const dropped = elements(container.tree, ...path);
    if (dropped.includes("ALL")) {
        return [];
    }
    const wanted = 'a list with "ALL"';
    return dropped.some(isUnknown)
        ? [undecided(container, path, wanted)]
        : [offence(container, path, `lacks "ALL", must be ${wanted}`)];
}

export const privileged = everyContainer(
    ["securityContext", "privileged"],
    oneOf(undefined, false),
);

export const allowPrivilegeEscalation = everyContainer(
    ["securityContext", "allowPrivilegeEscalation"],
    oneOf(false),
);

export const capabilitiesBaseline: PodCheck = ({ containers }) =>
    containers.flatMap((container) => added(container, defaultCapabilities));

export const capabilitiesRestricted: PodCheck = ({ containers }) =>
    containers.flatMap((container) => [
        ...dropsAll(container),
        ...added(container, oneOf("NET_BIND_SERVICE")),
    ]);
