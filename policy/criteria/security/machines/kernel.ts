/**
 * Parameters of the kernel that Talos sets by itself and a configuration may loosen
 * (siderolabs/talos v1.13, `pkg/kernel/kspp/kspp.go`; the Kernel Self Protection Project).
 */
import type { Expectation } from "../../../kernel/expectation";
import { readTree, type Tree } from "../../../kernel/tree";

/**
 * The least that is still sound. `user.max_user_namespaces`, which Talos sets to 0, is not among
 * them: pods in a user namespace of their own need it (kubernetes.io, "User Namespaces").
 */
const LEAST: Readonly<Record<string, number>> = {
    "fs.protected_fifos": 1,
    "fs.protected_hardlinks": 1,
    "fs.protected_regular": 1,
    "fs.protected_symlinks": 1,
    "kernel.dmesg_restrict": 1,
    "kernel.kptr_restrict": 1,
    "kernel.perf_event_paranoid": 2,
    "kernel.randomize_va_space": 2,
    "kernel.unprivileged_bpf_disabled": 1,
    "kernel.yama.ptrace_scope": 1,
    "net.core.bpf_jit_harden": 1,
};
const MOST: Readonly<Record<string, number>> = {
    "dev.tty.ldisc_autoload": 0,
    "dev.tty.legacy_tiocsti": 0,
    "fs.suid_dumpable": 0,
};

function isSound(name: string, value: unknown): boolean {
    const number = Number(value);
    return number >= (LEAST[name] ?? -Infinity) && number <= (MOST[name] ?? Infinity);
}

/** What `machine.sysctls` may not loosen. */
export function kernelParameters(main: Tree): Expectation[] {
    return Object.entries(readTree(main, "machine", "sysctls"))
        .map(([key, value]) => ({ key, name: key.replaceAll("/", "."), value }))
        .filter(({ name }) => Object.hasOwn(LEAST, name) || Object.hasOwn(MOST, name))
        .map(({ key, name, value }) => ({
            what: `sysctls["${key}"]`,
            reading: { state: "known" as const, value },
            good: () => isSound(name, value),
            wanted: "leave it out, so that Talos keeps the kernel hardened",
        }));
}
