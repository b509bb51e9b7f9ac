import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import type { Profile } from "../site-schema";
import { rookCeph } from "../storage/rook-ceph";
import { archiveFaults, archiveSettings } from "./archive-settings";
import { cloudnativePg } from "./cloudnative-pg";
import { postgresScrapes } from "./postgres-alerts";

/** What one shared cluster says of itself that the others do not. */
export interface SharedPostgresDefinition<Name extends string> {
    readonly name: Name;
    /** Name of the Cluster. */
    readonly cluster: string;
    /** Whose databases are in it, as a phrase. */
    readonly purpose: string;
    /** Size of each data volume in GiB, unless the settings say otherwise. */
    readonly size: number;
    /** Profiles in which it is off unless asked for, each with its reason; default: none. */
    readonly offIn?: Partial<Readonly<Record<Profile, string>>>;
    /** Off by itself while no system that is on has a database in it; default: it stays on. */
    readonly offUnlessNeeded?: boolean;
}

/** Defines a PostgreSQL cluster in which several systems have databases (`SharedPostgres`). */
export function defineSharedPostgres<const Name extends string>({
    name,
    cluster,
    purpose,
    size,
    offIn,
    offUnlessNeeded = false,
}: SharedPostgresDefinition<Name>) {
    return define({
        name,
        layer: "data",
        purpose,
        origin: "001: highly available PostgreSQL with backups to a point in time",
        needs: [cloudnativePg, rookCeph, certManager],
        charts: {},
        offIn,
        offUnlessNeeded,
        settings: {
            size: whole({ from: 1, to: 16_384, of: "GiB" })
                .default(size)
                .describe("GiB of each database volume"),
            archive: archiveSettings.describe("its archive"),
        },
        check: ({ archive }) => archiveFaults(`systems.${name}.archive`, archive),
        capabilities: {
            metrics: postgresScrapes(cluster),
            alerts: none("those of cloudnativePg watch every cluster"),
            dashboards: none("those of cloudnativePg show every cluster"),
            routes: none("it has no page"),
            signOn: none("only programs sign on to it, each to its own database"),
            backup: {
                by: "barmanCloud",
                what: "write-ahead log at once and a base each day, kept 30 days",
            },
            sizing: { by: "instances follow the profile, the volume its setting" },
            flows: "declared",
            retention: none("databases are kept until they are deleted"),
        },
    });
}
