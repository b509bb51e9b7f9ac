/** What tells of an edge site: Grafana Alloy v1.18 on each machine, in its own language. Pure. */
import { block, type Block, text } from "./alloy-blocks";
import { edgeJobs, SITE_LABEL } from "./edge-names";
import { FLUX, FLUX_METRICS } from "./flux-edge-manifests";
import { redactionStages } from "../observability/alloy-config";
import { LATE_SAMPLES } from "../observability/kube-prometheus-stack-values";

/** Paths at which the platform takes metrics and logs. */
export const intakePaths = {
    metrics: "/api/v1/metrics/write",
    logs: "/loki/api/v1/push",
} as const;

/** Where the agent finds its files; the machine's own are below `/host`. */
export const agentFolders = {
    configuration: "/etc/alloy",
    credentials: "/etc/edge-agent",
    storage: "/var/lib/alloy",
    root: "/host/root",
    logs: "/var/log",
} as const;

/** What the configuration follows from. */
export interface EdgeAgent {
    readonly site: string;
    /** Host name of the platform's intake. */
    readonly host: string;
    /** Whether Flux runs there, of whose controllers it tells too. */
    readonly hasFlux: boolean;
    /** Whether the gateway's certificate has an authority that not everybody knows. */
    readonly hasAuthority: boolean;
}

function credentials({ site, hasAuthority }: EdgeAgent): Block[] {
    return [
        block("basic_auth", {
            username: text(site),
            password_file: text(`${agentFolders.credentials}/password`),
        }),
        ...(hasAuthority
            ? [block("tls_config", { ca_file: text(`${agentFolders.credentials}/ca.crt`) })]
            : []),
    ];
}

function scrape(
    name: string,
    job: string,
    targets: string,
    more: Readonly<Record<string, string>> = {},
) {
    return (...inner: readonly Block[]) =>
        block(
            `prometheus.scrape ${text(name)}`,
            {
                targets,
                forward_to: "[prometheus.remote_write.platform.receiver]",
                job_name: text(job),
                scrape_interval: text("60s"),
                ...more,
            },
            ...inner,
        );
}

const NODE = 'sys.env("NODE_NAME")';
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Controllers of Flux on the same machine: each pod is asked by one agent. */
function flux(): Block[] {
    return [
        block(
            'discovery.kubernetes "flux"',
            { role: text("pod") },
            block("namespaces", { names: `[${text(FLUX)}]` }),
            block("selectors", { role: text("pod"), field: `"spec.nodeName=" + ${NODE}` }),
        ),
        block(
            'discovery.relabel "flux"',
            { targets: "discovery.kubernetes.flux.targets" },
            block("rule", {
                source_labels: '["__meta_kubernetes_pod_container_port_number"]',
                regex: text(String(FLUX_METRICS)),
                action: text("keep"),
            }),
        ),
        scrape("flux", edgeJobs.flux, "discovery.relabel.flux.output")(),
    ];
}

/** The metrics: of the agent, of the machine, of its kubelet and of Flux. */
function metrics(agent: EdgeAgent): Block[] {
    return [
        block('prometheus.exporter.self "agent"', {}),
        scrape("agent", edgeJobs.agent, "prometheus.exporter.self.agent.targets")(),
        block('prometheus.exporter.unix "node"', {
            rootfs_path: text(agentFolders.root),
            procfs_path: text(`${agentFolders.root}/proc`),
            sysfs_path: text(`${agentFolders.root}/sys`),
            udev_data_path: text(`${agentFolders.root}/run/udev/data`),
            set_collectors:
                '["cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "stat", "time", "timex", "uname"]',
        }),
        scrape("node", edgeJobs.node, "prometheus.exporter.unix.node.targets")(),
        block(
            'discovery.kubernetes "node"',
            { role: text("node") },
            block("selectors", { role: text("node"), field: `"metadata.name=" + ${NODE}` }),
        ),
        scrape("kubelet", edgeJobs.kubelet, "discovery.kubernetes.node.targets", {
            scheme: text("https"),
            bearer_token_file: text(`${ACCOUNT}/token`),
        })(block("tls_config", { ca_file: text(`${ACCOUNT}/ca.crt`) })),
        ...(agent.hasFlux ? flux() : []),
        block(
            'prometheus.remote_write "platform"',
            { external_labels: `{${SITE_LABEL} = ${text(agent.site)}, edge_node = ${NODE}}` },
            block(
                "endpoint",
                {
                    url: text(`https://${agent.host}${intakePaths.metrics}`),
                    remote_timeout: text("30s"),
                },
                ...credentials(agent),
                block("queue_config", { max_shards: "4", retry_on_http_429: "true" }),
            ),
            // What is older than a third of these hours may be gone once the site is heard again.
            block("wal", {
                truncate_frequency: text(`${LATE_SAMPLES}h`),
                max_keepalive_time: text(`${LATE_SAMPLES}h`),
            }),
        ),
    ];
}

const POD_LOG = String.raw`${agentFolders.logs}/pods/(?P<namespace>[^_]+)_(?P<pod>[^_]+)_[^/]+/(?P<container>[^/]+)/.*`;

/** The logs: of its pods, as the kubelet keeps them, and of k3s itself. */
function logs(agent: EdgeAgent): Block[] {
    const redactions = redactionStages.map((stage): Block => ({ raw: stage }));
    return [
        block('local.file_match "pods"', {
            path_targets: `[{"__path__" = ${text(`${agentFolders.logs}/pods/*/*/*.log`)}, "source" = "pod"}]`,
        }),
        block('loki.source.file "pods"', {
            targets: "local.file_match.pods.targets",
            forward_to: "[loki.process.pods.receiver]",
        }),
        block(
            'loki.process "pods"',
            { forward_to: "[loki.write.platform.receiver]" },
            block("stage.cri", {}),
            block("stage.regex", {
                expression: `\`${POD_LOG}\``,
                source: text("filename"),
                labels_from_groups: "true",
            }),
            block("stage.label_drop", { values: '["filename"]' }),
            ...redactions,
        ),
        block('loki.source.journal "k3s"', {
            path: text(`${agentFolders.logs}/journal`),
            matches: text("_SYSTEMD_UNIT=k3s.service"),
            labels: '{source = "k3s"}',
            forward_to: "[loki.process.k3s.receiver]",
        }),
        block(
            'loki.process "k3s"',
            { forward_to: "[loki.write.platform.receiver]" },
            ...redactions,
        ),
        block(
            'loki.write "platform"',
            { external_labels: `{${SITE_LABEL} = ${text(agent.site)}, edge_node = ${NODE}}` },
            block(
                "endpoint",
                {
                    url: text(`https://${agent.host}${intakePaths.logs}`),
                    // For ever: meanwhile nothing more is read, and files wait until they are rotated.
                    max_backoff_retries: "0",
                },
                ...credentials(agent),
            ),
        ),
    ];
}

/** Everything that the agent is told. */
export function edgeAgentBlocks(agent: EdgeAgent): Block[] {
    return [
        block("logging", { level: text("info"), format: text("logfmt") }),
        ...metrics(agent),
        ...logs(agent),
    ];
}
