import * as pulumi from "@pulumi/pulumi";
import { backupKeyRotation, toBackupTarget } from "../base/backup-target";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { image } from "../base/pins";
import { ConfiguredSecret } from "../base/secret";
import { System } from "../base/system";
import type { Site } from "../site";
import { etcdBackupAlerts } from "./etcd-backup-alerts";
import {
    ETCD_BACKUP,
    etcdBackupLabels,
    type EtcdTarget,
    snapshotJob,
    talosAccess,
    targetKeys,
} from "./etcd-backup-manifests";

/** Snapshots of etcd, outside of the cluster. */
export const etcdBackup = define({
    name: "etcdBackup",
    layer: "backup",
    purpose: "snapshots of etcd every 6 hours, encrypted, outside of the cluster",
    origin: "002.2.3, 004.2.2: every six hours, away from the cluster, tried",
    charts: {},
    images: { talosBackup: image("ghcr.io/siderolabs/talos-backup", "v0.1.0-beta.3") },
    capabilities: {
        metrics: none("a job of a minute offers none; kube-state-metrics tells of it"),
        alerts: etcdBackupAlerts,
        dashboards: none("three alerts say all that there is to see"),
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it is what makes backups, and keeps nothing itself"),
        sizing: none("one snapshot at a time, as large as etcd"),
        flows: "declared",
        retention: none(
            "it deletes nothing: a lifecycle rule of the bucket takes snapshots away (docs/runbooks/restore-etcd.md)",
        ),
    },
    encrypts: ({ backup, cluster }) =>
        cluster.source === "proxmox" && backup !== undefined ? "snapshots of etcd" : undefined,
});

/** Port of the Talos API on the control planes. */
const TALOS_API = 50000;

/**
 * Where snapshots go and for whom: undefined without a target outside, and on a cluster whose
 * machines are somebody else's, where Talos is not told to answer.
 */
function etcdTarget({ backup, cluster }: Site): Omit<EtcdTarget, "secretName"> | undefined {
    const { ageRecipient } = backup ?? {};
    return backup === undefined || ageRecipient === undefined || cluster.source !== "proxmox"
        ? undefined
        : { ...backup, ageRecipient, cluster: cluster.name };
}

/**
 * A job that asks Talos for a snapshot of etcd every six hours, encrypts it for a key whose private
 * half is not in the cluster, and stores it at the site's target. It may ask for nothing else, and
 * reaches nothing but the Talos API of the control planes and the target. Where there is no target it
 * is empty, and DR-05 says what nobody keeps.
 */
export class EtcdBackup extends System<typeof etcdBackup> {
    constructor(context: SystemContext<typeof etcdBackup>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const target = etcdTarget(context.site);
        if (target !== undefined) {
            this.build(context, target);
        }
    }

    private build(
        { site, pods }: SystemContext<typeof etcdBackup>,
        target: Omit<EtcdTarget, "secretName">,
    ): void {
        const namespace = this.namespace(ETCD_BACKUP, {
            tier: "platform",
            backup: none("snapshots are at the target, and the program writes the rest anew"),
            flows: [
                ...site.controlPlanes.map(({ name, address }) => ({
                    name: `talos-${name}`,
                    pods: etcdBackupLabels,
                    to: { cidr: `${address}/32` },
                    ports: [TALOS_API],
                })),
                toBackupTarget("snapshots", target.endpoint, etcdBackupLabels),
            ],
        });
        const key = new ConfiguredSecret(
            "talos-backup-target",
            {
                namespace,
                values: {
                    [targetKeys.id]: site.secret("backupAccessKey"),
                    [targetKeys.secret]: site.secret("backupSecretKey"),
                    ...(target.authority === undefined
                        ? {}
                        : { [targetKeys.authority]: pulumi.output(target.authority) }),
                },
                rotation: backupKeyRotation,
            },
            { parent: this },
        );
        const access = this.object(talosAccess(), { dependsOn: [namespace.object] });
        const { secretName } = key;
        this.object(
            snapshotJob(etcdBackup.images.talosBackup.reference, { ...target, secretName }),
            {
                dependsOn: [...namespace.guardrails, ...pods, key.object, access],
            },
        );
        this.observe(namespace);
    }
}
