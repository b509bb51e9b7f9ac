import type * as pulumi from "@pulumi/pulumi";
import { connect, type End } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { OidcClient } from "../base/oidc-client";
import { Part } from "../base/part";
import { GeneratedSecret, type Rotation } from "../base/secret";
import { personRoleNames } from "../foundation/roles";
import { ClientSecrets } from "./client-secrets";
import { serverPorts } from "./keycloak-objects";
import { realmDocument, type RealmParts, secretFileOf } from "./keycloak-realm";
import { realmFiles, realmJob, realmJobLabels } from "./keycloak-realm-job";
import type { Directory } from "./lldap";

/** Arguments of {@link KeycloakRealm}. */
export interface KeycloakRealmArgs
    extends Pick<Foundation, "site">, Pick<RealmParts, "broker" | "administrators"> {
    readonly namespace: Namespace;
    /** The servers, and the custom resource that is ready when they are. */
    readonly servers: End;
    readonly made: pulumi.Resource;
    /** Image with Node. */
    readonly image: string;
    readonly directory: RealmParts["directory"] & Pick<Directory, "endpoint">;
    readonly clients: readonly OidcClient[];
    /** Secret of the client that may do everything. */
    readonly provisioner: GeneratedSecret;
    readonly rotation: Rotation;
}

/**
 * The realm of people: a document and the Job that applies it at each change. Upstream's
 * `KeycloakRealmImport` makes a realm once and never changes it.
 */
export class KeycloakRealm extends Part {
    readonly clientSecrets: ClientSecrets;
    /** The document is applied. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: KeycloakRealmArgs, opts: pulumi.ComponentResourceOptions) {
        super("identity", "KeycloakRealm", name, args, {}, opts);
        const { site, namespace, servers, directory, clients, provisioner, rotation } = args;
        const { secrets: plan } = namespace;
        this.clientSecrets = new ClientSecrets(
            "keycloak-clients",
            { clients, rotation, secrets: plan },
            { parent: this },
        );
        const { ids } = this.clientSecrets;
        const made = ids.map((id) => [secretFileOf(id), this.clientSecrets.secret(id)] as const);
        const secrets =
            made.length === 0
                ? []
                : [
                      new GeneratedSecret(
                          "keycloak-client-secrets",
                          { namespace, generate: {}, made: Object.fromEntries(made), rotation },
                          { parent: this },
                      ),
                  ];
        const { url, baseDn, dn } = directory;
        const job = {
            namespace: namespace.name,
            image: args.image,
            document: realmDocument({
                domain: site.domain,
                directory: { url, baseDn, dn },
                broker: args.broker,
                groups: [...personRoleNames, ...site.tenants.map(({ group }) => group)],
                administrators: args.administrators,
                clients,
            }),
            provisioner: provisioner.secretName,
            secrets: secrets[0]?.secretName,
            revision: secrets[0] && plan.revisionOf(namespace.name, secrets[0].secretName),
        };
        const files = realmFiles(job);
        const read = this.object(files, { dependsOn: [namespace.object] });
        const from = { namespace, pods: realmJobLabels };
        const ways = [
            ...connect(name, { from, to: { ...servers, ports: [serverPorts.http] } }),
            // It reads the address of the directory, and whoever is told an address may go there.
            ...connect(`${name}-directory`, { from, to: directory.endpoint }),
        ];
        this.ready = [
            this.object(realmJob(job, files), {
                dependsOn: [
                    args.made,
                    read,
                    ...secrets.map(({ object }) => object),
                    ...ways,
                    ...namespace.guardrails,
                ],
            }),
        ];
    }
}
