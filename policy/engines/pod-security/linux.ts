/**
 * What the kernel enforces: AppArmor, SELinux, the masks of /proc, sysctls. Source:
 * check_{appArmorProfile,seLinuxOptions,procMount_baseline,procMount_restricted,sysctls}.go.
 */
import { isTree } from "../../kernel/tree";
import {
    everyContainer,
    expect,
    objectOrUnset,
    oneOf,
    oneOfOrPrefixed,
    type PodCheck,
    type Offence,
} from "./rules";
import { elements, look, within, type PodPart } from "./values";

const APP_ARMOR = ["securityContext", "appArmorProfile"];
const APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
const appArmorTypes = oneOf("RuntimeDefault", "Localhost");
const appArmorAnnotations = oneOfOrPrefixed([undefined, "", "runtime/default"], "localhost/");

const SE_LINUX = ["securityContext", "seLinuxOptions"];
/** The types that every version allows. */
export const SE_LINUX_TYPES_1_0 = ["container_t", "container_init_t", "container_kvm_t"];
/** 1.31 added the type for running a container engine inside a container. */
export const SE_LINUX_TYPES_1_31 = [...SE_LINUX_TYPES_1_0, "container_engine_t"];

/** Sysctls that belong to the pod's own namespaces and cannot harm its neighbours. */
export const SYSCTLS_1_0 = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
];
export const SYSCTLS_1_27 = [...SYSCTLS_1_0, "net.ipv4.ip_local_reserved_ports"];
export const SYSCTLS_1_29 = [
    ...SYSCTLS_1_27,
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];
export const SYSCTLS_1_32 = [...SYSCTLS_1_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

function appArmorField(place: PodPart): Offence[] {
    return look(place.tree, ...APP_ARMOR).state === "absent"
        ? []
        : expect(place, [...APP_ARMOR, "type"], appArmorTypes);
}

export const appArmorProfile: PodCheck = ({ spec, metadata, containers }) => {
    const annotations = look(metadata.tree, "annotations");
    return [
        ...[spec, ...containers].flatMap(appArmorField),
        ...expect(metadata, ["annotations"], objectOrUnset),
        ...(annotations.state === "known" && isTree(annotations.value)
            ? Object.entries(annotations.value)
                  .filter(([key]) => key.startsWith(APP_ARMOR_ANNOTATION))
                  .flatMap(([key, value]) =>
                      expect(within(metadata, `annotation ${key}`, value), [], appArmorAnnotations),
                  )
            : []),
    ];
};

/** Only types made for containers, and no user or role of one's own. */
export function seLinuxOptions(types: readonly string[]): PodCheck {
    const allowedTypes = oneOf(undefined, "", ...types);
    const nothing = oneOf(undefined, "");
    return ({ spec, containers }) =>
        [spec, ...containers].flatMap((place) => [
            ...expect(place, [...SE_LINUX, "type"], allowedTypes),
            ...expect(place, [...SE_LINUX, "user"], nothing),
            ...expect(place, [...SE_LINUX, "role"], nothing),
        ]);
}

export const procMount = everyContainer(
    ["securityContext", "procMount"],
    oneOf(undefined, "Default"),
);

/** Only sysctls from the list. */
export function sysctls(names: readonly string[]): PodCheck {
    const path = ["securityContext", "sysctls"];
    const allowed = oneOf(...names);
    return ({ spec }) =>
        elements(spec.tree, ...path).flatMap((sysctl) =>
            expect(within(spec, `${path.join(".")}[]`, sysctl), ["name"], allowed),
        );
}
