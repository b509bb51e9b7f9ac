/** What the portal knows from the start: systems, teams, tenants, applications. Pure. */
import { guardedPages } from "../base/capabilities";
import type { AnyDefinition } from "../base/definition";
import { personRoles } from "../foundation/roles";
import type { Application } from "../delivery-schema";
import type { Tenant } from "../tenant-schema";
import { namespaceOf } from "./applications";

/** One entity (backstage.io: "Descriptor Format of Catalog Entities"). */
export interface Entity {
    readonly apiVersion: "backstage.io/v1alpha1" | "scaffolder.backstage.io/v1beta3";
    readonly kind: "Domain" | "System" | "Component" | "Resource" | "Group" | "Template";
    readonly metadata: {
        readonly name: string;
        readonly title?: string;
        readonly description?: string;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly links?: readonly { readonly url: string; readonly title: string }[];
    };
    readonly spec: Readonly<Record<string, unknown>>;
}

/** What the catalog follows from. */
export interface CatalogSources {
    readonly domain: string;
    /** The systems that are on. */
    readonly definitions: readonly AnyDefinition[];
    readonly tenants: readonly Tenant[];
    readonly applications: readonly Application[];
}

const apiVersion = "backstage.io/v1alpha1";
const OWNER = "group:platform-admin";
/** Name of the whole. */
const PLATFORM = "platform";

/** `rookCeph` as entities are named: `rook-ceph`. */
const entityName = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function group(name: string, description: string): Entity {
    return {
        apiVersion,
        kind: "Group",
        metadata: { name, description },
        spec: { type: "team", children: [] },
    };
}

/**
 * Everything in a namespace: the plugin wants a selector, and this label is on nothing
 * (@backstage/plugin-kubernetes-common).
 */
const everythingIn = (namespace: string) => ({
    "backstage.io/kubernetes-namespace": namespace,
    "backstage.io/kubernetes-label-selector": "!platform/hidden-from-portal",
});

function component(definition: AnyDefinition, { domain, definitions }: CatalogSources): Entity {
    const { name, purpose, layer, needs, capabilities } = definition;
    const links = guardedPages(capabilities).map(({ host, what }) => ({
        url: `https://${host}.${domain}`,
        title: what,
    }));
    return {
        apiVersion,
        kind: "Component",
        metadata: {
            name: entityName(name),
            description: purpose,
            ...(links.length === 0 ? {} : { links }),
        },
        spec: {
            type: "service",
            lifecycle: "production",
            owner: OWNER,
            system: layer,
            dependsOn: needs
                .filter((need) => definitions.includes(need))
                .map((need) => `component:${entityName(need.name)}`),
        },
    };
}

/** Every entity. */
export function catalogOf(sources: CatalogSources): Entity[] {
    const { definitions, tenants, applications } = sources;
    const layers = [...new Set(definitions.map(({ layer }) => layer))];
    return [
        {
            apiVersion,
            kind: "Domain",
            metadata: { name: PLATFORM, description: "what everything here runs on" },
            spec: { owner: OWNER },
        },
        ...layers.map((layer): Entity => ({
            apiVersion,
            kind: "System",
            metadata: { name: layer, description: `the layer ${layer} of the platform` },
            spec: { owner: OWNER, domain: PLATFORM },
        })),
        ...definitions.map((definition) => component(definition, sources)),
        ...personRoles.map(({ name, description }) => group(name, description)),
        ...tenants.map((tenant) => group(tenant.group, `the people of the tenant ${tenant.name}`)),
        ...tenants.map((tenant): Entity => ({
            apiVersion,
            kind: "Resource",
            metadata: {
                name: `tenant-${tenant.name}`,
                description: `the ${tenant.kind === "namespace" ? "namespace" : "virtual cluster"} of ${tenant.group}`,
                annotations: everythingIn(`tenant-${tenant.name}`),
            },
            spec: { type: tenant.kind, owner: `group:${tenant.group}` },
        })),
        ...applications.map((application): Entity => ({
            apiVersion,
            kind: "Component",
            metadata: {
                name: namespaceOf(application),
                description: `the application in ${application.path} of the repository`,
                annotations: everythingIn(namespaceOf(application)),
            },
            spec: { type: "website", lifecycle: "production", owner: "group:app-developer" },
        })),
    ];
}
