/** The three namespaces of Tekton, and who of them talks to what is no pod. Pure. */
import { none } from "../base/capabilities";
import { toApiServer } from "../base/flows";
import type { NamespaceArgs } from "../base/namespace";
import { tektonParts, tektonPorts } from "../../operators/tekton-parts";
import { tektonWebhooks } from "./tekton-config";
import { dashboardPods } from "./tekton-dashboard";
import { operatorPods, operatorWebhookPods } from "./tekton-operator";
import { pruningPods } from "./tekton-pipeline";
import { type BuildStep, stepPods } from "./tekton-steps";
import { listenerPods } from "./tekton-triggers";

type Own = Pick<NamespaceArgs, "tier" | "backup" | "routed" | "quota" | "flows">;

/** Of the operator. */
export const ofOperator: Own = {
    tier: "platform",
    backup: none("the program writes anew what is in it"),
    flows: [
        toApiServer(operatorPods),
        toApiServer(operatorWebhookPods, "webhook-to-api-server"),
        {
            name: "webhooks",
            pods: operatorWebhookPods,
            from: "api-server",
            ports: [tektonPorts.webhook],
        },
    ],
};

/** Where the operator installs Tekton. */
export const ofPipelines: Own = {
    tier: "platform",
    backup: none("the operator makes anew what is in it"),
    flows: [
        ...Object.values(tektonParts).map(({ name, labels }) =>
            toApiServer(labels, `${name}-to-api-server`),
        ),
        ...tektonWebhooks.map((part) => ({
            name: tektonParts[part].name,
            pods: tektonParts[part].labels,
            from: "api-server" as const,
            ports: [tektonPorts.webhook],
        })),
    ],
};

/** Steps that reach registries, servers of code, or places of packages. */
const outward: readonly BuildStep[] = ["clone", "test", "build", "scan", "sign", "push"];

/** Where runs are. */
export const ofBuilds: Own = {
    tier: "app",
    backup: none("the code is in its repository, the images are in their registry"),
    routed: true,
    // Two runs at a time, with volumes and temporary files.
    quota: { pods: "30", persistentvolumeclaims: "10" },
    flows: [
        toApiServer(listenerPods),
        toApiServer(dashboardPods, "dashboard-to-api-server"),
        toApiServer(pruningPods, "pruning-to-api-server"),
        ...outward.map((step) => ({
            name: `${step}-internet`,
            pods: stepPods(step),
            to: "internet" as const,
            ports: [443],
        })),
    ],
};
