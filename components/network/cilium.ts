import type * as pulumi from "@pulumi/pulumi";
import { budgetValues, spread } from "../base/availability";
import { type GuardedPage, none } from "../base/capabilities";
import type { ChartValues } from "../base/chart-renderer";
import { patchContainer, resources, restrictedContainer } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import type { OfferedPage } from "../base/offered-page";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import type { Site } from "../site";
import { ciliumAlerts, ciliumScrapes } from "./cilium-alerts";
import { ciliumDashboards } from "./cilium-dashboards";
import { ciliumDetailDashboards } from "./cilium-detail-dashboards";
import { coreDnsAlerts, coreDnsObjectives, coreDnsScrapes } from "./core-dns-alerts";
import { coreDnsDashboards } from "./core-dns-dashboards";
import { hubbleUi, kubeSystemConnections, kubeSystemFlows } from "./kube-system";
import { loadBalancerAlerts } from "./load-balancers-alerts";

/** Who talks to whom, in every namespace: for those who run the platform. */
const hubblePage: GuardedPage = {
    what: "Hubble: which pods talk to which, and what was refused",
    host: "hubble",
    guard: "second factor",
    groups: ["platform-admin"],
};

/** The pod network. */
export const cilium = define({
    name: "cilium",
    layer: "network",
    purpose: "pod network with encryption, network policies, flow logs and load balancers",
    origin: "001, 002; 004.1.1: Cilium, with policies that are enforced",
    charts: { cilium: chart("cilium", "1.20.0", "https://helm.cilium.io/") },
    capabilities: {
        metrics: [...ciliumScrapes, ...coreDnsScrapes],
        alerts: [...ciliumAlerts, ...coreDnsAlerts, ...loadBalancerAlerts],
        objectives: coreDnsObjectives,
        dashboards: [...ciliumDashboards, ...ciliumDetailDashboards, ...coreDnsDashboards],
        routes: [hubblePage],
        signOn: atGateway("Hubble's page has no people of its own and shows the same to everybody"),
        backup: none("its state is in the objects of the cluster and on the nodes it runs on"),
        sizing: { by: "one agent on each node; operator and Hubble follow the profile" },
        flows: "declared",
        retention: none("flow logs stay in the agents' memory until they are overwritten"),
    },
    requiredBecause: ({ cluster }) =>
        cluster.source === "proxmox" ? "a new Talos cluster has no other pod network" : undefined,
});

/** Namespace into which the operator copies Secrets that network policies refer to. */
const SECRETS_NAMESPACE = "cilium-secrets";

function exception(resource: string, reason: string): Exception {
    return {
        criterion: "SEC-03",
        resource,
        reason,
        guard:
            "image pinned by digest; all capabilities dropped but the listed ones, never " +
            "privileged; nobody but the platform may create pods in kube-system",
        expires: "2027-05-31",
    };
}

const exceptions = [
    exception(
        "DaemonSet/kube-system/cilium",
        "The agent is the pod network: it loads eBPF programs into the node's kernel and writes " +
            "the CNI configuration, from the host network and as root.",
    ),
    exception(
        "DaemonSet/kube-system/cilium-envoy",
        "Envoy takes redirected connections on the host network and shares sockets with the agent " +
            "through a host path.",
    ),
    exception(
        "Deployment/kube-system/cilium-operator",
        "The operator must run before any pod network exists, so it reaches the API over the host " +
            "network; its image starts as root.",
    ),
];

const withoutQuota: Exception = {
    criterion: "TEN-01",
    resource: "Namespace/kube-system",
    reason:
        "The control plane lives here: a quota that is used up would refuse the mirror pods of the " +
        "API server and etcd, or the agent of a new node.",
    guard: "nobody but Talos and this component creates pods here, each with requests and limits",
    expires: "2027-05-31",
};

/** Where agents find the API before Services work. */
function apiEndpoint({ cluster, network }: Site): ChartValues {
    if (cluster.source === "proxmox") {
        // KubePrism, Talos' load balancer over all API servers, on every node.
        return { k8sServiceHost: "localhost", k8sServicePort: 7445 };
    }
    return cluster.virtualIp === undefined
        ? {}
        : { k8sServiceHost: cluster.virtualIp, k8sServicePort: network.apiServerPort };
}

function disruptionBudget(replicas: number) {
    // The chart's own default must go: a budget has one of the two.
    return { ...budgetValues(replicas), maxUnavailable: null };
}

/** Values from Talos' guide for Cilium: no mounts or kernel modules from inside a container. */
const talos: ChartValues = {
    ipam: { mode: "kubernetes" },
    cgroup: { autoMount: { enabled: false }, hostRoot: "/sys/fs/cgroup" },
    bpf: { autoMount: { enabled: false } },
    securityContext: {
        capabilities: {
            // The chart's list without SYS_MODULE.
            ciliumAgent: [
                ...["CHOWN", "KILL", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "SYS_ADMIN"],
                ...["SYS_RESOURCE", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "SYSLOG"],
            ],
            cleanCiliumState: ["NET_ADMIN", "SYS_ADMIN", "SYS_RESOURCE"],
        },
    },
};

