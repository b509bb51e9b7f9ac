/**
 * People and groups of LLDAP as Keycloak 26.8 looks them up (LDAPStorageProviderFactory and its
 * mappers; lldap v0.6.3: example_configs/keycloak.md). Pure.
 */

/** Every value of a component's configuration is a list. */
function listed(config: Readonly<Record<string, string>>): Record<string, string[]> {
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, [value]]));
}

function attribute(name: string, ldap: string, model: string, mandatory: boolean) {
    return {
        name,
        providerId: "user-attribute-ldap-mapper",
        config: listed({
            "ldap.attribute": ldap,
            "user.model.attribute": model,
            "is.mandatory.in.ldap": String(mandatory),
            "read.only": "true",
            "always.read.value.from.ldap": "true",
        }),
    };
}

/** The components of the realm: one directory, which Keycloak only reads. */
export function federation(
    { url, baseDn, dn }: { readonly url: string; readonly baseDn: string; readonly dn: string },
    secret: string,
) {
    const groups = {
        name: "groups",
        providerId: "group-ldap-mapper",
        config: listed({
            mode: "READ_ONLY",
            "groups.dn": `ou=groups,${baseDn}`,
            "group.name.ldap.attribute": "cn",
            "group.object.classes": "groupOfUniqueNames",
            "preserve.group.inheritance": "false",
            "ignore.missing.groups": "false",
            "membership.ldap.attribute": "uniqueMember",
            "membership.attribute.type": "DN",
            "membership.user.ldap.attribute": "uid",
            "user.roles.retrieve.strategy": "LOAD_GROUPS_BY_MEMBER_ATTRIBUTE",
            "drop.non.existing.groups.during.sync": "false",
            "groups.path": "/",
        }),
    };
    return {
        "org.keycloak.storage.UserStorageProvider": [
            {
                name: "lldap",
                providerId: "ldap",
                config: listed({
                    enabled: "true",
                    priority: "0",
                    vendor: "other",
                    editMode: "READ_ONLY",
                    importEnabled: "true",
                    syncRegistrations: "false",
                    connectionUrl: url,
                    usersDn: `ou=people,${baseDn}`,
                    authType: "simple",
                    bindDn: dn,
                    bindCredential: `\${vault.${secret}}`,
                    usernameLDAPAttribute: "uid",
                    rdnLDAPAttribute: "uid",
                    // Somebody new with an old name is somebody else.
                    uuidLDAPAttribute: "entryUUID",
                    userObjectClasses: "person",
                    searchScope: "1",
                    useTruststoreSpi: "always",
                    startTls: "false",
                    // LLDAP answers whole.
                    pagination: "false",
                    connectionPooling: "true",
                    connectionTimeout: "5000",
                    readTimeout: "10000",
                    trustEmail: "true",
                    validatePasswordPolicy: "false",
                    fullSyncPeriod: "-1",
                    changedSyncPeriod: "-1",
                    // Whoever is taken out of a group is out after a minute.
                    cachePolicy: "MAX_LIFESPAN",
                    maxLifespan: "60000",
                }),
                subComponents: {
                    "org.keycloak.storage.ldap.mappers.LDAPStorageMapper": [
                        attribute("username", "uid", "username", true),
                        attribute("email", "mail", "email", false),
                        attribute("first name", "givenName", "firstName", false),
                        attribute("last name", "sn", "lastName", false),
                        groups,
                    ],
                },
            },
        ],
    };
}
