import type * as pulumi from "@pulumi/pulumi";
import { databaseLabels, postgresPorts } from "../../operators/cloudnative-pg-labels";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { System } from "../base/system";
import { whole } from "../base/values";
import { archiveOutside } from "../data/archive-target";
import type { DatabaseArchiver } from "../data/barman-cloud";
import { cloudnativePg, type Postgres } from "../data/cloudnative-pg";
import { objectStore } from "../data/postgres-archive-manifests";
import { storageClassNames } from "../storage/storage-classes";
import { accessIn, account, lease, modifier, reports, restoreGuard } from "./restore-tests-access";
import { restoreTestAlerts } from "./restore-tests-alerts";
import { restoreTestDashboards } from "./restore-tests-dashboards";
import { plans, restoreTestLabels, testJob, volumeCheck } from "./restore-tests-jobs";
import {
    COPY,
    databaseTests,
    RESTORE_TESTS,
    SCRATCH,
    SCRATCH_SIZE,
    storeName,
    tierTests,
} from "./restore-tests-plan";
import { scriptMap, testScripts, volumeScripts } from "./restore-tests-scripts";
import type { Velero } from "./velero";
import { VELERO } from "./velero-manifests";

/** Restores that are rehearsed. */
export const restoreTests = define({
    name: "restoreTests",
    layer: "backup",
    purpose: "monthly restores of each tier and each database into a scratch namespace, checked",
    origin: "000.3, 004.2.3: a restore each month, with its verdict",
    charts: {},
    settings: {
        scratchSize: whole({ from: 5, to: 16_384, of: "GiB" })
            .default(SCRATCH_SIZE)
            .describe(
                "GiB of volumes that copies may have at a time; a larger database has its own",
            ),
    },
    capabilities: {
        metrics: none("kube-state-metrics tells when each test last succeeded"),
        alerts: restoreTestAlerts,
        dashboards: restoreTestDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("copies are looked at and thrown away, and reports are of the last test"),
        sizing: none("one copy at a time, as large as what it is a copy of"),
        flows: "declared",
        retention: none("nothing that it makes outlives a test but the last report"),
    },
});

/** What copies of databases are made with. */
interface CopiedDatabases {
    readonly postgres: Postgres;
    readonly archiver: DatabaseArchiver;
}

/** Arguments of {@link RestoreTests}. */
export interface RestoreTestsArgs extends SystemContext<typeof restoreTests> {
    /** Restores volumes; undefined where nothing does. */
    readonly velero: Velero | undefined;
    /** Restores databases; undefined where there are none. */
    readonly databases: CopiedDatabases | undefined;
}

/** What a stack may do that is not protected anyway, with the store that is there. */
function insideOnly(namespace: string, cluster: string): Exception {
    return {
        criterion: "DR-07",
        resource: `Cluster/${namespace}/${cluster}`,
        reason: "The site names no target outside of the cluster (backup), and the key of the archive inside is in the namespace of the database, where restore tests have no right.",
        guard: "Nothing protects the data of such a stack from the loss of the cluster; prod has no such exception.",
        expires: "2027-11-30",
    };
}

/**
 * A test each month for every tier of which volumes are kept, and for every database that archives
 * itself outside: it makes a copy in a scratch namespace, looks whether that is whole, and removes
 * it. One at a time, and without any right where the data comes from.
 */
export class RestoreTests extends System<typeof restoreTests> {
    constructor(args: RestoreTestsArgs, opts: pulumi.ComponentResourceOptions) {
        const { site, backups, velero, databases } = args;
        const { backup: target } = site;
        const archived = databases === undefined ? [] : backups.archivedDatabases;
        const exceptions =
            target === undefined && !site.protect
                ? archived.map(({ namespace, cluster }) => insideOnly(namespace, cluster))
                : [];
        super(args, { exceptions }, opts);
        const image = cloudnativePg.images.postgres.reference;
        const copies = { image, storageClass: storageClassNames.scratch };
        const tests = [
            ...(velero === undefined ? [] : tierTests(backups)),
            ...(databases === undefined || target === undefined
                ? []
                : databaseTests(backups, copies)),
        ];
        if (tests.length === 0) {
            return;
        }
        const home = this.namespace(RESTORE_TESTS, {
            tier: "platform",
            backup: none("reports are of the last test, and the next one writes them anew"),
            flows: [toApiServer()],
        });
        const scratch = this.scratch(args);
        const ways =
            databases === undefined || target === undefined
                ? []
                : this.openDatabases({ ...args, databases, target }, home, scratch);
        const scripts = scriptMap(RESTORE_TESTS, testScripts);
        const needs = [
            ...this.access(home, scratch, velero),
            ...ways,
            this.object(scripts, { dependsOn: [home.object] }),
            this.object(plans(tests), { dependsOn: [home.object] }),
            this.object(lease, { dependsOn: [home.object] }),
            this.object(reports, { dependsOn: [home.object] }),
            this.template(scratch, image),
        ];
        for (const test of tests) {
            this.object(testJob(test, image, scripts), {
                dependsOn: [...home.guardrails, ...scratch.guardrails, ...args.pods, ...needs],
            });
        }
        this.observe(home);
    }

