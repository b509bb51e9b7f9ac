import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { archiveFaults, archiveSettings } from "./archive-settings";
import { cloudnativePg } from "./cloudnative-pg";
import { postgresScrapes } from "./postgres-alerts";

/** The shared databases of whoever trains, tracks and serves models. */
export const mlDb = define({
    name: "mlDb",
    layer: "data",
    purpose: "PostgreSQL shared by the systems that train, track and serve models",
    needs: [cloudnativePg, rookCeph, certManager],
    charts: {},
    offIn: { dev: "a small site has no room for models" },
    settings: {
        size: whole({ from: 1, to: 16_384, of: "GiB" })
            .default(6)
            .describe("GiB of each database volume"),
        archive: archiveSettings.describe("its archive"),
    },
    check: ({ archive }) => archiveFaults("systems.mlDb.archive", archive),
    capabilities: {
        metrics: postgresScrapes("ml-db"),
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
