import type * as pulumi from "@pulumi/pulumi";
import { configurationSecret } from "../../operators/vcluster";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart, image } from "../base/pins";
import { boltHeader, type VolumeCheck } from "../base/restore-check";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { PassthroughRoute } from "../gateway/passthrough-route";
import type { PublicGateway } from "../gateway/public-gateway";
import { clusterHost } from "../gateway/public-names";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import type { Tenant as TenantSettings } from "../tenant-schema";
import { tenants } from "./tenants";
import { vclusterAlerts, vclusterScrapes } from "./vcluster-alerts";
import { vclusterDashboards } from "./vcluster-dashboards";
import { kubeconfigFor, virtualClusterBudgets } from "./vcluster-manifests";
import {
    CONFIGURATION_KEY,
    configurationIn,
    controlPlanePods,
    etcdPods,
    patchedVcluster,
    vclusterPorts,
    vclusterValues,
    virtualClusterSize,
} from "./vcluster-values";

const NEEDS_TENANTS = "it needs tenants of the kind virtual-cluster (tenants)";

function virtual(all: readonly TenantSettings[]): readonly TenantSettings[] {
    return all.filter(({ kind }) => kind === "virtual-cluster");
}

/** Clusters inside of the cluster. */
export const vcluster = define({
    name: "vcluster",
    layer: "tenancy",
    purpose: "clusters of their own for tenants, whose pods run in the tenant's namespace",
    origin: "002.1.3, 004.3.1: clusters of tenants, with quota, limits and logs from the first day",
    charts: { vcluster: chart("vcluster", "0.36.1", "https://charts.loft.sh") },
    images: { dns: image("registry.k8s.io/coredns/coredns", "v1.14.2") },
    needs: [tenants, rookCeph],
    offIn: { dev: NEEDS_TENANTS, staging: NEEDS_TENANTS, prod: NEEDS_TENANTS },
    capabilities: {
        metrics: vclusterScrapes,
        alerts: vclusterAlerts,
        dashboards: vclusterDashboards,
        routes: none("the names of virtual clusters follow from the settings"),
        signOn: none("its API knows the certificate in the kubeconfig that it makes"),
        backup: kept(1, "the stores of virtual clusters, where the tenant names no other tier"),
        sizing: { by: "replicas follow the profile, and everything is in the tenant's quota" },
        flows: "declared",
        retention: none("what a tenant keeps is its own affair"),
    },
    requiredBecause: ({ tenants: all }) =>
        virtual(all).length === 0
            ? undefined
            : `tenants has the virtual cluster ${virtual(all)
                  .map(({ name }) => name)
                  .join(" and ")}`,
});

/** What proves that a restore of its store is whole. */
export function virtualClusterChecks({ name }: TenantSettings): VolumeCheck[] {
    return [{ claims: etcdPods(name), files: [{ path: "member/snap/db", begins: boltHeader }] }];
}

/** All virtual clusters, each a part of its own. */
export class Vcluster extends System<typeof vcluster> {
    constructor(context: SystemContext<typeof vcluster>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
    }
}

/** Arguments of {@link VirtualCluster}. */
export interface VirtualClusterArgs extends SystemContext<typeof vcluster> {
    readonly tenant: TenantSettings;
    /** Namespace of the tenant, with its guardrails. */
    readonly home: Namespace;
    readonly storage: Storage;
    /** Through which people reach its API; undefined where nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
}

/**
 * A virtual cluster: an API server with a store of its own, and a program that makes pods in the
 * tenant's namespace of the pods inside. All of it counts in the tenant's quota.
 */
export class VirtualCluster extends System<typeof vcluster> {
    constructor(
        { tenant, home, storage, gateway, ...context }: VirtualClusterArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { name } = tenant;
        super(context, { name: `virtual-cluster-${name}`, kind: "VirtualCluster" }, opts);
        const { site } = context;
        const size = virtualClusterSize(site);
        const host = clusterHost(site.domain, name);
        let configuration: string | undefined;
        this.chart(vcluster.charts.vcluster, {
            component: `vcluster-${name}`,
            release: name,
            namespace: home,
            needs: storage.ready,
            patch: (manifest) => {
                const found = configurationIn(manifest);
                configuration ??= found;
                return found === undefined ? patchedVcluster(manifest) : undefined;
            },
            values: vclusterValues({
                ...{ release: name, ...size },
                dns: vcluster.images.dns.reference,
                host: gateway && host,
            }),
        });
        if (configuration !== undefined) {
            // The chart's own would be a Secret of which nobody knows that it holds none.
            new GeneratedSecret(
                configurationSecret(name),
                {
                    namespace: home,
                    plain: { [CONFIGURATION_KEY]: configuration },
                    generate: {},
                    rotation: { ...yearly, days: 3650 },
                },
                { parent: this },
            );
        }
        for (const manifest of virtualClusterBudgets(home.name, { release: name, ...size })) {
            this.object(manifest, { dependsOn: [home.object] });
        }
        for (const manifest of kubeconfigFor(tenant, home.name)) {
            this.object(manifest, { dependsOn: [...home.guardrails] });
        }
        if (gateway !== undefined) {
            const pods = controlPlanePods(name);
            new PassthroughRoute(
                `cluster-${name}`,
                {
                    ...{ site, gateway, host, group: tenant.group, service: name, port: 443 },
                    to: { namespace: home, pods, ports: [vclusterPorts.api] },
                },
                { parent: this },
            );
        }
        this.observe(home);
    }
}
