import * as pulumi from "@pulumi/pulumi";
import { type SecretVariable } from "../base/containers";
import { backupPeriods } from "../base/backup-tier";
import { backupKeyRotation, toBackupTarget } from "../base/backup-target";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart, image } from "../base/pins";
import { ConfiguredSecret, GeneratedSecret, type Rotation } from "../base/secret";
import { System } from "../base/system";
import type { Site } from "../site";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { type Snapshots, volumeSnapshots } from "../storage/volume-snapshots";
import { veleroAlerts, veleroScrapes } from "./velero-alerts";
import { veleroDashboards } from "./velero-dashboards";
import {
    agentConfiguration,
    backupLocation,
    type BackupLocation,
    backupSchedule,
    repositoryConfiguration,
    VELERO,
} from "./velero-manifests";
import { controllers, insideOnly } from "./velero-exceptions";
import { patchedVelero, veleroValues } from "./velero-values";

/** Backups of namespaces and volumes. */
export const velero = define({
    name: "velero",
    layer: "backup",
    purpose: "backups of namespaces and their volumes, in three tiers, outside of the cluster",
    origin: "000.3, 001, 004.2.1: tiers, encrypted, away from the cluster",
    charts: { velero: chart("velero", "12.1.0", "https://vmware-tanzu.github.io/helm-charts") },
    images: { plugin: image("docker.io/velero/velero-plugin-for-aws", "v1.13.2") },
    needs: [volumeSnapshots],
    capabilities: {
        metrics: veleroScrapes,
        alerts: veleroAlerts,
        dashboards: veleroDashboards,
        routes: none("it has no page; the velero command asks the API server"),
        signOn: none("nobody signs on to it"),
        backup: none(
            "what it kept is at the target, which it reads again; its password must not lie where it opens",
        ),
        sizing: { by: "one volume on each node is moved at a time, by a pod of its own" },
        flows: "declared",
        retention: backupPeriods.map(({ tier, days }) => ({
            what: `backups of tier ${tier}`,
            for: `${days}d`,
        })),
    },
});

/**
 * A new password opens none of the backups that are there, so it comes with a new bucket
 * (docs/runbooks/backup-keys.md): every two years.
 */
const passwordRotation: Rotation = { owner: "platform-admin", days: 730 };

/** Room for every backup that is kept, in GiB; where there is another target none is inside. */
const INSIDE_SIZE = 20;
const CREDENTIALS = "cloud";
const AUTHORITY = "ca.crt";

/** Where backups go, and what must be there before. */
interface Target {
    readonly location: BackupLocation;
    readonly key: readonly SecretVariable[];
    readonly needs: readonly pulumi.Resource[];
}

/** Arguments of {@link Velero}. */
export interface VeleroArgs extends SystemContext<typeof velero> {
    readonly snapshots: Snapshots;
    /** Takes the backups where the site has no target outside. */
    readonly storage: Storage | undefined;
}

/** Whether there is anywhere to put backups. */
export function hasTarget({ site, storage }: Pick<VeleroArgs, "site" | "storage">): boolean {
    return site.backup !== undefined || storage !== undefined;
}

/**
 * Velero: three Schedules, one for each tier, over the namespaces that name it. The data of volumes
 * is read from snapshots, encrypted by Kopia before it leaves the pod, and stored at the site's
 * target outside of the cluster; without one in a bucket of the cluster's own store, which helps
 * against mistakes and is lost with the cluster (DR-04).
 */