function hubble(replicas: number): ChartValues {
    const shared = {
        replicas,
        rollOutPods: true,
        priorityClassName: priorities.platform.name,
        podDisruptionBudget: disruptionBudget(replicas),
        topologySpreadConstraints: spread(),
    };
    return {
        metrics: { enabled: ["dns", "drop", "tcp", "flow", "icmp", "http"] },
        // The chart's default signs certificates in the template, anew at each rendering (M3), and
        // cert-manager cannot sign them: it needs the network that Cilium brings. So the chart's own
        // Job makes them in the cluster; a CronJob renews them every four months.
        tls: { auto: { enabled: true, method: "cronJob", certValidityDuration: 365 } },
        relay: {
            ...shared,
            enabled: true,
            prometheus: { enabled: true },
            resources: resources("25m", "64Mi", "256Mi"),
        },
        ui: {
            ...shared,
            enabled: true,
            backend: {
                resources: resources("10m", "32Mi", "128Mi"),
                securityContext: restrictedContainer,
            },
            frontend: {
                resources: resources("10m", "32Mi", "128Mi"),
                securityContext: restrictedContainer,
            },
        },
    };
}

/**
 * Certificates are made anew every four months, long before they expire: a start that was missed is
 * made up for within a week, later the next one will do.
 */
function withDeadline(manifest: Manifest): Manifest {
    return manifest.kind === "CronJob"
        ? {
              ...manifest,
              spec: { ...(manifest.spec as object), startingDeadlineSeconds: 7 * 24 * 3600 },
          }
        : manifest;
}

/** What the chart has no values for. */
function patch(manifest: Manifest): Manifest {
    // The image is empty but for one static binary that only talks to the API.
    const user = { runAsUser: 65532, runAsGroup: 65532 };
    const withUser = patchContainer(withDeadline(manifest), "certgen", {
        securityContext: { ...restrictedContainer, ...user },
    });
    // The backend serves nothing but gRPC without a health service.
    const tcpSocket = { port: "grpc" };
    return manifest.metadata.name === "hubble-ui"
        ? patchContainer(withUser, "backend", {
              readinessProbe: { tcpSocket, periodSeconds: 10 },
              livenessProbe: { tcpSocket, periodSeconds: 30 },
          })
        : withUser;
}

/**
 * The pod network: kube-proxy replacement, network policies, encryption, flow logs and the
 * addresses of load balancers.
 *
 * Native routing instead of a tunnel, because policies match nodes by address
 * (`policyCIDRMatchMode`): through a tunnel an API server that calls a webhook comes from an address
 * of the pod network and would be refused; routed, it comes from its node's. All nodes share one
 * subnet (a settings check), which is what `autoDirectNodeRoutes` asks for.
 *
 * WireGuard encrypts what pods say to pods on other nodes. Node encryption stays off: what nodes say
 * to each other (API, etcd, kubelet) is TLS already, upstream calls the feature beta and leaves
 * control planes out of it, and a mistake in it cuts off the node that should repair it.
 */
export class Cilium extends System<typeof cilium> {
    /** Hubble's page. */
    readonly page: OfferedPage;

    constructor(context: SystemContext<typeof cilium>, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace("kube-system", {
            existing: true,
            tier: "platform",
            routed: true,
            backup: none("the program and Talos write what is in it"),
            podSecurity: "privileged",
            flows: kubeSystemFlows(site),
            exceptions: [withoutQuota],
        });
        // The chart would make it bare, without guardrails.
        const secrets = this.namespace(SECRETS_NAMESPACE, {
            tier: "platform",
            backup: none("copies of Secrets that lie elsewhere"),
            flows: [],
        });
        kubeSystemConnections(namespace);
        this.chart(cilium.charts.cilium, {
            release: "cilium",
            namespace,
            patch,
            objectOptions: ({ metadata }) =>
                metadata.namespace === secrets.name ? { dependsOn: [secrets.object] } : undefined,
            values: {
                ...talos,
                ...apiEndpoint(site),
                // L2 announcements need it too, so an existing cluster gets it as well.
                kubeProxyReplacement: "true",
                routingMode: "native",
                autoDirectNodeRoutes: true,
                ipv4NativeRoutingCIDR: site.network.pods,
                encryption: { enabled: true, type: "wireguard", nodeEncryption: false },
                policyAuditMode: false,
                policyCIDRMatchMode: ["nodes"],
                l2announcements: { enabled: site.network.loadBalancers.announce === "arp" },
                bgpControlPlane: { enabled: site.network.loadBalancers.announce === "bgp" },
                // One lease per announced Service, renewed every few seconds.
                k8sClientRateLimit: { qps: 20, burst: 40 },
                // Istio's sidecars and ambient mode redirect connections themselves.
                socketLB: { hostNamespaceOnly: true },
                cni: { exclusive: false },
                rollOutCiliumPods: true,
                tls: { secretsNamespace: { create: false, name: secrets.name } },
                resources: resources("100m", "512Mi", "1Gi"),
                initResources: resources("50m", "64Mi", "256Mi"),
                prometheus: { enabled: true },
                // Envoy gets its configuration from the agent and never asks the API.
                serviceAccounts: { envoy: { automount: false } },
                envoy: { rollOutPods: true, resources: resources("50m", "128Mi", "512Mi") },
                operator: {
                    replicas,
                    rollOutPods: true,
                    podDisruptionBudget: disruptionBudget(replicas),
                    topologySpreadConstraints: spread(),
                    resources: resources("50m", "128Mi", "256Mi"),
                },
                certgen: {
                    priorityClassName: priorities.platform.name,
                    resources: resources("10m", "32Mi", "64Mi"),
                },
                hubble: hubble(replicas),
            },
        });
        this.observe(namespace);
        const to = { namespace, pods: hubbleUi.pods, ports: [hubbleUi.containerPort] };
        this.page = { name: "hubble-page", page: hubblePage, service: "hubble-ui", port: 80, to };
    }
}
