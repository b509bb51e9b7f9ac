/** What each restricted check allows and refuses, by hand from the rules as kubernetes.io has them. */
import {
    type Case,
    contained,
    container,
    GOOD_SPEC,
    NEW,
    OLD,
    secured,
    spec,
    volumes,
    WINDOWS_SPEC,
} from "./pods";

export const RESTRICTED_CASES: readonly Case[] = [
    {
        check: "capabilities_restricted",
        level: "restricted",
        pass: {
            "the one that may be added": contained({
                capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
            }),
            "more dropped": contained({ capabilities: { drop: ["NET_RAW", "ALL"] } }),
            windows: WINDOWS_SPEC,
        },
        fail: {
            unset: contained({ capabilities: null }),
            "not all dropped": contained({ capabilities: { drop: ["NET_RAW"] } }),
            "all in lower case": contained({ capabilities: { drop: ["all"] } }),
            "a default added": contained({ capabilities: { drop: ["ALL"], add: ["CHOWN"] } }),
            linux: spec({ os: { name: "linux" }, containers: [{ name: "web" }] }),
        },
    },
    {
        check: "restrictedVolumes",
        level: "restricted",
        pass: {
            "every allowed type": volumes(
                ...[
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret",
                ].map((type) => ({ name: type, [type]: {} })),
            ),
            "no type, which becomes an emptyDir": volumes({ name: "data" }),
            "only null": volumes({ name: "data", hostPath: null }, null),
        },
        fail: {
            hostPath: volumes({ name: "data", hostPath: { path: "/" } }),
            nfs: volumes({ name: "data", nfs: { server: "s", path: "/" } }),
            "an unheard-of type": volumes({ name: "data", somethingNew: {} }),
            "the wrong kind of source": volumes({ name: "data", emptyDir: "Memory" }),
            "one of two": volumes({ name: "a", emptyDir: {} }, { name: "b", iscsi: {} }),
        },
    },
    {
        check: "procMount",
        level: "restricted",
        versions: OLD,
        fail: { Unmasked: contained({ procMount: "Unmasked" }) },
    },
    {
        check: "procMount_restricted",
        level: "restricted",
        versions: NEW,
        fail: {
            "in a user namespace": {
                ...contained({ procMount: "Unmasked" }),
                hostUsers: false,
            },
        },
    },
    {
        check: "seccompProfile_baseline",
        level: "restricted",
        versions: ["v1.18"],
        annotations: { "container.seccomp.security.alpha.kubernetes.io/web": "unconfined" },
        pass: { "another container": spec({ containers: [container({}, "other")] }) },
        fail: { "an annotation": GOOD_SPEC },
    },
    {
        check: "seccompProfile_restricted",
        level: "restricted",
        pass: {
            "only the containers": spec({
                securityContext: { runAsNonRoot: true },
                containers: [container({ seccompProfile: { type: "Localhost" } })],
                initContainers: [],
            }),
            windows: {
                ...WINDOWS_SPEC,
                securityContext: { runAsNonRoot: true },
                initContainers: [],
            },
        },
        fail: {
            unset: spec({ securityContext: { runAsNonRoot: true } }),
            "the pod": secured({ seccompProfile: { type: "Unconfined" } }),
            "a container": contained({ seccompProfile: { type: "Unconfined" } }),
        },
    },
    {
        check: "allowPrivilegeEscalation",
        level: "restricted",
        pass: { false: GOOD_SPEC, windows: WINDOWS_SPEC },
        fail: {
            true: contained({ allowPrivilegeEscalation: true }),
            unset: contained({ allowPrivilegeEscalation: null }),
            "no security context": spec({ ephemeralContainers: [{ name: "debug" }] }),
        },
    },
    {
        check: "runAsNonRoot",
        level: "restricted",
        versions: OLD,
        pass: {
            "only the containers": spec({
                securityContext: {},
                containers: [container({ runAsNonRoot: true })],
                initContainers: [container({ runAsNonRoot: true }, "setup")],
            }),
        },
        fail: {
            unset: spec({ securityContext: {} }),
            "a container": contained({ runAsNonRoot: false }),
            "the pod, though no container follows it": spec({
                securityContext: { runAsNonRoot: false },
                containers: [container({ runAsNonRoot: true })],
                initContainers: [],
            }),
            "windows too": { ...WINDOWS_SPEC, securityContext: {} },
            "in a user namespace": spec({ securityContext: {}, hostUsers: false }),
        },
    },
    {
        check: "runAsNonRoot",
        level: "restricted",
        versions: NEW,
        pass: { "in a user namespace": spec({ securityContext: {}, hostUsers: false }) },
        fail: {
            unset: spec({ securityContext: {} }),
            "with the host's users": spec({ securityContext: {}, hostUsers: true }),
        },
    },
    {
        check: "runAsUser",
        level: "restricted",
        versions: OLD,
        pass: { "another user": secured({ runAsUser: 1000 }) },
        fail: {
            "the pod": secured({ runAsUser: 0 }),
            "a container": contained({ runAsUser: 0 }),
            "in a user namespace": { ...secured({ runAsUser: 0 }), hostUsers: false },
        },
    },
    {
        check: "runAsUser",
        level: "restricted",
        versions: NEW,
        pass: { "in a user namespace": { ...secured({ runAsUser: 0 }), hostUsers: false } },
        fail: { "the pod": secured({ runAsUser: 0 }) },
    },
];
