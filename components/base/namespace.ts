import type * as pulumi from "@pulumi/pulumi";
import type { BackupPlan } from "./backup-tier";
import { PlatformComponent } from "./component";
import { developerBinding, type Developers } from "./developers";
import type { Exception } from "./exceptions";
import { FlowPolicies } from "./flow-policies";
import { askDns, denyAll, type Flow, type NetworkMap } from "./flows";
import { withLabels } from "./labels";
import { entersFromOutside, isInMesh } from "./mesh";
import { guardrails, namespaceObject, type NamespaceTraits } from "./namespace-manifests";
import { KubernetesObject, type ManifestInput, objectKey } from "./object";
import { SecretPlan } from "./secret-plan";
import type { VolumeCheck } from "./restore-check";

/** What a system says about its namespace. */
export interface NamespaceArgs extends NamespaceTraits {
    /**
     * What proves that a restore of its volumes is whole, besides what parts such as a queue say of
     * their own; a namespace with a tier and volumes of which nothing says that violates DR-07.
     */
    readonly restoreCheck?: readonly VolumeCheck[];
    /**
     * What may cross the namespace's border to or from an end that is no pod of the stack: the API
     * servers, the nodes, the internet, every pod. Two ends that are pods are a `Connection`.
     */
    readonly flows: readonly Flow[];
    readonly network: NetworkMap;
    /** Who deploys into it if it is one of an application or a tenant; default: nobody. */
    readonly developers?: Developers;
    /** Where its answer on backups is taken. */
    readonly backups: Pick<BackupPlan, "take" | "proveVolumes">;
    /** Where its Secrets are noted, and how often each was renewed; default: none was. */
    readonly secrets?: SecretPlan;
    readonly exceptions?: readonly Exception[];
}

/**
 * A namespace with its guardrails: Pod Security level, quota, default limits, default-deny network
 * policy, DNS and the declared flows. There is no other way to get a namespace.
 */
export class Namespace extends PlatformComponent {
    /** Name of the namespace in Kubernetes. */
    readonly name: string;
    /** The Namespace object; whatever lies in the namespace depends on it. */
    readonly object: KubernetesObject;
    /** Its pods may be broken on purpose. */
    readonly tried: boolean;
    /** Quota, default limits and network policies: they come before the first pod. */
    readonly guardrails: readonly KubernetesObject[];
    /** How often each Secret in it was renewed. */
    readonly secrets: SecretPlan;
    private readonly isInMesh: boolean;
    private readonly policies: FlowPolicies<KubernetesObject>;

    constructor(name: string, args: NamespaceArgs, opts: pulumi.ComponentResourceOptions) {
        const { tier, exceptions = [], existing = false } = args;
        super("base", "Namespace", name, { tier, existing, exceptions }, opts);
        this.name = name;
        this.secrets = args.secrets ?? new SecretPlan();
        this.tried = args.tried === true;
        args.backups.take(name, args.backup);
        args.backups.proveVolumes(name, args.restoreCheck ?? []);
        const mesh = isInMesh(name) ? args.network.mesh : undefined;
        this.isInMesh = mesh !== undefined;
        const register = (manifest: ManifestInput, dependsOn: KubernetesObject[], patch = false) =>
            new KubernetesObject(
                `${name}:${objectKey(manifest)}`,
                withLabels(manifest, { name, component: "namespace" }),
                { parent: this, dependsOn },
                patch,
            );
        this.object = register(
            namespaceObject(name, args, mesh !== undefined),
            [],
            // Creating a namespace that the cluster brings would fail (pitfall P19).
            existing,
        );
        this.policies = new FlowPolicies(name, args.network, (manifest) =>
            register(manifest, [this.object]),
        );
        mesh?.join({ name, object: this.object, admissions: () => this.policies.admissions });
        const first = [
            ...[
                ...guardrails(name, args),
                ...developerBinding(name, tier, args.developers, args.tenant?.group),
            ].map((manifest) => register(manifest, [this.object])),
            ...new Set([askDns, ...args.flows].map((flow) => this.policies.allow(flow))),
        ];
        // It waits for the others, so that whoever waits for all of them has to name only one.
        this.guardrails = [...first, register(denyAll(name), [this.object, ...first])];
    }

    /**
     * Lets one more flow through, for whoever brings it along; at the latest in the turn in which the
     * namespace was made.
     *
     * @returns the policy of the flow's pods; those that need the flow start after it
     */
    allow(flow: Flow): KubernetesObject {
        return this.policies.allow(flow);
    }

    /**
     * Whether an end outside of the mesh calls pods with these labels, and so must reach them past
     * it: the API server at a webhook. Always false without a mesh.
     */
    isCalledFromOutside(labels: Readonly<Record<string, string>>): boolean {
        return (
            this.isInMesh &&
            this.policies.admissions.some(
                ({ pods = {}, flows }) =>
                    Object.entries(pods).every(([key, value]) => labels[key] === value) &&
                    flows.some((flow) => entersFromOutside(flow, this.name)),
            )
        );
    }
}
