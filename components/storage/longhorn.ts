import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { longhornPods, longhornPorts, longhornSidecars } from "../../operators/longhorn";
import { type GuardedPage, none } from "../base/capabilities";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { HookDecision } from "../base/hooks";
import type { Namespace } from "../base/namespace";
import type { OfferedPage } from "../base/offered-page";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { longhornAlerts, longhornScrapes } from "./longhorn-alerts";
import { longhornClass, longhornSnapshotClass } from "./longhorn-classes";
import { longhornDashboards } from "./longhorn-dashboards";
import { longhornDiskFaults, longhornScale } from "./longhorn-disks";
import { longhornExceptions } from "./longhorn-exceptions";
import { longhornValues, patchedLonghorn, sidecarsOf } from "./longhorn-values";
import { rookCeph } from "./rook-ceph";
import { type Snapshots, volumeSnapshots } from "./volume-snapshots";

const CEPH_DOES = "Ceph gives volumes, buckets and a shared file system from the same disks";

/** It shows every volume, and can delete it. */
const page: GuardedPage = {
    what: "the volumes of Longhorn, their copies and disks",
    host: "longhorn",
    guard: "second factor",
    groups: ["platform-admin", "storage-admin"],
};

/** Volumes with copies on disks of several nodes, beside Ceph or instead of it. */
export const longhorn = define({
    name: "longhorn",
    layer: "storage",
    purpose: "block devices whose copies are files on disks of several nodes, beside Ceph's",
    origin: "002, 003.11: an option beside Ceph",
    charts: { longhorn: chart("longhorn", "1.12.1", "https://charts.longhorn.io") },
    needs: [volumeSnapshots],
    excludes: [rookCeph],
    besides: {
        holds: (_site, { defaultClass }) => !defaultClass,
        says: "systems.longhorn.defaultClass is false: a claim that names no class would find two that are the default",
    },
    offIn: { dev: CEPH_DOES, staging: CEPH_DOES, prod: CEPH_DOES },
    settings: {
        defaultClass: z
            .boolean()
            .default(false)
            .describe("a claim that names no class gets a volume of Longhorn"),
    },
    capabilities: {
        metrics: longhornScrapes,
        alerts: longhornAlerts,
        dashboards: longhornDashboards,
        routes: [page],
        signOn: atGateway(
            "its page has no people of its own: whoever reaches it may do everything",
        ),
        backup: none("volumes are kept by those who own them, from snapshots that Velero reads"),
        sizing: { by: "one manager, one instance manager and one plugin on each node" },
        flows: "declared",
        retention: none("a volume lives as long as its claim, or longer where its class says so"),
    },
    check: (_own, site) => longhornDiskFaults(site),
});

const NAMESPACE = "longhorn-system";

const hooks: readonly HookDecision[] = [
    {
        object: `Job/${NAMESPACE}/longhorn-post-upgrade`,
        decision: "drop",
        reason: "it only waits until every manager has the new version, which the DaemonSet is waited for anyway",
    },
    {
        object: `Job/${NAMESPACE}/longhorn-uninstall`,
        decision: "drop",
        reason: "nothing runs what comes before a deletion; docs/runbooks/remove-longhorn.md does it by hand, where each volume is looked at first",
    },
];

const { api, webhook, recovery, instances, volumes, iscsi, images, shares, nfs } = longhornPorts;
const range = (of: { readonly port: number; readonly endPort: number }) =>
    ({ ...of, protocol: "TCP" }) as const;

/** Between managers, engines and copies on every node, and what the driver and the page ask. */
const INSIDE = [api, recovery, shares, range(instances), range(volumes), range(images)];

/** Arguments of {@link Longhorn}. */
export interface LonghornArgs extends SystemContext<typeof longhorn> {
    readonly snapshots: Snapshots;
    /** Its page gets a name. */
    readonly isRouted: boolean;
}

/**
 * Longhorn with the first of its engines. Whoever wants a volume names the class `longhorn`; nothing
 * of the platform does. Its copies are on the disks of purpose `longhorn`, on different nodes and,
 * where there are enough of them, on different Proxmox hosts.
 */
export class Longhorn extends System<typeof longhorn> {
    /** Shown at the gateway to those who signed on. */
    readonly page: OfferedPage;

    constructor(
        { snapshots, isRouted, ...context }: LonghornArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions: longhornExceptions }, opts);
        const { site, settings } = context;
        const scale = longhornScale(site);
        const namespace = this.namespace(NAMESPACE, {
            tier: "storage",
            backup: none(
                "volumes are kept by those who own them; what Longhorn is told is written anew",
            ),
            podSecurity: "privileged",
            routed: isRouted,
            // Managers make pods of engines and copies, and can tell them no limit.
            defaultMemory: "4Gi",
            flows: [
                { name: "volumes", from: { pods: {} }, ports: INSIDE },
                { name: "volumes", to: { pods: {} }, ports: INSIDE },
                // Devices and shared volumes are mounted by the kernels of nodes.
                { name: "devices", from: "nodes", ports: [iscsi, nfs] },
                {
                    name: "webhook",
                    pods: longhornPods.manager,
                    from: "api-server",
                    ports: [webhook],
                },
                toApiServer(),
            ],
        });
        const installed = this.chart(longhorn.charts.longhorn, {
            release: "longhorn",
            namespace,
            apiGroups: ["longhorn.io"],
            needs: [...snapshots.definitions.values(), ...snapshots.ready],
            hooks,
            patch: patchedLonghorn(sidecarsOf(scale)),
            values: longhornValues(scale),
        });
        this.budgets(namespace, scale.replicas);
        const dependsOn = [...installed.ready];
        this.waitFor(this.object(longhornClass(site, settings.defaultClass), { dependsOn }));
        this.object(longhornSnapshotClass(), {
            dependsOn: [...dependsOn, ...snapshots.definitions.values()],
        });
        this.observe(namespace);
        this.page = {
            name: "longhorn-page",
            page,
            service: "longhorn-frontend",
            port: 80,
            to: { namespace, pods: longhornPods.ui, ports: [longhornPorts.ui] },
        };
    }

    /** Budgets of what no copy of a volume depends on; Longhorn keeps its own for those. */
    private budgets(namespace: Namespace, replicas: number) {
        this.budget("longhorn-ui", { namespace, pods: longhornPods.ui }, replicas);
        for (const name of longhornSidecars) {
            this.budget(name, { namespace, pods: longhornPods.sidecar(name) }, replicas);
        }
    }
}
