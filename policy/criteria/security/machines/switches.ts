/**
 * Switches with which a machine's configuration turns off what the rest relies on. Absent is sound
 * for all of them: Talos sets them by itself (siderolabs/talos v1.13.9,
 * internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go, kubelet_spec.go).
 */
import { podSecurityAllowances } from "../../../../trust/pod-security";
import type { Expectation } from "../../../kernel/expectation";
import { read, readList, readString, readTree, type Tree } from "../../../kernel/tree";
import { signOn } from "./sign-on";

const AUDIT_LOGS = "/var/log/audit/";
/** Plugins that are on by default, and without which something here is not enforced. */
const PLUGINS = [
    "CertificateApproval",
    "CertificateSigning",
    "CertificateSubjectRestriction",
    "LimitRanger",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionWebhook",
    "NamespaceLifecycle",
    "NodeRestriction",
    "PodSecurity",
    "Priority",
    "ResourceQuota",
    "ServiceAccount",
    "StorageObjectInUseProtection",
    "TaintNodesByCondition",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionWebhook",
];
/** Roles of Talos with which a pod owns the machine. */
const OWNERS = ["os:admin", "os:impersonator"];

/** The words of a value: text with commas, or a list of such texts. */
function words(value: unknown): string[] {
    return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((text) =>
        String(text)
            .split(",")
            .map((word) => word.trim()),
    );
}

type Good = (value: unknown) => boolean;
const isFalse: Good = (value) => words(value).at(-1) === "false";
const isTrue: Good = (value) => words(value).at(-1) === "true";
const none =
    (...names: string[]): Good =>
    (value) =>
        !words(value).some((word) => names.includes(word));

/** Talos asks for TLS 1.3 everywhere; 1.2 is what some clients still need. */
const isModernTls: Good = (value) => /^VersionTLS1[23]$/.test(String(words(value).at(-1)));
/** Paths that health checks ask without a login. */
const HEALTH = ["/healthz", "/readyz", "/livez"];

type Rule = readonly [path: readonly string[], good: Good, wanted: string];

const LEAVE = "leave it out";

const flags = (component: string, rules: readonly (readonly [string, Good, string])[]) =>
    rules.map(([name, good, wanted]): Rule => [
        ["cluster", component, "extraArgs", name],
        good,
        wanted,
    ]);

const controlPlane: readonly Rule[] = [
    ...flags("apiServer", [
        ["anonymous-auth", isFalse, LEAVE],
        // Talos adds modes to its own, and one that allows is enough.
        ["authorization-mode", none("AlwaysAllow"), LEAVE],
        ["disable-admission-plugins", none(...PLUGINS), LEAVE],
        ["enable-admission-plugins", none("AlwaysAdmit"), "leave AlwaysAdmit out"],
        [
            "audit-log-path",
            (value) => String(words(value).at(-1)).startsWith(AUDIT_LOGS),
            `leave it out, or name a file in ${AUDIT_LOGS}`,
        ],
        ["audit-policy-file", () => false, "say it in apiServer.auditPolicy"],
        ["admission-control-config-file", () => false, "say it in apiServer.admissionControl"],
        ["token-auth-file", () => false, LEAVE],
        ["authorization-config", () => false, "say it in apiServer.authorizationConfig"],
        ["encryption-provider-config", () => false, "leave it out: Talos encrypts with secretbox"],
        ["service-account-lookup", isTrue, LEAVE],
        ["tls-min-version", isModernTls, "leave it out, or set VersionTLS12"],
        ["profiling", isFalse, LEAVE],
        // An API that is off takes with it whoever judges requests, or what they judge.
        [
            "runtime-config",
            (value) => !words(value).some((word) => /\b(v\d+|ga|all)=false$/.test(word)),
            "turn no version of an API off that Kubernetes serves by default",
        ],
    ]),
    ...["controllerManager", "scheduler"].flatMap((component) =>
        flags(component, [
            ["tls-min-version", isModernTls, "leave it out, or set VersionTLS12"],
            ["profiling", isFalse, LEAVE],
            [
                "authorization-always-allow-paths",
                (value) => words(value).every((path) => HEALTH.includes(path)),
                "leave it out",
            ],
        ]),
    ),
    ...flags("controllerManager", [["use-service-account-credentials", isTrue, LEAVE]]),
    ...flags("etcd", [
        ["auto-tls", isFalse, LEAVE],
        ["peer-auto-tls", isFalse, LEAVE],
        ["client-cert-auth", isTrue, LEAVE],
        ["peer-client-cert-auth", isTrue, LEAVE],
    ]),
    [
        ["cluster", "apiServer", "authorizationConfig"],
        (value) =>
            Array.isArray(value) &&
            !value.some((entry) => readString(entry, "type") === "AlwaysAllow"),
        "leave AlwaysAllow out",
    ],
];

