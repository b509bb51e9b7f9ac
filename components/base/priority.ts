import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "./component";
import { withLabels } from "./labels";
import { KubernetesObject } from "./object";

/**
 * Who is evicted first when a node is full: tenants (no class) before applications, applications
 * before the platform. Above all three stand Kubernetes' own `system-cluster-critical` and
 * `system-node-critical`.
 */
export const priorities = {
    /** What other systems need to work: operators, admission, storage, secrets. */
    platform: { name: "platform-critical", value: 1_000_000 },
    /** Databases and brokers of applications. */
    data: { name: "platform-data", value: 500_000 },
    /** Applications that people use. */
    app: { name: "platform-application", value: 100_000 },
} as const;

/** The PriorityClasses of the platform. */
export class PriorityClasses extends PlatformComponent {
    /** The registered classes; pods that name one depend on them. */
    readonly ready: readonly KubernetesObject[];

    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("base", "PriorityClasses", name, {}, opts);
        this.ready = Object.values(priorities).map(
            ({ name: className, value }) =>
                new KubernetesObject(
                    `${name}:PriorityClass/${className}`,
                    withLabels(
                        {
                            apiVersion: "scheduling.k8s.io/v1",
                            kind: "PriorityClass",
                            metadata: { name: className },
                            value,
                        },
                        { name: "platform", component: "priority" },
                    ),
                    { parent: this },
                ),
        );
    }
}
