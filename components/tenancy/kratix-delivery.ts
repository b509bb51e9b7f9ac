/**
 * How what Kratix writes down comes to be: a project and an Application of Argo CD, what its
 * controller may do for it, and what holds it to namespaces of orders. Pure.
 */
import { type AdmissionRule, admissionGuard } from "../base/admission-guard";
import type { Manifest } from "../base/object";
import { appProject, following, namespaceOf, OWN_CLUSTER } from "../delivery/applications";
import {
    ARGO_CD,
    CONTROLLER,
    deliveredKinds,
    type DeliveredKind,
    kind,
    rules,
    shownKinds,
} from "../delivery/delivered-kinds";
import type { DeliverySettings, OrderSettings } from "../delivery-schema";
import { gates } from "../base/labels";
import { ORDERED } from "./order-words";

/** Names of the objects here. */
const NAME = "orders";
const EVERY_ORDERED = `${ORDERED}*`;
const RBAC = "rbac.authorization.k8s.io";

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
    return appProject({
        name: NAME,
        description: "what people ordered, in namespaces of orders and nowhere else",
        repository,
        namespace: EVERY_ORDERED,
        kinds: orderedKinds,
        clusterKinds: [{ group: "", kind: "Namespace", name: EVERY_ORDERED }],
    });
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
            syncPolicy: following,
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
export function guardRules({
    applications,
}: Pick<DeliverySettings, "applications">): readonly AdmissionRule[] {
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
    return admissionGuard({
        name: "argocd-orders",
        account: { namespace: ARGO_CD, name: CONTROLLER },
        condition: "by-argo-cd",
        resources: [
            {
                apiGroups: ["*"],
                apiVersions: ["*"],
                resources: ["*"],
                operations: ["CREATE", "UPDATE", "DELETE"],
            },
        ],
        rules: guardRules(delivery),
    });
}
