import type * as pulumi from "@pulumi/pulumi";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { OfferedPage } from "../base/offered-page";
import { image } from "../base/pins";
import { GeneratedSecret, type Rotation, signOnAnew } from "../base/secret";
import { System } from "../base/system";
import { identityDb } from "../data/identity-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import { personRoleNames } from "../foundation/roles";
import { certManager } from "../security/cert-manager";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import { lldapAlerts, lldapObjectives, lldapScrapes } from "./lldap-alerts";
import { lldapDashboards } from "./lldap-dashboards";
import { accountFiles, accountJob, bootstrap, bootstrapFiles, schema } from "./lldap-jobs";
import {
    baseDn,
    deployment,
    lldapLabels,
    type LldapObjects,
    lldapPorts,
    service,
} from "./lldap-objects";

/**
 * Whoever runs the platform, and the administrator with whom it begins: LLDAP's own group, because
 * somebody must be let in who can add the first person.
 */
const peoplePage: GuardedPage = {
    what: "people and their groups",
    host: "lldap",
    guard: "second factor",
    groups: ["platform-admin", "lldap_admin"],
};

/** People and groups. */
export const lldap = define({
    name: "lldap",
    layer: "identity",
    purpose: "people and their groups, for everything that signs people on",
    origin: "001: users and groups for sign-on",
    needs: [identityDb, certManager],
    charts: {},
    images: { lldap: image("ghcr.io/lldap/lldap", "v0.6.3-alpine-rootless") },
    capabilities: {
        metrics: lldapScrapes,
        alerts: lldapAlerts,
        objectives: lldapObjectives,
        dashboards: lldapDashboards,
        routes: [peoplePage],
        signOn: none("it holds the people with whom others sign on, and its page asks it itself"),
        backup: none("people, groups and passwords are in identity-db, its keys in the state"),
        sizing: { by: "replicas follow the profile; one answers hundreds of sign-ons a minute" },
        flows: "declared",
        retention: none("people and groups are kept until somebody deletes them"),
    },
});

/** Arguments of {@link Lldap}. */
export interface LldapArgs extends SystemContext<typeof lldap> {
    /** The cluster that holds its database. */
    readonly server: SharedServer;
    /** Signs its certificate. */
    readonly authority: pulumi.Resource;
}

/** What a program signs on to the directory with. */
export interface DirectoryAccount {
    /** Distinguished name with which it binds. */
    readonly dn: string;
    /** Secret of its namespace with the `password`. */
    readonly credentials: string;
    /** What it waits for: the account, and its password. */
    readonly ready: readonly pulumi.Resource[];
}

/** What people sign on with, for whoever signs them on. */
export interface Directory {
    /** LDAPS, for the network policies. */
    readonly endpoint: Endpoint;
    /** Where it is asked; the internal authority signs the certificate. */
    readonly url: string;
    readonly baseDn: string;
    /** What must be there before anybody is looked up: the servers, and the groups in them. */
    readonly ready: readonly pulumi.Resource[];
    /**
     * Makes an account for a program.
     *
     * @param groups of LLDAP: `lldap_strict_readonly` looks people up, `lldap_password_manager` may
     * also give them new passwords (all but administrators)
     */
    account(
        name: string,
        client: { readonly namespace: Namespace; readonly groups: readonly string[] },
    ): DirectoryAccount;
}

/** The account of a program with a renewed password. */
function generationAccount(account: string, generation: number): string {
    return generation > 1 ? `${account}-${generation}` : account;
}

/** Who renews what; the passwords of people are their own affair. */
const rotation: Rotation = { owner: "platform-admin", days: 365 };

/**
 * LLDAP: a small directory with people and groups, of which every replica writes to the same
 * database. The groups are those to which the roles of the platform are bound.
 */
export class Lldap extends System<typeof lldap> implements Directory {
    readonly endpoint: Endpoint;
    readonly url: string;
    readonly baseDn: string;
    /** The page for people and groups. */
    readonly page: OfferedPage;
    private readonly objects: LldapObjects;

