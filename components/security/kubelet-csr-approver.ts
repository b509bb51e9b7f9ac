import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { httpProbes, patchContainer, patchPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { System } from "../base/system";
import type { NodeSettings } from "../site-schema";
import { kubeletCsrApproverAlerts, kubeletCsrApproverScrapes } from "./kubelet-csr-approver-alerts";
import { kubeletCsrApproverDashboards } from "./kubelet-csr-approver-dashboards";

/** Who approves the serving certificates of kubelets. */
export const kubeletCsrApprover = define({
    name: "kubeletCsrApprover",
    layer: "security",
    purpose: "approves the serving certificates of kubelets, so that they can be verified",
    origin: "000.5: TLS everywhere, so kubelets have certificates that somebody signs",
    charts: {
        kubeletCsrApprover: chart(
            "kubelet-csr-approver",
            "1.2.14",
            "https://postfinance.github.io/kubelet-csr-approver",
        ),
    },
    capabilities: {
        metrics: kubeletCsrApproverScrapes,
        alerts: kubeletCsrApproverAlerts,
        dashboards: kubeletCsrApproverDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing"),
        sizing: none("a few requests a day, whatever the platform does"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

/** Health endpoint of the approver (`-health-probe-bind-address` in the chart). */
const HEALTH_PORT = 8081;

/**
 * Which node names may get a certificate: exactly those of the settings, and those of the pool with
 * the five characters that Kubernetes generates. They are DNS labels, in which no character means
 * anything to a regular expression. On an existing cluster the names are unknown; there the addresses
 * alone must do.
 */
export function nodeNames(nodes: readonly Pick<NodeSettings, "name">[], nodePool?: string): string {
    const pool = nodePool === undefined ? [] : [`${nodePool}-[a-z0-9]{5}`];
    return nodes.length > 0
        ? `^(${[...nodes.map(({ name }) => name), ...pool].join("|")})$`
        : "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
}

/**
 * Approves the serving certificates of kubelets, after a look at the node's name and addresses.
 * Without it logs, exec and metrics are read from kubelets that nobody can verify. Kubernetes itself
 * leaves this to the site on purpose: a kubelet could ask for a name that is not its own.
 */
export class KubeletCsrApprover extends System<typeof kubeletCsrApprover> {
    constructor(
        context: SystemContext<typeof kubeletCsrApprover>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const labels = {
            "app.kubernetes.io/name": "kubelet-csr-approver",
            "app.kubernetes.io/instance": "kubelet-csr-approver",
        };
        const namespace = this.namespace("kubelet-csr-approver", {
            tier: "platform",
            backup: none("it keeps nothing: it answers requests of kubelets"),
            flows: [toApiServer()],
        });
        this.budget("kubelet-csr-approver", { namespace, pods: labels }, replicas);
        this.chart(kubeletCsrApprover.charts.kubeletCsrApprover, {
            release: "kubelet-csr-approver",
            namespace,
            // The chart knows neither a readiness probe nor topology spread.
            patch: (manifest) =>
                patchPod(
                    patchContainer(
                        manifest,
                        "kubelet-csr-approver",
                        httpProbes("/healthz", HEALTH_PORT),
                    ),
                    { topologySpreadConstraints: spread(labels) },
                ),
            values: {
                replicas,
                leaderElection: true,
                providerRegex: nodeNames(site.nodes, site.nodePool),
                providerIpPrefixes: [site.network.nodes],
                // Node names are in no DNS zone that pods can see.
                bypassDnsResolution: true,
                priorityClassName: "system-cluster-critical",
                resources: {
                    requests: { cpu: "25m", memory: "64Mi" },
                    limits: { memory: "128Mi" },
                },
                metrics: { enable: true, serviceMonitor: { enabled: false } },
            },
        });
        this.observe(namespace);
    }
}
