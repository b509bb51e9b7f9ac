/**
 * What an order makes: the same objects as an entry in `tenants`, with words in the place of what the
 * order says, so that nothing of a tenant is written twice. Pure.
 */
import { developerBinding, type Developers } from "../base/developers";
import { FlowPolicies, type LaterPolicy } from "../base/flow-policies";
import { askDns, denyAll, type Flow, type NetworkMap } from "../base/flows";
import { backupTierLabel, withLabels } from "../base/labels";
import { authorizationPolicy } from "../base/mesh";
import { guardrails, namespaceObject, type NamespaceTraits } from "../base/namespace-manifests";
import { isRecord, type Manifest } from "../base/object";
import type { Tenant } from "../tenant-schema";
import { orderedNamespace, quotaWords, words } from "./order-words";
import { tenantFlows, tenantTraits } from "./tenant-manifests";

/** The namespace of an order, before its name is known. */
export const home = orderedNamespace(words);

/** What the namespace of an order follows from besides the order. */
export interface OrderedPlace {
    readonly network: NetworkMap;
    readonly developers: Developers | undefined;
}

/** What is the same for every order. */
const ORDER = { ...words, hosts: [], quota: quotaWords } as const;

/** Who deleted an order by mistake has lost nothing until somebody says so in Argo CD. */
const asked = { "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm" } as const;

/** The Namespace, of the tier that the order names. */
function namespaceOf(traits: NamespaceTraits, isMeshed: boolean): Manifest {
    const manifest = namespaceObject(home, traits, isMeshed);
    const { metadata } = manifest;
    return {
        ...manifest,
        metadata: {
            ...metadata,
            labels: { ...metadata.labels, [backupTierLabel]: words.backup },
            annotations: { ...metadata.annotations, ...asked },
        },
    };
}

/** The policies of its flows, and who may call it in the mesh. */
async function policiesOf(flows: readonly Flow[], network: NetworkMap): Promise<Manifest[]> {
    const known = async ({ spec, metadata, ...rest }: LaterPolicy): Promise<Manifest> => {
        const annotations = Object.entries(metadata.annotations).map(
            async ([key, value]) => [key, await value] as const,
        );
        return {
            ...rest,
            metadata: {
                ...metadata,
                annotations: Object.fromEntries(await Promise.all(annotations)),
            },
            spec: await spec,
        };
    };
    const policies = new FlowPolicies(home, network, known);
    const allowing = new Set(flows.map((flow) => policies.allow(flow)));
    const admissions = network.mesh === undefined ? [] : policies.admissions;
    return [
        ...(await Promise.all(allowing)),
        denyAll(home),
        ...admissions.flatMap((admission) => {
            const policy = authorizationPolicy(admission);
            return policy === undefined ? [] : [withLabels(policy, { name: "istio-policies" })];
        }),
    ];
}

/**
 * The namespace of an order with all its guardrails.
 *
 * @param further flows besides those of every tenant
 */
export async function orderedNamespaceObjects(
    kind: Tenant["kind"],
    { network, developers }: OrderedPlace,
    further: readonly Flow[] = [],
): Promise<Manifest[]> {
    const traits = tenantTraits({ ...ORDER, kind, backup: 0 });
    const owner = { name: home, component: "namespace" };
    return [
        namespaceOf(traits, network.mesh !== undefined),
        ...guardrails(home, traits),
        ...developerBinding(home, traits.tier, developers, traits.tenant?.group),
        ...(await policiesOf([askDns, ...tenantFlows, ...further], network)),
    ].map((manifest) => ownedByOrder(withLabels(manifest, owner)));
}

/** The object as whoever delivers it has it: the program does not manage it. */
export function ownedByOrder(manifest: Manifest): Manifest {
    const managed = (metadata: unknown) =>
        isRecord(metadata)
            ? {
                  ...metadata,
                  labels: {
                      ...(isRecord(metadata.labels) ? metadata.labels : {}),
                      "app.kubernetes.io/managed-by": "kratix",
                  },
              }
            : metadata;
    const { spec } = manifest;
    const template = isRecord(spec) && isRecord(spec.template) ? spec.template : undefined;
    return {
        ...manifest,
        metadata: managed(manifest.metadata) as Manifest["metadata"],
        ...(isRecord(spec) && template !== undefined
            ? { spec: { ...spec, template: { ...template, metadata: managed(template.metadata) } } }
            : {}),
    };
}
