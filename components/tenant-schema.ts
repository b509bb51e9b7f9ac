/** The shape of what the configuration says of tenants. */
import { z } from "zod";
import { type Quota, tiers } from "./base/tiers";
import { dnsLabel, pattern, sentence, told, whole } from "./base/values";

/** Most letters of a tenant's name: the names of what its virtual cluster makes begin with it. */
const LONGEST_NAME = 20;

/** What a tenant's name is made of. */
const NAME = new RegExp(`^[a-z](?:[-a-z0-9]{0,${LONGEST_NAME - 2}}[a-z0-9])?$`);

const tenantName = pattern(
    NAME,
    `a name such as blue: at most ${LONGEST_NAME} lower-case letters, digits and hyphens, a letter first`,
);

/** A group of the directory, in letters that every identity provider takes. */
const groupName = pattern(
    /^[a-z][a-z0-9_-]{0,62}$/,
    "a group such as team-blue: at most 63 lower-case letters, digits, hyphens and underscores, a letter first",
);

const { quota: tierQuota } = tiers.tenant;

/** The tier's value of a resource as a plain number: cores, GiB or pieces. */
function ofTier(resource: string): number {
    return Number((tierQuota[resource] ?? "0").replace(/Gi$/, ""));
}

/** Part of a quota: at most the tier's value, which is the default. */
function share(resource: string, { from, unit }: { from: number; unit: "cores" | "GiB" | "" }) {
    const most = ofTier(resource);
    const of = unit === "" ? "" : ` of ${unit}`;
    const number = unit === "cores" ? z.number() : z.number().int();
    return told(
        number.min(from).max(most),
        `a ${unit === "cores" ? "number" : "whole number"}${of} from ${from} to ${most}, what a tenant gets at most (TEN-01)`,
    ).default(most);
}

/** Key of a quota in the settings, and what Kubernetes calls it. */
const quotaKeys = {
    cpu: { resource: "requests.cpu", unit: "cores", from: 0.1 },
    memory: { resource: "requests.memory", unit: "GiB", from: 1 },
    cpuLimit: { resource: "limits.cpu", unit: "cores", from: 0.1 },
    memoryLimit: { resource: "limits.memory", unit: "GiB", from: 1 },
    claims: { resource: "persistentvolumeclaims", unit: "", from: 0 },
    pods: { resource: "pods", unit: "", from: 1 },
} as const;

const quotaShare = (key: keyof typeof quotaKeys) => {
    const { resource, ...rest } = quotaKeys[key];
    return share(resource, rest);
};

const quota = z.strictObject({
    cpu: quotaShare("cpu").describe("cores that its pods may request together"),
    memory: quotaShare("memory").describe("GiB of memory that they may request"),
    cpuLimit: quotaShare("cpuLimit").describe("cores that they may use"),
    memoryLimit: quotaShare("memoryLimit").describe("GiB of memory that they may use"),
    claims: quotaShare("claims").describe("volumes that they may claim"),
    pods: quotaShare("pods").describe("pods, finished ones left out"),
    storage: whole({ from: 1, to: 10_000, of: "GiB" })
        .default(100)
        .describe("GiB of all its volumes"),
});

const backup = told(
    z.union([whole({ from: 0, to: 2 }), z.strictObject({ none: sentence(10, "a reason") })]),
    "a tier (0, 1 or 2), or none with the reason in words, such as { none: everything follows from their repository }",
);

const host = z.strictObject({
    name: dnsLabel.describe("label of the name below `domain`"),
    port: whole({ from: 1, to: 65_535 })
        .default(8080)
        .describe("port of the pods with the label `app.kubernetes.io/name: <name>`"),
});

const tenant = z.strictObject({
    name: tenantName.describe("its name; its namespace is `tenant-<name>`"),
    kind: z
        .enum(["namespace", "virtual-cluster"])
        .default("namespace")
        .describe(
            "`namespace`: people deploy into it; `virtual-cluster`: people have a cluster of their own, whose pods run in it",
        ),
    group: groupName.describe(
        "group of people that it belongs to, and no other tenant: with `systems.lldap` it is made in the directory, otherwise `trust/people.ts` names it",
    ),
    quota: quota.prefault({}).describe("what it may use; default: what the tier gives"),
    backup: backup.describe(
        "tier of its backups ([tiers](criteria.md#dr-01)), or `{ none: <reason> }`",
    ),
    costLabel: pattern(
        /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
        "the value of a label such as research-4711: at most 63 letters, digits, hyphens, dots and underscores, a letter or digit at both ends",
    ).describe("who pays: the label `platform/cost` of its namespace"),
    hosts: z
        .array(host)
        .default([])
        .describe(
            "names at which its pages are opened, by people of its group after they signed on; for the kind `namespace`",
        ),
});

/**
 * What somebody orders: as an entry, but for the name, which is that of the order, and pages, whose
 * names the platform gives.
 */
export const order = tenant.omit({ name: true, hosts: true }).extend({
    kind: tenant.shape.kind.default("virtual-cluster"),
    backup: whole({ from: 0, to: 2 })
        .default(1)
        .describe("tier of its backups: 0 every six hours, 1 each day, 2 each week"),
});

/** The name of a tenant, as a pattern. */
export const tenantNamePattern = NAME.source;

/** One tenant. */
export type Tenant = z.output<typeof tenant>;
/** What a tenant may use. */
export type TenantQuota = Tenant["quota"];

/** The tenants. */
export const tenants = z.array(tenant).default([]);

/** The namespace of a tenant, which no system of the platform can have. */
export function tenantNamespace({ name }: Pick<Tenant, "name">): string {
    return `tenant-${name}`;
}

/** The same, where something else stands for a value that is not known yet. */
export type QuotaValues = Readonly<Record<keyof TenantQuota, number | string>>;

/** The quota as Kubernetes has it; nothing that reaches past the namespace's border. */
export function hardQuota(own: QuotaValues): Quota {
    const shares = Object.entries(quotaKeys).map(([key, { resource, unit }]) => {
        const value = own[key as keyof typeof quotaKeys];
        return [resource, unit === "GiB" ? `${value}Gi` : String(value)] as const;
    });
    return {
        ...Object.fromEntries(shares),
        "requests.storage": `${own.storage}Gi`,
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    };
}
