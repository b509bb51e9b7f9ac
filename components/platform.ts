import type * as pulumi from "@pulumi/pulumi";
import { N8n } from "./apps/n8n";
import { PlatformComponent } from "./base/component";
import { PriorityClasses } from "./base/priority";
import type { PlatformContext } from "./base/system";
import { CloudNativePg } from "./data/cloudnative-pg";
import { RedisOperator } from "./data/redis-operator";
import { Cilium } from "./network/cilium";
import { GatewayApi } from "./network/gateway-api";
import { LoadBalancerPool } from "./network/load-balancers";
import { MetricsServer } from "./observability/metrics-server";
import { CertManager } from "./security/cert-manager";
import { Issuers } from "./security/issuers";
import { KubeletCsrApprover } from "./security/kubelet-csr-approver";
import { Kyverno } from "./security/kyverno";
import { KyvernoPolicies } from "./security/kyverno-policies";
import { Roles } from "./security/roles";
import { SealedSecrets } from "./security/sealed-secrets";
import type { SystemName } from "./settings-schema";
import type { Settings } from "./settings";
import { CephCluster } from "./storage/ceph-cluster";
import { RookOperator } from "./storage/rook-operator";

/** Arguments of {@link Platform}. */
export interface PlatformArgs {
    readonly settings: Settings;
}

/** What the deployed systems give to the rest of the program. */
export interface Systems {
    /** The pod network; nodes are ready when it is. Undefined when the cluster brings its own. */
    readonly cilium: Cilium | undefined;
    /** Addresses of what people use, by system. */
    readonly urls: Readonly<Record<string, string>>;
}

/** What the policy pack knows of the settings: never a secret, it lands in the state. */
function facts(settings: Settings): pulumi.Inputs {
    const { profile, cluster, network, proxmox, controlPlanes, nodes } = settings;
    const { criticalWorkloads, exceptions, cost } = settings;
    return {
        profile,
        source: cluster.source,
        virtualIp: cluster.virtualIp,
        nodeNetwork: network.nodes,
        podNetwork: network.pods,
        serviceNetwork: network.services,
        apiServerPort: network.apiServerPort,
        hosts: proxmox?.hosts.map(({ name }) => name),
        controlPlanes: controlPlanes.map(({ name, address, host }) => ({ name, address, host })),
        nodes: nodes.map(({ name, role, host, address, cores, memory, disks }) => ({
            name,
            role,
            host,
            address,
            cores,
            memory,
            disks: disks.map(({ purpose, size }) => ({ purpose, size })),
        })),
        cost,
        criticalWorkloads,
        exceptions,
    };
}

/** The root of everything; it is registered first, so that policies know the settings early. */
export class Platform extends PlatformComponent {
    constructor(name: string, { settings }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("base", "Platform", name, facts(settings), opts);
        this.registerOutputs({});
    }

    /**
     * Deploys every system, in the order in which data flows. A system that is off is undefined,
     * and gives nothing to depend on; that nobody needs it, the settings have made sure.
     */
    deploy(context: PlatformContext, provider: pulumi.ProviderResource): Systems {
        const inside = { parent: this, providers: [provider] };
        const { systems } = context.settings;
        const when = <T>(system: SystemName, make: () => T): T | undefined =>
            systems[system].enabled ? make() : undefined;

        const priorities = new PriorityClasses("priorities", inside).ready;
        new Roles("roles", { context }, inside);
        const gatewayApi = when(
            "gatewayApi",
            () => new GatewayApi("gateway-api", { context }, inside),
        );
        const cilium = when(
            "cilium",
            () => new Cilium("cilium", { context, needs: priorities }, inside),
        );
        // No pod outside the host network starts before there is a pod network.
        const pods = [...priorities, ...(cilium?.ready ?? [])];
        if (cilium !== undefined) {
            new LoadBalancerPool("load-balancers", { context, needs: cilium.ready }, inside);
        }

        const kubeletCertificates = when(
            "kubeletCsrApprover",
            () => new KubeletCsrApprover("kubelet-csr-approver", { context, needs: pods }, inside),
        );
        const certManager = when("certManager", () => {
            const needs = [...pods, ...(gatewayApi?.ready ?? [])];
            return new CertManager("cert-manager", { context, needs }, inside);
        });
        if (certManager !== undefined) {
            new Issuers("issuers", { context, certManager }, inside);
        }
        when("metricsServer", () => {
            const needs = [
                ...pods,
                ...(kubeletCertificates?.ready ?? []),
                ...(certManager?.ready ?? []),
            ];
            return new MetricsServer("metrics-server", { context, needs }, inside);
        });
        when(
            "sealedSecrets",
            () => new SealedSecrets("sealed-secrets", { context, needs: pods }, inside),
        );
        when("kyverno", () => {
            const kyverno = new Kyverno("kyverno", { context, needs: pods }, inside);
            return new KyvernoPolicies("kyverno-policies", { context, kyverno }, inside);
        });

        const ceph = when("rookCeph", () => {
            const operator = new RookOperator("rook-ceph", { context, needs: pods }, inside);
            return new CephCluster("ceph", { context, operator }, inside);
        });
        const postgres = when(
            "cloudnativePg",
            () => new CloudNativePg("cloudnative-pg", { context, needs: pods }, inside),
        );
        const redis = when(
            "redisOperator",
            () => new RedisOperator("redis-operator", { context, needs: pods }, inside),
        );
        const n8n = when(
            "n8n",
            () =>
                new N8n(
                    "n8n",
                    {
                        context,
                        needs: pods,
                        postgres: postgres?.ready ?? [],
                        redis: redis?.ready ?? [],
                        storage: {
                            className: ceph?.storageClasses.block ?? "",
                            ready: ceph?.ready ?? [],
                        },
                    },
                    inside,
                ),
        );

        return { cilium, urls: n8n === undefined ? {} : { n8n: `https://${n8n.host}` } };
    }
}
