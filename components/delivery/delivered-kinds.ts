/** What applications of the repository may own, and what Argo CD may therefore do. Pure. */
import { gates } from "../base/labels";
import type { Manifest } from "../base/object";
import type { Application, Gate } from "../delivery-schema";

/** Namespace of Argo CD, and of everything that it reads. */
export const ARGO_CD = "argocd";

/** A kind, and how the API calls its resource. */
export interface DeliveredKind {
    /** API group; empty for the core group. */
    readonly group: string;
    readonly kind: string;
    readonly resource: string;
}

/** Account of Argo CD that makes objects. */
export const CONTROLLER = "argocd-application-controller";

/** A kind by its group, its name and its resource. */
export const kind = (group: string, name: string, resource: string): DeliveredKind => ({
    group,
    kind: name,
    resource,
});

/**
 * What every application may own: workloads and what belongs to them. What a namespace is fenced
 * with (quota, limits, network policies, roles) is not here, because the program owns it.
 */
const workloadKinds: readonly DeliveredKind[] = [
    kind("", "ConfigMap", "configmaps"),
    kind("", "Service", "services"),
    kind("", "ServiceAccount", "serviceaccounts"),
    kind("apps", "Deployment", "deployments"),
    kind("apps", "StatefulSet", "statefulsets"),
    kind("batch", "CronJob", "cronjobs"),
    kind("batch", "Job", "jobs"),
    kind("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    kind("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
    kind("argoproj.io", "AnalysisTemplate", "analysistemplates"),
    kind("argoproj.io", "Rollout", "rollouts"),
    kind("monitoring.coreos.com", "PodMonitor", "podmonitors"),
    kind("monitoring.coreos.com", "PrometheusRule", "prometheusrules"),
    // Secrets come sealed or from the store, never as they are.
    kind("bitnami.com", "SealedSecret", "sealedsecrets"),
    kind("external-secrets.io", "ExternalSecret", "externalsecrets"),
];

/** What an application may own besides, behind each gate. */
const gatedKinds: Readonly<Record<Gate, readonly DeliveredKind[]>> = {
    network: [kind("cilium.io", "CiliumNetworkPolicy", "ciliumnetworkpolicies")],
    certificates: [kind("cert-manager.io", "Certificate", "certificates")],
    "load-balancing": [kind("gateway.networking.k8s.io", "HTTPRoute", "httproutes")],
    storage: [
        kind("", "PersistentVolumeClaim", "persistentvolumeclaims"),
        kind("snapshot.storage.k8s.io", "VolumeSnapshot", "volumesnapshots"),
    ],
};

/** Objects that workloads make, which are shown beside them. */
export const shownKinds: readonly DeliveredKind[] = [
    kind("", "Pod", "pods"),
    kind("", "Event", "events"),
    kind("apps", "ReplicaSet", "replicasets"),
    kind("argoproj.io", "AnalysisRun", "analysisruns"),
];

/** What an application may own. */
export function deliveredKinds({ gates: own }: Pick<Application, "gates">): DeliveredKind[] {
    return [
        ...workloadKinds,
        ...gates.filter((gate) => own.includes(gate)).flatMap((gate) => gatedKinds[gate]),
    ];
}

/** Rules of a role over kinds, one for each API group. */
export function rules(kinds: readonly DeliveredKind[], verbs: readonly string[]) {
    return [...new Set(kinds.map(({ group }) => group))].map((group) => ({
        apiGroups: [group],
        resources: kinds.filter((one) => one.group === group).map(({ resource }) => resource),
        verbs,
    }));
}

/** What the controller may do in the namespace of an application: own what it may own, see the rest. */
function controllerRules(application: Pick<Application, "gates">) {
    return [
        ...rules(deliveredKinds(application), [
            ...["create", "delete", "get", "list", "patch", "update", "watch"],
        ]),
        ...rules(shownKinds, ["get", "list", "watch"]),
    ];
}

/** What the page may do there: show objects and logs. */
function pageRules(application: Pick<Application, "gates">) {
    return [
        ...rules([...deliveredKinds(application), ...shownKinds], ["get", "list", "watch"]),
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    ];
}

/** Roles in the namespace of an application, and who of Argo CD has them. */
export function applicationRoles(
    namespace: string,
    application: Pick<Application, "gates">,
): Manifest[] {
    const apiGroup = "rbac.authorization.k8s.io";
    const grants: readonly [string, object[]][] = [
        [CONTROLLER, controllerRules(application)],
        ["argocd-server", pageRules(application)],
    ];
    return grants.flatMap(([name, rules]): Manifest[] => {
        const metadata = { name, namespace };
        return [
            { apiVersion: `${apiGroup}/v1`, kind: "Role", metadata, rules },
            {
                apiVersion: `${apiGroup}/v1`,
                kind: "RoleBinding",
                metadata,
                roleRef: { apiGroup, kind: "Role", name },
                subjects: [{ kind: "ServiceAccount", name, namespace: ARGO_CD }],
            },
        ];
    });
}

/** What a namespace has no room for without its gate, whoever asks for it there. */
export function closedQuota({ gates: own }: Pick<Application, "gates">): Record<string, string> {
    return {
        ...(own.includes("load-balancing")
            ? {}
            : { "services.loadbalancers": "0", "services.nodeports": "0" }),
        ...(own.includes("storage") ? {} : { persistentvolumeclaims: "0" }),
    };
}
