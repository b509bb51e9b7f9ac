import type * as pulumi from "@pulumi/pulumi";
import { authorizationPolicy } from "../base/mesh";
import { PROBE_ADDRESS } from "../../operators/ambient";
import type { MeshPlan } from "../base/mesh-plan";
import type { Manifest } from "../base/object";
import { Part } from "../base/part";
import type { Site } from "../site";
import { meshNamespaces } from "./istio-values";
import type { SailOperator } from "./sail-operator";

/**
 * Lets probes of kubelets in at every pod: Cilium lets them through by itself as long as they come
 * from the node, which in the mesh they seem not to (istio.io, "Platform-specific prerequisites",
 * Cilium). It isolates nobody, and what is not in the mesh never sees the address.
 */
export const probesOfKubelets: Manifest = {
    apiVersion: "cilium.io/v2",
    kind: "CiliumClusterwideNetworkPolicy",
    metadata: { name: "mesh-probes" },
    spec: {
        description: "Probes of kubelets at pods in the mesh, whose address istio-cni rewrites",
        enableDefaultDeny: { ingress: false, egress: false },
        endpointSelector: {},
        ingress: [{ fromCIDR: [PROBE_ADDRESS] }],
    },
};

/** The same where another network enforces policies, for the pods of one namespace. */
export function probesIn(namespace: string): Manifest {
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "mesh-probes", namespace },
        spec: {
            podSelector: {},
            policyTypes: ["Ingress"],
            ingress: [{ from: [{ ipBlock: { cidr: PROBE_ADDRESS } }] }],
        },
    };
}

const security = "security.istio.io/v1";

/** Nobody speaks in the clear. */
export const strict: Manifest = {
    apiVersion: security,
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace: meshNamespaces.control },
    spec: { mtls: { mode: "STRICT" } },
};

/** A policy that allows nothing: so only those get in whom another one names. */
export const allowNothing: Manifest = {
    apiVersion: security,
    kind: "AuthorizationPolicy",
    metadata: { name: "allow-nothing", namespace: meshNamespaces.control },
    spec: {},
};

/** Arguments of {@link IstioPolicies}. */
export interface IstioPoliciesArgs {
    readonly site: Site;
    readonly plan: Pick<MeshPlan, "members">;
    readonly operator: Pick<SailOperator, "definitions">;
    /** Cilium; empty where another network is there. */
    readonly podNetwork: readonly pulumi.Resource[];
}

/**
 * Who may talk to whom in the mesh, from the flows of all namespaces: one policy for the pods of each
 * NetworkPolicy that lets somebody in. It is made when everybody has declared theirs, so it comes
 * last; what refuses everybody else comes after the policies that let in.
 */
export class IstioPolicies extends Part {
    constructor(
        name: string,
        { site, plan, operator, podNetwork }: IstioPoliciesArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("network", "IstioPolicies", name, { site }, {}, opts);
        if (podNetwork.length > 0) {
            this.object(probesOfKubelets, { dependsOn: [...podNetwork] });
        } else {
            plan.members.forEach(({ name: member, object }) => {
                this.object(probesIn(member), { dependsOn: [object] });
            });
        }
        const register = (manifest: Manifest, dependsOn: readonly pulumi.Resource[]) => {
            const definition = operator.definitions.get(`security.istio.io/${manifest.kind}`);
            return this.object(manifest, {
                dependsOn: [...dependsOn, ...(definition === undefined ? [] : [definition])],
            });
        };
        const allowing = plan.members.flatMap(({ object, admissions }) =>
            admissions().flatMap((admission) => {
                const policy = authorizationPolicy(admission);
                return policy === undefined ? [] : [register(policy, [object])];
            }),
        );
        register(strict, allowing);
        register(allowNothing, allowing);
    }
}