    constructor(
        { server, authority, ...context }: LldapArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { site } = context;
        const ofPeople = [...personRoleNames, ...site.tenants.map(({ group }) => group)];
        super(context, { directoryGroups: ofPeople }, opts);
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const namespace = this.namespace("lldap", {
            tier: "platform",
            backup: 0,
            routed: true,
            flows: [],
        });
        const own = { namespace, pods: lldapLabels.server };
        const database = new PostgresDatabase(
            "lldap-database",
            {
                ...context,
                server,
                namespace,
                clients: [lldapLabels.server, lldapLabels.schema],
                database: "lldap",
                // lldap v0.6.3: crates/sql-backend-handler/src/sql_tables.rs.
                restoreCheck: [
                    { table: "users", rows: 1 },
                    { table: "groups", rows: 1 },
                ],
                rotation,
            },
            inside,
        );
        const sessions = new GeneratedSecret(
            "lldap-sessions",
            {
                namespace,
                generate: { "jwt-secret": { length: 48 } },
                rotation,
                renewal: signOnAnew,
            },
            inside,
        );
        const seed = new GeneratedSecret(
            "lldap-seed",
            {
                namespace,
                generate: { "key-seed": { length: 48 } },
                // With a new one everybody needs a new password.
                rotation: { ...rotation, days: 3650 },
                escrow: "passwords of people, in identity-db and its backups",
                renewal: {
                    how: "by hand",
                    why: "with another seed everybody needs a new password",
                    runbook: "docs/people.md",
                },
            },
            { ...inside, protect: site.protect },
        );
        const administrator = new GeneratedSecret(
            "lldap-administrator",
            { namespace, generate: { password: { length: 32 } }, rotation },
            { ...inside, protect: site.protect },
        );
        const certificate = this.object(
            internalCertificate({
                name: "lldap-ldaps",
                namespace: namespace.name,
                names: serviceNames("lldap", namespace.name),
                usage: "server auth",
            }),
            { dependsOn: [namespace.object, authority] },
        );
        this.objects = {
            namespace: namespace.name,
            image: lldap.images.lldap.reference,
            replicas,
            domain: site.domain,
            database,
            certificate: "lldap-ldaps",
            sessions: sessions.secretName,
            seed: seed.secretName,
            administrator: administrator.secretName,
        };
        const { objects } = this;
        const reached = this.object(service(namespace.name), { dependsOn: [namespace.object] });
        const tables = this.object(schema(objects), {
            dependsOn: [
                ...database.ready,
                sessions.object,
                seed.object,
                administrator.object,
                certificate,
                ...namespace.guardrails,
                ...context.pods,
            ],
        });
        const servers = this.object(deployment(objects), { dependsOn: [tables] });
        const way = connect("lldap-bootstrap", {
            from: { namespace, pods: lldapLabels.bootstrap },
            to: { ...own, ports: [lldapPorts.http] },
        });
        const files = bootstrapFiles(namespace.name, ofPeople);
        const read = this.object(files, { dependsOn: [namespace.object] });
        const groups = this.object(bootstrap(objects, files), {
            dependsOn: [read, servers, reached, ...way],
        });
        this.budget("lldap", own, replicas);
        this.observe(namespace);
        this.endpoint = { ...own, ports: [lldapPorts.ldaps] };
        this.url = `ldaps://lldap.${namespace.name}.svc:636`;
        this.baseDn = baseDn(site.domain);
        this.page = {
            name: "lldap-page",
            page: peoplePage,
            service: "lldap",
            port: lldapPorts.http,
            to: { ...own, ports: [lldapPorts.http] },
        };
        this.waitFor(servers, reached, groups);
    }

    account(
        account: string,
        client: { readonly namespace: Namespace; readonly groups: readonly string[] },
    ): DirectoryAccount {
        const { namespace } = this.endpoint;
        const credentials = `lldap-account-${account}`;
        // Another account for each password: whoever asks with the old one is answered meanwhile.
        const uid = generationAccount(account, namespace.secrets.generationOf(credentials));
        const password = new GeneratedSecret(
            credentials,
            {
                namespace,
                generate: { password: { length: 32 } },
                rotation,
                renewal: {
                    how: "both",
                    server: "a Job gives LLDAP a second account with the new password",
                    notice:
                        "nothing where pods start anew with it; where only a file in them changes, " +
                        "nobody new is looked up for about a minute",
                    afterwards: [
                        `end the old one: delete the account ${uid} on the page of people, ${peoplePage.host}.<domain>`,
                    ],
                },
                copy: { namespace: client.namespace },
            },
            { parent: this },
        );
        const files = accountFiles(this.objects, uid, client.groups);
        const read = this.object(files, { dependsOn: [namespace.object] });
        const made = this.object(
            accountJob(this.objects, {
                account: uid,
                files,
                secret: credentials,
            }),
            { dependsOn: [read, password.object, ...this.ready] },
        );
        return {
            dn: `uid=${uid},ou=people,${this.baseDn}`,
            credentials,
            ready: [made, ...(password.copied ? [password.copied] : [])],
        };
    }
}
