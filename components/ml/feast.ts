import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { image } from "../base/pins";
import { yearly } from "../base/secret";
import { System } from "../base/system";
import { mlDb } from "../data/ml-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import { feastAlerts, feastDashboards, feastScrapes } from "./feast-alerts";
import { FEAST, feastConfiguration } from "./feast-configuration";
import { feastDeployment, feastPods, feastPorts, feastService } from "./feast-objects";

/**
 * Features. The servers are the program's own objects: upstream's operator gives the containers of
 * its pods no security context, so no namespace at the restricted level admits them, and may itself
 * read every Secret and make ClusterRoles (feast v0.66.0: infra/feast-operator, services.go and
 * dist/install.yaml); its chart carries the password in the Deployment.
 */
export const feast = define({
    name: "feast",
    layer: "ml",
    purpose: "features: defined once, the same for training and for models that serve",
    origin: "002.4.2: a feature store",
    charts: {},
    images: { server: image("quay.io/feastdev/feature-server", "0.66.0") },
    needs: [mlDb],
    offIn: { dev: "a small site has no room for models" },
    capabilities: {
        metrics: feastScrapes,
        alerts: feastAlerts,
        dashboards: feastDashboards,
        routes: none("models and notebooks ask it inside"),
        signOn: none("it knows nobody; network policies say who reaches it"),
        backup: {
            by: "barmanCloud",
            what: "its database, with definitions and the newest values: every minute of 30 days",
        },
        sizing: { by: "servers follow the profile; they keep nothing" },
        flows: "declared",
        retention: none("of each feature the newest value alone is kept"),
    },
});

/** Arguments of {@link Feast}. */
export interface FeastArgs extends SystemContext<typeof feast> {
    readonly server: SharedServer;
}

/** Feast's servers: one for features, one for what is known of them, over one database. */
export class Feast extends System<typeof feast> {
    /** Where models and notebooks ask. */
    readonly endpoint: Endpoint;

    constructor({ server, ...context }: FeastArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(FEAST, {
            tier: "app",
            backup: none("everything is in ml-db"),
            flows: [],
        });
        this.endpoint = {
            namespace,
            pods: feastPods,
            ports: [feastPorts.online, feastPorts.registry],
        };
        const database = new PostgresDatabase(
            "feast-database",
            {
                ...context,
                ...{ server, namespace, clients: [feastPods], database: "feast" },
                // There from the first start on.
                restoreCheck: [{ table: "feast_metadata", rows: 1 }],
                rotation: yearly,
            },
            { parent: this },
        );
        const of = { image: feast.images.server.reference, replicas, database };
        const first = { dependsOn: [namespace.object] };
        const configuration = this.object(feastConfiguration(database), first);
        const service = this.object(feastService, first);
        const servers = this.object(feastDeployment(of), {
            dependsOn: [
                ...[...namespace.guardrails, ...context.pods, ...database.ready],
                ...[configuration, service],
            ],
        });
        this.budget(FEAST, { namespace, pods: feastPods }, replicas);
        this.observe(namespace);
        this.waitFor(servers);
    }
}
