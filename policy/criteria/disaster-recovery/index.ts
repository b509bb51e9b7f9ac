/** Category DR: disaster recovery. */
import type { Criterion } from "../../kernel/criterion";
import { backupAlerts } from "./alerts";
import { coverage } from "./coverage";
import { databaseBackups } from "./databases";
import { backupEncryption } from "./encryption";
import { etcdSnapshots } from "./etcd";
import { locations } from "./locations";
import { objectives } from "./objectives";
import { restoreTests } from "./restore-tests";
import { durableStorageClasses } from "./storage-classes";
import { backupTiers } from "./tiers";

export const disasterRecovery: readonly Criterion[] = [
    backupTiers,
    coverage,
    backupEncryption,
    locations,
    etcdSnapshots,
    databaseBackups,
    restoreTests,
    objectives,
    backupAlerts,
    durableStorageClasses,
];