/** What the kubelet takes as a flag and as a field of its configuration. */
const kubelet = (rules: readonly (readonly [string, readonly string[], Good])[]) =>
    rules.flatMap(([flag, field, good]): Rule[] => [
        [["machine", "kubelet", "extraArgs", flag], good, LEAVE],
        [["machine", "kubelet", "extraConfig", ...field], good, LEAVE],
    ]);

const machine: readonly Rule[] = [
    [["machine", "features", "rbac"], isTrue, "leave it out, or every client may do everything"],
    [["machine", "features", "apidCheckExtKeyUsage"], isTrue, LEAVE],
    [["machine", "kubelet", "defaultRuntimeSeccompProfileEnabled"], isTrue, LEAVE],
    ...kubelet([
        ["anonymous-auth", ["authentication", "anonymous", "enabled"], isFalse],
        ["authentication-token-webhook", ["authentication", "webhook", "enabled"], isTrue],
        ["authorization-mode", ["authorization", "mode"], none("AlwaysAllow")],
        ["read-only-port", ["readOnlyPort"], (port) => Number(port) === 0],
        ["protect-kernel-defaults", ["protectKernelDefaults"], isTrue],
        ["rotate-certificates", ["rotateCertificates"], isTrue],
        ["seccomp-default", ["seccompDefault"], isTrue],
        ["tls-min-version", ["tlsMinVersion"], isModernTls],
        [
            "streaming-connection-idle-timeout",
            ["streamingConnectionIdleTimeout"],
            (value) => !/^0\D*$/.test(String(value)),
        ],
    ]),
];

/** Which pods may ask Talos itself, and for what; nobody may by default. */
function talosAccess(main: Tree): Expectation[] {
    const access = readTree(main, "machine", "features", "kubernetesTalosAPIAccess");
    return access.enabled === true
        ? [
              {
                  what: "features.kubernetesTalosAPIAccess.allowedRoles",
                  reading: read(access, ["allowedRoles"]),
                  good: none(...OWNERS),
                  wanted: "give pods os:reader or os:etcd:backup",
                  absentIsGood: true,
              },
          ]
        : [];
}

/** Namespaces that no Pod Security level can hold, as trust/pod-security.ts lists them. */
function isPrivileged(namespace: unknown): boolean {
    return podSecurityAllowances[String(namespace)]?.level === "privileged";
}

/** Talos adds the exemptions of all entries of the plugin. */
function exemptions(main: Tree): Expectation[] {
    const plugins = readList(main, "cluster", "apiServer", "admissionControl").filter(
        (plugin) => readString(plugin, "name") === "PodSecurity",
    );
    return plugins.flatMap((plugin) =>
        ["namespaces", "usernames", "runtimeClasses"].map((field) => ({
            what: `exemptions.${field} of the admission plugin PodSecurity`,
            reading: read(plugin, ["configuration", "exemptions", field]),
            good: (value: unknown) =>
                Array.isArray(value) &&
                value.every((name) => field === "namespaces" && isPrivileged(name)),
            wanted:
                field === "namespaces"
                    ? "exempt only privileged namespaces of trust/pod-security.ts"
                    : "leave it empty",
            absentIsGood: true as const,
        })),
    );
}

/** What the configuration of a node may not turn off. */
export function switches(main: Tree, isControlPlane: boolean): Expectation[] {
    const rules = [...machine, ...(isControlPlane ? controlPlane : [])];
    return [
        ...rules.map(([path, good, wanted]) => ({
            what: path.slice(1).join("."),
            reading: read(main, path),
            good,
            wanted,
            absentIsGood: true as const,
        })),
        ...talosAccess(main),
        ...(isControlPlane ? [...exemptions(main), ...signOn(main)] : []),
    ];
}