export class Velero extends System<typeof velero> {
    constructor(
        { snapshots, storage, ...context }: VeleroArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { site, backups } = context;
        const isInside = site.backup === undefined;
        const exceptions = isInside && !site.protect ? [insideOnly()] : [];
        super(context, { controllers, exceptions }, opts);
        const namespace = this.namespace(VELERO, {
            tier: "platform",
            backup: none(
                "backups are read from the target, and the password that opens them must not lie there",
            ),
            // Pods that move data read files of any owner, as root.
            podSecurity: "baseline",
            // A volume for each snapshot that is being read, and for each that is being restored.
            quota: { persistentvolumeclaims: "40" },
            flows: [toApiServer()],
        });
        const password = this.password(namespace, site);
        const target =
            site.backup === undefined
                ? this.inside(namespace, context, storage)
                : this.outside(namespace, site, site.backup);
        const configuration = [agentConfiguration(), repositoryConfiguration()].map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        const chart = this.chart(velero.charts.velero, {
            release: VELERO,
            namespace,
            apiGroups: ["velero.io"],
            needs: [password.object, ...target.needs, ...configuration, ...snapshots.ready],
            values: veleroValues(velero.images.plugin.reference, target.key),
            patch: patchedVelero,
        });
        const location = this.object(backupLocation(target.location), {
            dependsOn: [...chart.definitions.values(), ...chart.ready, ...target.needs],
        });
        for (const period of backupPeriods) {
            const namespaces = backups.namespacesOf(period.tier);
            // An empty list would stand for every namespace.
            if (namespaces.length > 0) {
                this.object(backupSchedule(period, namespaces, target.location.name), {
                    dependsOn: [location],
                });
            }
        }
        this.observe(namespace);
    }

    /** Encrypts the data of every volume: whoever loses it has lost the backups. */
    private password(namespace: Namespace, { protect }: Site): GeneratedSecret {
        return new GeneratedSecret(
            "velero-repository",
            {
                namespace,
                secretName: "velero-repo-credentials",
                generate: { "repository-password": { length: 48 } },
                rotation: passwordRotation,
                escrow: "the data of every volume in the backups of Velero",
                renewal: {
                    how: "by hand",
                    why: "a new one opens none of the backups that are there",
                    runbook: "docs/runbooks/backup-keys.md",
                },
            },
            { parent: this, ...(protect ? { protect: true } : {}) },
        );
    }

    private outside(
        namespace: Namespace,
        site: Site,
        { authority, encryption, objectLock, ...where }: NonNullable<Site["backup"]>,
    ): Target {
        const file = pulumi
            .all([site.secret("backupAccessKey"), site.secret("backupSecretKey")])
            .apply(([id, key]) =>
                ["[default]", `aws_access_key_id=${id}`, `aws_secret_access_key=${key}`, ""].join(
                    "\n",
                ),
            );
        const secret = new ConfiguredSecret(
            "velero-target",
            {
                namespace,
                values: {
                    [CREDENTIALS]: file,
                    ...(authority === undefined ? {} : { [AUTHORITY]: pulumi.output(authority) }),
                },
                rotation: backupKeyRotation,
            },
            { parent: this },
        );
        const name = secret.secretName;
        return {
            location: {
                name: "outside",
                endpoint: where.endpoint,
                bucket: where.bucket,
                region: where.region,
                prefix: `${site.cluster.name}/velero`,
                credentials: { name, key: CREDENTIALS },
                ...(authority === undefined ? {} : { authority: { name, key: AUTHORITY } }),
                ...(encryption === undefined ? {} : { encryption }),
                locked: objectLock !== undefined,
            },
            key: [],
            needs: [secret.object, namespace.allow(toBackupTarget("backups", where.endpoint))],
        };
    }

    private inside(
        namespace: Namespace,
        context: SystemContext<typeof velero>,
        storage: Storage | undefined,
    ): Target {
        if (storage === undefined) {
            throw new Error("velero is built without a place for backups");
        }
        const bucket = new Bucket(
            "velero-inside",
            {
                ...context,
                namespace,
                storage,
                clients: [{}],
                size: INSIDE_SIZE,
                retention: {
                    deletedBy: "Velero deletes backups when the time of their tier is over",
                },
            },
            { parent: this },
        );
        return {
            location: {
                name: "inside",
                endpoint: bucket.endpoint,
                bucket: bucket.bucket,
                region: bucket.region,
                prefix: `${context.site.cluster.name}/velero`,
                locked: false,
            },
            key: bucket.environment,
            needs: bucket.ready,
        };
    }
}
