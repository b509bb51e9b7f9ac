/** Values of the charts falco 9.1.0 and falcosidekick 0.14.0, and what they have no values for. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    variables,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { falcoPorts, falcosidekickPods } from "./falco-alerts";
import { falcoRulesFile } from "./falco-rules";

/** Where events go. */
export interface EventTargets {
    /** Address of falcosidekick. */
    readonly forwarder: string;
    /** Addresses of the members of Alertmanager: they share silences and messages, not alerts. */
    readonly alertmanagers: readonly string[];
    /** Address of Loki; undefined without it. */
    readonly logs: string | undefined;
    /** What to do about an event. */
    readonly runbook: string;
}

/**
 * Nothing is loaded when it starts: the image holds the rules and the plugin that knows containers
 * (falco 0.44.1: cmake/modules/rules.cmake, CMakeLists.txt), ours come from a ConfigMap.
 */
export function falcoValues({ forwarder }: Pick<EventTargets, "forwarder">): ChartValues {
    const off = { enabled: false };
    return {
        driver: {
            kind: "modern_ebpf",
            modernEbpf: { leastPrivileged: true },
            loader: off,
        },
        falcoctl: { artifact: { install: off, follow: off } },
        rbac: { create: false },
        collectors: {
            containerEngine: {
                engines: {
                    docker: off,
                    podman: off,
                    lxc: off,
                    libvirt_lxc: off,
                    bpm: off,
                    containerd: off,
                    cri: { enabled: true, sockets: ["/run/containerd/containerd.sock"] },
                },
            },
        },
        customRules: { "platform.yaml": falcoRulesFile() },
        falco: {
            rules_files: ["/etc/falco/falco_rules.yaml", "/etc/falco/rules.d"],
            // A new ConfigMap brings new pods.
            watch_config_files: false,
            priority: "informational",
            json_output: true,
            http_output: { enabled: true, url: forwarder },
            syslog_output: off,
            log_syslog: false,
        },
        metrics: { enabled: true, service: { create: false } },
        podPriorityClassName: priorities.platform.name,
        tolerations: [{ operator: "Exists" }],
        controller: {
            daemonset: {
                updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
            },
        },
        podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
        // What the chart adds for its least privileges, and nothing of what containers have besides.
        containerSecurityContext: {
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON", "SYS_PTRACE", "SYS_RESOURCE"] },
        },
        // Both ask the same, so that traffic stops first and the pod is killed later.
        healthChecks: { livenessProbe: { failureThreshold: 6 } },
        resources: resources("100m", "256Mi", "1Gi"),
    };
}

/** Folders that only a driver that is built on the node needs, and a volume of falcoctl. */
const UNUSED = new Set(["boot-fs", "lib-modules", "usr-fs", "falcoctl-config-volume"]);

function withoutUnused(list: unknown): unknown {
    return Array.isArray(list)
        ? list.filter((item) => !isRecord(item) || !UNUSED.has(String(item.name)))
        : list;
}

/** Falco without what nothing uses here; it asks the API nothing. */
export function patchFalco(manifest: Manifest): Manifest | undefined {
    if (manifest.kind === "ConfigMap" && manifest.metadata.name === "falco-falcoctl") {
        return undefined;
    }
    if (manifest.kind !== "DaemonSet") {
        return manifest;
    }
    const spec = manifest.spec as { template: { spec: Readonly<Record<string, unknown>> } };
    const { containers, volumes } = spec.template.spec;
    const [falco] = containers as Readonly<Record<string, unknown>>[];
    return patchContainer(
        patchPod(manifest, {
            automountServiceAccountToken: false,
            volumes: withoutUnused(volumes),
            // The chart leaves the field empty where nothing is to be done before.
            initContainers: [],
        }),
        "falco",
        { volumeMounts: withoutUnused(falco?.volumeMounts) },
    );
}

/** What it is told by variables: the chart would write all of it into a Secret. */
function targetVariables({ alertmanagers, logs, runbook }: EventTargets) {
    const values: Readonly<Record<string, string>> = {
        ALERTMANAGER_HOSTPORT: alertmanagers.join(","),
        ALERTMANAGER_ENDPOINT: "/api/v2/alerts",
        // Whatever is less stands in Loki.
        ALERTMANAGER_MINIMUMPRIORITY: "warning",
        // Nobody says that an event is over.
        ALERTMANAGER_EXPIRESAFTER: "3600",
        ALERTMANAGER_EXTRALABELS: "alertname:FalcoEvent",
        ALERTMANAGER_EXTRAANNOTATIONS: `runbook_url:${runbook}`,
        ...(logs === undefined ? {} : { LOKI_HOSTPORT: logs, LOKI_FORMAT: "json" }),
    };
    return variables(values);
}

/** Values of falcosidekick. */
export function falcosidekickValues(replicas: number, targets: EventTargets): ChartValues {
    return {
        replicaCount: replicas,
        image: { repository: "falcosecurity/falcosidekick", tag: "2.32.0" },
        config: {
            extraEnv: targetVariables(targets),
            loki: { grafanaDashboard: { enabled: false } },
        },
        priorityClassName: priorities.platform.name,
        podSecurityContext: {
            runAsUser: 1234,
            runAsNonRoot: true,
            fsGroup: 1234,
            seccompProfile: { type: "RuntimeDefault" },
        },
        securityContext: restrictedContainer,
        resources: resources("10m", "32Mi", "128Mi"),
    };
}

const DROPPED = new Set(["Secret", "Role", "RoleBinding"]);

/** falcosidekick without the Secret of all its outputs, and without rights that one of them needs. */
export function patchFalcosidekick(manifest: Manifest): Manifest | undefined {
    if (DROPPED.has(manifest.kind)) {
        return undefined;
    }
    if (manifest.kind === "Service") {
        // The chart names a second port that only a server with TLS has.
        const { ports, ...spec } = manifest.spec as { ports: { name: string }[] };
        return {
            ...manifest,
            spec: { ...spec, ports: ports.filter(({ name }) => name === "http") },
        };
    }
    return patchContainer(
        patchPod(manifest, {
            automountServiceAccountToken: false,
            topologySpreadConstraints: spread(falcosidekickPods),
        }),
        "falcosidekick",
        { envFrom: [], livenessProbe: { failureThreshold: 6 } },
    );
}

/** Where Falco finds falcosidekick. */
export function forwarderUrl(namespace: string): string {
    return `http://falcosidekick.${namespace}.svc:${falcoPorts.falcosidekick}`;
}
