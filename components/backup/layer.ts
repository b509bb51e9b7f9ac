import { needed, systemsOn, type WithIdentity } from "../house";
import { volumeSnapshots } from "../storage/volume-snapshots";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { certManager } from "../security/cert-manager";
import { ChaosMesh, chaosMesh } from "./chaos-mesh";
import { EtcdBackup, etcdBackup } from "./etcd-backup";
import { RestoreTests, restoreTests } from "./restore-tests";
import { hasTarget, Velero, velero } from "./velero";

/** What opens the target outside, and snapshots of etcd in it, is kept by a person too. */
function keepKeys({ site, secrets }: Pick<WithIdentity, "site" | "secrets">): void {
    if (site.backup === undefined) {
        return;
    }
    const { bucket, endpoint, ageRecipient } = site.backup;
    const opens = `the bucket ${bucket} at ${endpoint}: archives of databases, and what backups are in it`;
    for (const name of ["backupAccessKey", "backupSecretKey"] as const) {
        secrets.keepOutside(
            { name, opens, from: `pulumi config get ${name} --stack ${site.stack}` },
            site.secret(name),
        );
    }
    if (ageRecipient !== undefined) {
        secrets.keepOutside({
            name: "backup.ageRecipient",
            opens: "snapshots of etcd",
            from: "the file that age-keygen wrote on your own machine, which the cluster never has",
            recipient: ageRecipient,
        });
    }
}

/**
 * What keeps copies of everything else: last, when every namespace has said what it keeps. Without
 * anywhere to put them nothing is built, and the criteria say what nobody protects.
 */
export function deployBackup<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside, site, storage, postgres, archiver } = house;
    const restorer = hasTarget({ site, storage })
        ? on(velero, (context) => {
              const snapshots = needed(house.snapshots, { who: velero, what: volumeSnapshots });
              return new Velero({ ...context, snapshots, storage }, inside);
          })
        : undefined;
    on(etcdBackup, (context) => new EtcdBackup(context, inside));
    keepKeys(house);
    const databases = postgres && archiver && { postgres, archiver };
    on(restoreTests, (context) => {
        return new RestoreTests({ ...context, velero: restorer, databases }, inside);
    });
    // After everything that is measured.
    on(chaosMesh, (context) => {
        const who = chaosMesh;
        const { manager } = needed(house.certificates, { who, what: certManager });
        return new ChaosMesh(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                certificates: manager.ready,
                definitions: house.settings.definitions(),
            },
            inside,
        );
    });
    return house;
}
