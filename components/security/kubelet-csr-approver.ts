import type * as pulumi from "@pulumi/pulumi";
import { podDisruptionBudget, spread } from "../base/availability";
import { httpProbes, patchContainer, patchPod } from "../base/containers";
import type { KubernetesObject } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import type { NodeSettings } from "../settings-schema";
import { charts } from "../versions";

/** Arguments of {@link KubeletCsrApprover}. */
export interface KubeletCsrApproverArgs extends SystemArgs {
    /** What its pods need to start: the pod network. */
    readonly needs: readonly pulumi.Resource[];
}

/** Health endpoint of the approver (`-health-probe-bind-address` in the chart). */
const HEALTH_PORT = 8081;

/**
 * Which node names may get a certificate: exactly those of the settings. They are DNS labels, in
 * which no character means anything to a regular expression. On an existing cluster the names are
 * unknown; there the addresses alone must do.
 */
function nodeNames(nodes: readonly NodeSettings[]): string {
    return nodes.length > 0
        ? `^(${nodes.map(({ name }) => name).join("|")})$`
        : "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
}

/**
 * Approves the serving certificates of kubelets, after a look at the node's name and addresses.
 * Without it logs, exec and metrics are read from kubelets that nobody can verify. Kubernetes itself
 * leaves this to the site on purpose: a kubelet could ask for a name that is not its own.
 */
export class KubeletCsrApprover extends System {
    /** Kubelets get certificates: what verifies them (metrics-server) depends on it. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs }: KubeletCsrApproverArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "KubeletCsrApprover", name, { context }, opts);
        const { settings, apiServerPort } = context;
        const replicas = settings.replicas("serving");
        const labels = {
            "app.kubernetes.io/name": "kubelet-csr-approver",
            "app.kubernetes.io/instance": "kubelet-csr-approver",
        };
        const namespace = this.namespace("kubelet-csr-approver", {
            tier: "platform",
            flows: [{ name: "to-api-server", to: "api-server", ports: [apiServerPort] }],
        });
        for (const budget of podDisruptionBudget(name, namespace.name, labels, replicas)) {
            this.object(budget, { dependsOn: [namespace.object] });
        }
        const chart = this.chart(name, {
            pin: charts.kubeletCsrApprover,
            release: "kubelet-csr-approver",
            namespace,
            needs,
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
                providerRegex: nodeNames(settings.nodes),
                providerIpPrefixes: [settings.network.nodes],
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
        this.ready = chart.ready;
        this.registerOutputs({});
    }
}
