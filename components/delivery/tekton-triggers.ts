/** How a push becomes a run: the listener, its rights, and what it makes. Pure. */
import { eventListenerLabels } from "../../operators/tekton-pods";
import { spread } from "../base/availability";
import { resources } from "../base/containers";
import type { Manifest } from "../base/object";
import { tektonNamespaces } from "./tekton-config";
import { pipelineRun } from "./tekton-pipeline";
import { buildSecrets } from "./tekton-steps";
import type { Build } from "./tekton-settings";

const namespace = tektonNamespaces.builds;
const RBAC = "rbac.authorization.k8s.io";

/** Name of the listener; its Deployment and Service are `el-builds`. */
export const LISTENER = "builds";
/** Labels of its pods. */
export const listenerPods = eventListenerLabels(LISTENER);
/** Account of the listener, and of what deletes old runs. */
const accounts = { listener: "build-listener", pruning: "delete-old-runs" } as const;

const account = (name: string): Manifest => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
    automountServiceAccountToken: name !== namespace,
});

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

function granted(
    kind: "" | "Cluster",
    name: string,
    to: string,
    rules: readonly Rule[],
): Manifest[] {
    const metadata = kind === "" ? { name, namespace } : { name };
    return [
        { apiVersion: `${RBAC}/v1`, kind: `${kind}Role`, metadata, rules },
        {
            apiVersion: `${RBAC}/v1`,
            kind: `${kind}RoleBinding`,
            metadata,
            roleRef: { apiGroup: RBAC, kind: `${kind}Role`, name },
            subjects: [{ kind: "ServiceAccount", name: to, namespace }],
        },
    ];
}

const READ = ["get", "list", "watch"];
const TRIGGERS = "triggers.tekton.dev";

/**
 * Accounts and rights of the namespace. Upstream's role of listeners impersonates accounts and reads
 * Secrets of every namespace; here a trigger runs as the listener, and the interceptor reads the one
 * Secret of the webhook itself.
 */
export const buildAccess: readonly Manifest[] = [
    // Pods of runs talk to nobody of the cluster: their account has no token and no right.
    account(namespace),
    account(accounts.listener),
    account(accounts.pruning),
    ...granted("", accounts.listener, accounts.listener, [
        {
            apiGroups: [TRIGGERS],
            resources: [
                ...["eventlisteners", "triggerbindings", "triggertemplates", "triggers"],
                "interceptors",
            ],
            verbs: READ,
        },
        { apiGroups: [""], resources: ["configmaps"], verbs: READ },
        { apiGroups: ["tekton.dev"], resources: ["pipelineruns"], verbs: ["create"] },
        { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
    ]),
    ...granted("Cluster", accounts.listener, accounts.listener, [
        {
            apiGroups: [TRIGGERS],
            resources: ["clusterinterceptors", "clustertriggerbindings"],
            verbs: READ,
        },
    ]),
    ...granted("", accounts.pruning, accounts.pruning, [
        {
            apiGroups: ["tekton.dev"],
            resources: ["pipelineruns"],
            verbs: ["get", "list", "delete"],
        },
        { apiGroups: ["tekton.dev"], resources: ["pipelines", "taskruns"], verbs: ["get", "list"] },
    ]),
];

/** What a push makes of one image. */
export function triggerTemplate(build: Build, storageClass: string): Manifest {
    return {
        apiVersion: `${TRIGGERS}/v1beta1`,
        kind: "TriggerTemplate",
        metadata: { name: build.name, namespace },
        spec: {
            params: [{ name: "revision", description: "commit that was pushed" }],
            resourcetemplates: [pipelineRun(build, storageClass)],
        },
    };
}

/** A text as a literal of CEL. */
const literal = (value: string) => JSON.stringify(value);

/**
 * The listener. Who knows the secret of the webhook may start a run of a branch that is named here,
 * and nothing else: the signature is verified before anything of the body is looked at.
 */
export function eventListener(builds: readonly Build[], replicas: number): Manifest {
    return {
        apiVersion: `${TRIGGERS}/v1beta1`,
        kind: "EventListener",
        metadata: { name: LISTENER, namespace },
        spec: {
            serviceAccountName: accounts.listener,
            triggers: builds.map(({ name, repository, branch }) => ({
                name,
                interceptors: [
                    {
                        name: "signature",
                        ref: { name: "github", kind: "ClusterInterceptor" },
                        params: [
                            {
                                name: "secretRef",
                                value: { secretName: buildSecrets.webhook, secretKey: "secret" },
                            },
                            { name: "eventTypes", value: ["push"] },
                        ],
                    },
                    {
                        name: "branch",
                        ref: { name: "cel", kind: "ClusterInterceptor" },
                        params: [
                            {
                                name: "filter",
                                value: [
                                    `body.repository.clone_url == ${literal(repository)}`,
                                    `body.ref == ${literal(`refs/heads/${branch}`)}`,
                                    "!body.deleted",
                                    "body.after.matches('^[0-9a-f]{40}$')",
                                ].join(" && "),
                            },
                        ],
                    },
                ],
                bindings: [{ name: "revision", value: "$(body.after)" }],
                template: { ref: name },
            })),
            resources: {
                kubernetesResource: {
                    replicas,
                    serviceType: "ClusterIP",
                    spec: {
                        template: {
                            spec: {
                                topologySpreadConstraints: spread(listenerPods),
                                containers: [{ resources: resources("10m", "48Mi", "128Mi") }],
                            },
                        },
                    },
                },
            },
        },
    };
}
