/** The page that shows runs: Tekton's own dashboard 0.71.0, to read only. Pure. */
import { spread } from "../base/availability";
import { httpProbes, resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { GuardedPage } from "../base/capabilities";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { tektonNamespaces } from "./tekton-config";

const namespace = tektonNamespaces.builds;

/** Name of everything that is the page's. */
export const TEKTON_DASHBOARD = "tekton-dashboard";
/** Labels of its pods. */
export const dashboardPods = { "app.kubernetes.io/name": TEKTON_DASHBOARD } as const;
/** Where it answers. */
export const DASHBOARD_PORT = 9097;

/** Whoever writes what is built. */
export const tektonPage: GuardedPage = {
    what: "runs of pipelines with their logs, to read",
    host: "tekton",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer"],
};

const READ = ["get", "list", "watch"];
const RBAC = "rbac.authorization.k8s.io";

/**
 * Upstream's roles `tekton-dashboard-backend-view` and `-tenant-view` (config/200-clusterrole-*.yaml)
 * over the one namespace, and without what it asks of the whole cluster.
 */
export const dashboardAccess: readonly Manifest[] = [
    {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: TEKTON_DASHBOARD, namespace },
    },
    {
        apiVersion: `${RBAC}/v1`,
        kind: "Role",
        metadata: { name: TEKTON_DASHBOARD, namespace },
        rules: [
            {
                apiGroups: ["tekton.dev"],
                resources: [
                    "tasks",
                    "taskruns",
                    "pipelines",
                    "pipelineruns",
                    "customruns",
                    "stepactions",
                ],
                verbs: READ,
            },
            {
                apiGroups: ["triggers.tekton.dev"],
                resources: [
                    ...["eventlisteners", "interceptors", "triggerbindings"],
                    ...["triggers", "triggertemplates"],
                ],
                verbs: READ,
            },
            { apiGroups: [""], resources: ["events", "pods", "pods/log"], verbs: READ },
        ],
    },
    {
        apiVersion: `${RBAC}/v1`,
        kind: "RoleBinding",
        metadata: { name: TEKTON_DASHBOARD, namespace },
        roleRef: { apiGroup: RBAC, kind: "Role", name: TEKTON_DASHBOARD },
        subjects: [{ kind: "ServiceAccount", name: TEKTON_DASHBOARD, namespace }],
    },
];

/** Service and Deployment. */
export function dashboard(image: string, replicas: number): Manifest[] {
    return [
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: TEKTON_DASHBOARD, namespace },
            spec: {
                selector: dashboardPods,
                ports: [{ name: "http", port: DASHBOARD_PORT, targetPort: "http" }],
            },
        },
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: TEKTON_DASHBOARD, namespace },
            spec: {
                replicas,
                revisionHistoryLimit: 3,
                selector: { matchLabels: dashboardPods },
                template: {
                    metadata: { labels: dashboardPods },
                    spec: {
                        serviceAccountName: TEKTON_DASHBOARD,
                        enableServiceLinks: false,
                        priorityClassName: priorities.app.name,
                        securityContext: restrictedPod(65_532),
                        topologySpreadConstraints: spread(dashboardPods),
                        containers: [
                            {
                                name: "dashboard",
                                image,
                                imagePullPolicy: "IfNotPresent",
                                args: [
                                    `--port=${DASHBOARD_PORT}`,
                                    "--read-only=true",
                                    `--namespaces=${namespace}`,
                                    `--default-namespace=${namespace}`,
                                    `--pipelines-namespace=${tektonNamespaces.pipelines}`,
                                    `--triggers-namespace=${tektonNamespaces.pipelines}`,
                                    "--stream-logs=true",
                                    "--log-format=json",
                                    "--log-level=info",
                                ],
                                env: [
                                    {
                                        name: "INSTALLED_NAMESPACE",
                                        valueFrom: {
                                            fieldRef: { fieldPath: "metadata.namespace" },
                                        },
                                    },
                                ],
                                ports: [{ name: "http", containerPort: DASHBOARD_PORT }],
                                ...httpProbes("/health", "http"),
                                resources: resources("10m", "64Mi", "128Mi"),
                                securityContext: restrictedContainer,
                            },
                        ],
                    },
                },
            },
        },
    ];
}
