/**
 * How what Kratix writes down comes to be: a project and an Application of Argo CD, what its
 * controller may do for it, and what holds it to namespaces of orders. Pure.
 */
import type { Manifest } from "../base/object";
import { namespaceOf, OWN_CLUSTER, retry } from "../delivery/applications";
import {
    ARGO_CD,
    deliveredKinds,
    type DeliveredKind,
    rules,
    shownKinds,
} from "../delivery/delivered-kinds";
import type { DeliverySettings, OrderSettings } from "../delivery-schema";
import { gates } from "../base/labels";
import { ORDERED } from "./order-words";

/** Names of the objects here. */
const NAME = "orders";
/** The account of Argo CD that makes objects. */
const CONTROLLER = "argocd-application-controller";
const EVERY_ORDERED = `${ORDERED}*`;
const RBAC = "rbac.authorization.k8s.io";

const kind = (group: string, name: string, resource: string): DeliveredKind => ({
    group,
    kind: name,
    resource,
});

const namespaces = kind("", "Namespace", "namespaces");

/** What an order makes in its namespace. */
export const orderedKinds: readonly DeliveredKind[] = [
    kind("", "LimitRange", "limitranges"),
    kind("", "ResourceQuota", "resourcequotas"),
    kind("", "Service", "services"),
    kind("", "ServiceAccount", "serviceaccounts"),
    kind("apps", "Deployment", "deployments"),
    kind("apps", "StatefulSet", "statefulsets"),
    kind("external-secrets.io", "ExternalSecret", "externalsecrets"),
    kind("gateway.networking.k8s.io", "TLSRoute", "tlsroutes"),
    kind("generators.external-secrets.io", "Fake", "fakes"),
    kind("monitoring.coreos.com", "PodMonitor", "podmonitors"),
    kind("monitoring.coreos.com", "PrometheusRule", "prometheusrules"),
    kind("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
    kind("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
    kind(RBAC, "Role", "roles"),
    kind(RBAC, "RoleBinding", "rolebindings"),
    kind("security.istio.io", "AuthorizationPolicy", "authorizationpolicies"),
];

/** What is delivered where orders are: kinds of their namespaces, and these namespaces alone. */
export function ordersProject({ repository }: DeliverySettings): Manifest {
    return {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "AppProject",
        metadata: { name: NAME, namespace: ARGO_CD },
        spec: {
            description: "what people ordered, in namespaces of orders and nowhere else",
            sourceRepos: [repository],
            destinations: [{ server: OWN_CLUSTER, namespace: EVERY_ORDERED }],
            clusterResourceWhitelist: [{ group: "", kind: "Namespace", name: EVERY_ORDERED }],
            namespaceResourceWhitelist: orderedKinds.map(({ group, kind: name }) => ({
                group,
                kind: name,
            })),
        },
    };
}

/** What Kratix wrote down, as Argo CD keeps it. */
export function ordersApplication(
    { repository, revision }: DeliverySettings,
    { folder }: OrderSettings,
): Manifest {
    return {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: { name: NAME, namespace: ARGO_CD },
        spec: {
            project: NAME,
            source: {
                repoURL: repository,
                targetRevision: revision,
                path: `${folder}/resources`,
                directory: { recurse: true },
            },
            destination: { server: OWN_CLUSTER },
            syncPolicy: {
                automated: { prune: true, selfHeal: true },
                syncOptions: ["ServerSideApply=true", "PruneLast=true"],
                retry,
            },
        },
    };
}

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "delete", "patch", "update"];

/**
 * What the controller may do besides, in namespaces whose names nobody knows yet. It reads what it may
 * deliver wherever that is, never Secrets, and {@link ordersGuard} says where it may write.
 *
 * @param developerRole role that people of an order have; undefined where nobody has one
 */
export function deliveryRole(developerRole: string | undefined): Manifest[] {
    const metadata = { name: "argocd-orders" };
    const delivered = [...deliveredKinds({ gates: [...gates] }), ...shownKinds];
    return [
        {
            apiVersion: `${RBAC}/v1`,
            kind: "ClusterRole",
            metadata,
            rules: [
                ...rules([namespaces, ...orderedKinds], WRITE),
                ...rules(delivered, READ),
                // Roles of virtual clusters, which hold more than it does itself.
                { apiGroups: [RBAC], resources: ["roles"], verbs: ["bind", "escalate"] },
                ...(developerRole === undefined
                    ? []
                    : [
                          {
                              apiGroups: [RBAC],
                              resources: ["clusterroles"],
                              resourceNames: [developerRole],
                              verbs: ["bind"],
                          },
                      ]),
            ],
        },
        {
            apiVersion: `${RBAC}/v1`,
            kind: "ClusterRoleBinding",
            metadata,
            roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: metadata.name },
            subjects: [{ kind: "ServiceAccount", name: CONTROLLER, namespace: ARGO_CD }],
        },
    ];
}

const isNamespace = 'request.resource.group == "" && request.resource.resource == "namespaces"';
const nameOfNamespace = '(request.operation == "CREATE" ? object.metadata.name : request.name)';
const LEVEL = "pod-security.kubernetes.io/enforce";

/** Holds the controller to the namespaces of orders and of applications; CEL, and why else not. */
export function guardRules({ applications }: Pick<DeliverySettings, "applications">): readonly {
    readonly expression: string;
    readonly message: string;
}[] {
    const known = JSON.stringify([ARGO_CD, ...applications.map(namespaceOf)]);
    return [
        {
            expression:
                `${isNamespace} ? ${nameOfNamespace}.startsWith("${ORDERED}") : ` +
                `request.namespace.startsWith("${ORDERED}") || request.namespace in ${known}`,
            message: `what people order is in namespaces that begin with ${ORDERED}`,
        },
        {
            expression:
                `!(${isNamespace}) || request.operation == "DELETE" || ` +
                `has(object.metadata.labels) && "${LEVEL}" in object.metadata.labels && ` +
                `object.metadata.labels["${LEVEL}"] == "restricted"`,
            message: "pods of what people order are restricted",
        },
    ];
}

/** The same as the API server asks it: each object has one owner, whatever the repository says. */
export function ordersGuard(delivery: DeliverySettings): Manifest[] {
    const metadata = { name: "argocd-orders" };
    const apiVersion = "admissionregistration.k8s.io/v1";
    return [
        {
            apiVersion,
            kind: "ValidatingAdmissionPolicy",
            metadata,
            spec: {
                failurePolicy: "Fail",
                matchConstraints: {
                    resourceRules: [
                        {
                            apiGroups: ["*"],
                            apiVersions: ["*"],
                            resources: ["*"],
                            operations: ["CREATE", "UPDATE", "DELETE"],
                        },
                    ],
                },
                matchConditions: [
                    {
                        name: "by-argo-cd",
                        expression: `request.userInfo.username == "system:serviceaccount:${ARGO_CD}:${CONTROLLER}"`,
                    },
                ],
                validations: guardRules(delivery).map((rule) => ({ ...rule })),
            },
        },
        {
            apiVersion,
            kind: "ValidatingAdmissionPolicyBinding",
            metadata,
            spec: { policyName: metadata.name, validationActions: ["Deny"] },
        },
    ];
}
