import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { archiveFaults, archiveSettings } from "./archive-settings";
import { cloudnativePg } from "./cloudnative-pg";
import { postgresScrapes } from "./postgres-alerts";

/** The shared databases of what looks after the platform. */
export const platformDb = define({
    name: "platformDb",
    layer: "data",
    purpose: "PostgreSQL shared by the tools of those who run the platform",
    needs: [cloudnativePg, rookCeph, certManager],
    charts: {},
    offIn: { dev: "a small site has room for one cluster: identityDb holds these databases too" },
    settings: {
        size: whole({ from: 1, to: 16_384, of: "GiB" })
            .default(6)
            .describe("GiB of each database volume"),
        archive: archiveSettings.describe("its archive"),
    },
    check: ({ archive }) => archiveFaults("systems.platformDb.archive", archive),
    capabilities: {
        metrics: postgresScrapes("platform-db"),
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