    /** Where copies live: as much room as one of them needs. */
    private scratch({ backups, settings }: RestoreTestsArgs): Namespace {
        const largest = Math.max(
            settings.scratchSize,
            ...backups.archivedDatabases.map(({ size, walSize }) => size + walSize),
        );
        return this.namespace(SCRATCH, {
            tier: "platform",
            backup: none("copies, which are thrown away"),
            quota: {
                "requests.cpu": "1",
                "requests.memory": "2Gi",
                "limits.memory": "4Gi",
                "requests.storage": `${largest}Gi`,
                pods: "10",
            },
            flows: [],
        });
    }

    /** What copies of databases reach, and who reaches them. */
    private openDatabases(
        {
            site,
            backups,
            databases,
            target,
        }: RestoreTestsArgs & {
            readonly databases: CopiedDatabases;
            readonly target: NonNullable<RestoreTestsArgs["site"]["backup"]>;
        },
        home: Namespace,
        scratch: Namespace,
    ): pulumi.Resource[] {
        const copy = { namespace: scratch, pods: databaseLabels(COPY) };
        const { store, needs } = archiveOutside(
            "restore-archives",
            { namespace: scratch, site, target, pods: copy.pods },
            { parent: this },
        );
        return [
            scratch.allow(toApiServer(copy.pods, "copy-to-api-server")),
            ...connect("copy-operator", {
                from: databases.postgres.operator,
                to: { ...copy, ports: [postgresPorts.status] },
            }),
            ...connect("restore-test-to-copy", {
                from: { namespace: home, pods: restoreTestLabels },
                to: { ...copy, ports: [postgresPorts.postgres] },
            }),
            ...backups.archivedDatabases.map((database) =>
                // Of its retention nothing comes: only who archives into it deletes what is over
                // (plugin-barman-cloud v0.13.0: internal/cnpgi/instance/retention.go).
                this.object(objectStore(storeName(database), scratch.name, store), {
                    dependsOn: [scratch.object, ...needs, ...databases.archiver.ready],
                }),
            ),
        ];
    }

    /** The template of whatever reads a volume, and its program. */
    private template(scratch: Namespace, image: string): pulumi.Resource {
        const scripts = this.object(scriptMap(SCRATCH, volumeScripts), {
            dependsOn: [scratch.object],
        });
        return this.object(volumeCheck(image), { dependsOn: [...scratch.guardrails, scripts] });
    }

    /** The account of the tests, and what it may do. */
    private access(
        home: Namespace,
        scratch: Namespace,
        velero: Velero | undefined,
    ): pulumi.Resource[] {
        const own = [home.object, scratch.object];
        const there = [
            this.object(account, { dependsOn: [home.object] }),
            ...[RESTORE_TESTS, SCRATCH].flatMap((namespace) =>
                accessIn(namespace).map((manifest) => this.object(manifest, { dependsOn: own })),
            ),
        ];
        if (velero === undefined) {
            return there;
        }
        // The right to make a Restore comes after what holds it to the scratch namespace.
        const guard = restoreGuard.map((manifest) => this.object(manifest));
        const dependsOn = [...velero.ready, ...guard];
        return [
            ...there,
            ...[modifier(storageClassNames.scratch), ...accessIn(VELERO)].map((manifest) =>
                this.object(manifest, { dependsOn }),
            ),
        ];
    }
}
