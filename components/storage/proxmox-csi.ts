import * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { ConfiguredSecret } from "../base/secret";
import { System } from "../base/system";
import { datastore } from "../machine-schema";
import {
    authorityManifests,
    proxmoxTokenRotation,
    proxmoxAccess,
    proxmoxAccessFaults,
    proxmoxClientFile,
    toProxmox,
} from "../base/proxmox-client";
import type { Site } from "../site";
import type { ProxmoxSettings } from "../site-schema";
import { reclaimPolicy } from "./storage-classes";
import { proxmoxCsiAlerts, proxmoxCsiPods, proxmoxCsiScrapes } from "./proxmox-csi-alerts";
import { proxmoxCsiDashboards } from "./proxmox-csi-dashboards";
import { configuration, patchedProxmoxCsi, proxmoxCsiValues } from "./proxmox-csi-values";

/** What the driver's token may do, and no more (proxmox-csi-plugin v0.19.1: docs/install.md). */
const PRIVILEGES = [
    "VM.Audit",
    "VM.Config.Disk",
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.Audit",
].join(" ");

const WHY_OFF =
    "its volumes never leave their Proxmox host: only what replicates itself should ask for them, and no system does yet";

/** Volumes on the disks of the Proxmox hosts. */
export const proxmoxCsi = define({
    name: "proxmoxCsi",
    layer: "storage",
    purpose: "volumes on the disks of one Proxmox host, for what keeps copies by itself",
    origin: "001, 002: volumes on the disks of the hypervisor",
    charts: {
        proxmoxCsi: chart("proxmox-csi-plugin", "0.5.9", "oci://ghcr.io/sergelogvinov/charts"),
    },
    offIn: { dev: WHY_OFF, staging: WHY_OFF, prod: WHY_OFF },
    settings: {
        datastore: datastore
            .default("local-lvm")
            .describe("storage of Proxmox that holds the volumes, of the same name on every host"),
        ...proxmoxAccess,
    },
    secrets: {
        proxmoxCsiToken: {
            description:
                "Proxmox API token of the volumes, `user@realm!name=uuid`, not that of the machines: of a user whose role has " +
                `no more than \`${PRIVILEGES}\`, made with the commands at docs/proxmox.md`,
            neededBecause: () => "systems.proxmoxCsi is on",
        },
    },
    capabilities: {
        metrics: proxmoxCsiScrapes,
        alerts: proxmoxCsiAlerts,
        dashboards: proxmoxCsiDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: volumes are kept by those who own them"),
        sizing: none("it asks Proxmox for a volume now and then"),
        flows: "declared",
        retention: none("a volume lives as long as its claim, or longer where its class says so"),
    },
    check: (own, site) => proxmoxAccessFaults("proxmoxCsi", own, site),
});

const NAMESPACE = "csi-proxmox";

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NAMESPACE}/proxmox-csi-plugin-node`,
        reason:
            "It formats disks that were attached to its node and mounts them for the kubelet, which takes a " +
            "privileged container, root and the folders /dev, /sys and that of the kubelet.",
        guard:
            "image of one exact version; it has no port, no way out, no token of Proxmox, and may ask the API " +
            "for nodes alone; nobody but the platform may create pods in csi-proxmox",
        expires: "2027-05-31",
    },
];

/** Proxmox hosts with nodes; those of a cluster that was there already are all that are named. */
function hostsOf(nodes: Site["nodes"], { hosts }: ProxmoxSettings): string[] {
    return nodes.length > 0
        ? [...new Set(nodes.map(({ host }) => host))]
        : hosts.map(({ name }) => name);
}

/**
 * Proxmox' CSI driver: disks of the Proxmox hosts, attached to the machines of the stack. Its class is
 * never the default, and waits for the pod: a volume is made on the host where that runs, and the pod
 * stays on that host ever after.
 */
export class ProxmoxCsi extends System<typeof proxmoxCsi> {
    constructor(context: SystemContext<typeof proxmoxCsi>, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const { proxmox, cluster } = site;
        if (proxmox === undefined) {
            throw new Error("proxmoxCsi is built without Proxmox");
        }
        const { addresses = [], authority } = settings;
        const namespace = this.namespace(NAMESPACE, {
            tier: "platform",
            backup: none("it keeps nothing: volumes are kept by those who own them"),
            podSecurity: "privileged",
            flows: [toApiServer(), ...toProxmox(proxmox, addresses, proxmoxCsiPods)],
        });
        const secret = new ConfiguredSecret(
            configuration.secret,
            {
                namespace,
                values: {
                    [configuration.key]: context
                        .secret("proxmoxCsiToken")
                        .apply((token) => proxmoxClientFile(proxmox, cluster.name, token)),
                },
                rotation: proxmoxTokenRotation,
            },
            { parent: this },
        );
        const files = authorityManifests(NAMESPACE, authority).map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        const replicas = site.replicas("serving");
        this.budget("proxmox-csi-plugin-controller", { namespace, pods: proxmoxCsiPods }, replicas);
        this.chart(proxmoxCsi.charts.proxmoxCsi, {
            release: "proxmox-csi-plugin",
            namespace,
            needs: [secret.object, ...files],
            patch: patchedProxmoxCsi,
            values: proxmoxCsiValues(
                replicas,
                {
                    datastore: settings.datastore,
                    reclaimPolicy: reclaimPolicy(site),
                    region: cluster.name,
                    hosts: hostsOf(site.nodes, proxmox),
                },
                authority !== undefined,
            ),
        });
        this.observe(namespace);
    }
}
