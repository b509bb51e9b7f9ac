/** What each baseline check allows and refuses, by hand from the rules as kubernetes.io has them. */
import type { Tree } from "../../../../policy/kernel/tree";
import {
    type Case,
    contained,
    container,
    containing,
    GOOD_SPEC,
    NEW,
    OLD,
    secured,
    spec,
    volumes,
} from "./pods";

const probed = (field: string, handler: Tree): Tree => containing({ [field]: handler });

export const BASELINE_CASES: readonly Case[] = [
    {
        check: "privileged",
        level: "baseline",
        pass: {
            unset: GOOD_SPEC,
            null: contained({ privileged: null }),
            false: contained({ privileged: false }),
        },
        fail: {
            "a container": contained({ privileged: true }),
            "an init container": contained({ privileged: true }, "initContainers"),
            "an ephemeral container": contained({ privileged: true }, "ephemeralContainers"),
            "text for a boolean": contained({ privileged: "true" }),
            "no object around it": containing({ securityContext: "privileged" }),
        },
    },
    {
        check: "capabilities_baseline",
        level: "baseline",
        pass: {
            "a default": contained({ capabilities: { add: ["CHOWN", "NET_BIND_SERVICE"] } }),
            "nothing dropped": contained({ capabilities: {} }),
        },
        fail: {
            NET_RAW: contained({ capabilities: { add: ["NET_RAW"] } }),
            "the prefixed name": contained({ capabilities: { add: ["CAP_CHOWN"] } }),
            "one of two": contained({ capabilities: { add: ["CHOWN", "SYS_ADMIN"] } }),
            null: contained({ capabilities: { add: [null] } }),
            "no list": contained({ capabilities: { add: "CHOWN" } }),
        },
    },
    {
        check: "hostNamespaces",
        level: "baseline",
        pass: { false: spec({ hostNetwork: false, hostPID: false, hostIPC: false }) },
        fail: {
            network: spec({ hostNetwork: true }),
            PID: spec({ hostPID: true }),
            IPC: spec({ hostIPC: true }),
        },
    },
    {
        check: "hostPathVolumes",
        level: "baseline",
        pass: {
            "another type": volumes({ name: "data", nfs: { server: "s", path: "/" } }),
            null: volumes({ name: "data", hostPath: null, emptyDir: {} }),
        },
        fail: { hostPath: volumes({ name: "data", hostPath: { path: "/" } }) },
    },
    {
        check: "hostPorts",
        level: "baseline",
        pass: { 0: containing({ ports: [{ containerPort: 80, hostPort: 0 }, null] }) },
        fail: {
            "a port": containing({ ports: [{ containerPort: 80 }, { hostPort: 8080 }] }),
            "an init container": spec({
                initContainers: [{ ...container({}), ports: [{ hostPort: 1 }] }],
            }),
        },
    },
    {
        check: "hostProbesAndHostLifecycle",
        level: "baseline",
        versions: ["v1.34", ...NEW],
        pass: {
            "no host": probed("livenessProbe", { httpGet: { port: 80 } }),
            "an empty host": probed("readinessProbe", { tcpSocket: { port: 80, host: "" } }),
        },
        fail: {
            "liveness by HTTP": probed("livenessProbe", { httpGet: { port: 80, host: "::1" } }),
            "readiness by TCP": probed("readinessProbe", { tcpSocket: { port: 80, host: "h" } }),
            startup: probed("startupProbe", { httpGet: { port: 80, host: "h" } }),
            "after the start": probed("lifecycle", { postStart: { httpGet: { host: "h" } } }),
            "before the stop": probed("lifecycle", { preStop: { tcpSocket: { host: "h" } } }),
        },
    },
    {
        check: "hostProbesAndHostLifecycle",
        level: "baseline",
        versions: ["v1.29", "v1.33"],
        pass: { "before 1.34": probed("livenessProbe", { httpGet: { port: 80, host: "h" } }) },
    },
    {
        check: "appArmorProfile",
        level: "baseline",
        annotations: {
            "container.apparmor.security.beta.kubernetes.io/a": "runtime/default",
            "container.apparmor.security.beta.kubernetes.io/b": "localhost/mine",
            "container.apparmor.security.beta.kubernetes.io/c": "",
            "apparmor.example.com": "unconfined",
        },
        pass: {
            annotations: GOOD_SPEC,
            "the pod": secured({ appArmorProfile: { type: "RuntimeDefault" } }),
            "a container": contained({ appArmorProfile: { type: "Localhost" } }),
        },
        fail: {
            "the pod": secured({ appArmorProfile: { type: "Unconfined" } }),
            "a container": contained({ appArmorProfile: { type: "Unconfined" } }),
            "no type": contained({ appArmorProfile: {} }),
        },
    },
    {
        check: "appArmorProfile",
        level: "baseline",
        annotations: { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" },
        fail: { "an annotation": GOOD_SPEC },
    },
    {
        check: "seLinuxOptions",
        level: "baseline",
        pass: {
            empty: secured({ seLinuxOptions: { type: "", user: "", role: "" } }),
            "a level": secured({ seLinuxOptions: { level: "s0:c1,c2" } }),
            container_t: contained({ seLinuxOptions: { type: "container_t" } }),
        },
        fail: {
            "another type": secured({ seLinuxOptions: { type: "spc_t" } }),
            user: contained({ seLinuxOptions: { user: "system_u" } }),
            role: contained({ seLinuxOptions: { type: "container_t", role: "system_r" } }),
        },
    },
    {
        check: "seLinuxOptions",
        level: "baseline",
        versions: ["v1.31", ...NEW],
        pass: { "since 1.31": contained({ seLinuxOptions: { type: "container_engine_t" } }) },
    },
    {
        check: "seLinuxOptions",
        level: "baseline",
        versions: ["v1.29", "v1.30"],
        fail: { "before 1.31": contained({ seLinuxOptions: { type: "container_engine_t" } }) },
    },
    {
        check: "procMount",
        level: "baseline",
        versions: OLD,
        pass: { Default: contained({ procMount: "Default" }) },
        fail: {
            Unmasked: contained({ procMount: "Unmasked" }),
            "in a user namespace": {
                ...contained({ procMount: "Unmasked" }),
                hostUsers: false,
            },
        },
    },
    {
        check: "procMount",
        level: "baseline",
        versions: NEW,
        pass: {
            "in a user namespace": {
                ...contained({ procMount: "Unmasked" }),
                hostUsers: false,
            },
        },
        fail: {
            Unmasked: contained({ procMount: "Unmasked" }),
            "with the host's users": { ...contained({ procMount: "Unmasked" }), hostUsers: true },
            empty: contained({ procMount: "" }),
        },
    },
    {
        check: "seccompProfile_baseline",
        level: "baseline",
        annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" },
        pass: {
            "unset, annotations ignored": spec({ securityContext: {} }),
            Localhost: contained({ seccompProfile: { type: "Localhost" } }),
        },
        fail: {
            "the pod": secured({ seccompProfile: { type: "Unconfined" } }),
            "a container": contained({ seccompProfile: { type: "Unconfined" } }),
            "no type": contained({ seccompProfile: {} }),
        },
    },
    {
        check: "sysctls",
        level: "baseline",
        pass: {
            safe: secured({ sysctls: [{ name: "net.ipv4.tcp_keepalive_time", value: "1" }] }),
        },
        fail: {
            unsafe: secured({ sysctls: [{ name: "kernel.msgmax", value: "1" }] }),
            "no name": secured({ sysctls: [{}] }),
        },
    },
    {
        check: "sysctls",
        level: "baseline",
        versions: ["v1.32", ...NEW],
        pass: { "since 1.32": secured({ sysctls: [{ name: "net.ipv4.tcp_rmem" }] }) },
        fail: { "since 1.37": secured({ sysctls: [{ name: "net.ipv4.tcp_notsent_lowat" }] }) },
    },
    {
        check: "sysctls",
        level: "baseline",
        versions: ["v1.29", "v1.31"],
        fail: { "before 1.32": secured({ sysctls: [{ name: "net.ipv4.tcp_wmem" }] }) },
    },
    {
        check: "windowsHostProcess",
        level: "baseline",
        pass: { false: secured({ windowsOptions: { hostProcess: false } }) },
        fail: {
            "the pod": secured({ windowsOptions: { hostProcess: true } }),
            "a container": contained({ windowsOptions: { hostProcess: true } }),
        },
    },
];
