/** What other objects of Kubernetes itself name. */
import type { Inputs } from "../../harness";
import {
    claim,
    clusterRole,
    deployment,
    global,
    inApps,
    NAME,
    role,
    type Row,
    secret,
    service,
    storageClass,
    target,
} from "./rows";

const template = (spec: Inputs) => ({ spec: { containers: [], ...spec } });

/** What other objects of Kubernetes itself name. */
export const ofKubernetes: Record<string, Row> = {
    "a CronJob's pods a ServiceAccount": [
        "serviceAccountName",
        inApps("batch/v1", "CronJob", {
            spec: { jobTemplate: { spec: { template: template({ serviceAccountName: NAME }) } } },
        }),
        target("v1", "ServiceAccount"),
    ],
    "a StatefulSet its Service": [
        "spec.serviceName",
        inApps("apps/v1", "StatefulSet", { spec: { serviceName: NAME, template: template({}) } }),
        service,
    ],
    "a claim of a StatefulSet its class": [
        "spec.volumeClaimTemplates[0].spec.storageClassName",
        inApps("apps/v1", "StatefulSet", {
            spec: {
                template: template({}),
                volumeClaimTemplates: [{ spec: { storageClassName: NAME } }],
            },
        }),
        storageClass,
    ],
    "a claim its class": [
        "spec.storageClassName",
        inApps("v1", "PersistentVolumeClaim", { spec: { storageClassName: NAME } }),
        storageClass,
    ],
    "a claim the claim that it clones": [
        "spec.dataSource",
        inApps("v1", "PersistentVolumeClaim", {
            spec: { dataSource: { kind: "PersistentVolumeClaim", name: NAME } },
        }),
        claim,
    ],
    "a claim its volume": [
        "spec.volumeName",
        inApps("v1", "PersistentVolumeClaim", { spec: { volumeName: NAME } }),
        global("v1", "PersistentVolume", {}, NAME),
    ],
    "a ServiceAccount a Secret for images": [
        "imagePullSecrets",
        inApps("v1", "ServiceAccount", { imagePullSecrets: [{ name: NAME }] }),
        secret,
    ],
    "a ServiceAccount a Secret": [
        "secrets[]",
        inApps("v1", "ServiceAccount", { secrets: [{ name: NAME }] }),
        secret,
    ],
    "a RoleBinding a Role": [
        "roleRef",
        inApps("rbac.authorization.k8s.io/v1", "RoleBinding", {
            roleRef: { kind: "Role", name: NAME },
            subjects: [],
        }),
        role,
    ],
    "a RoleBinding a ClusterRole": [
        "roleRef",
        inApps("rbac.authorization.k8s.io/v1", "RoleBinding", {
            roleRef: { kind: "ClusterRole", name: NAME },
        }),
        clusterRole,
    ],
    "a ClusterRoleBinding a ClusterRole": [
        "roleRef",
        global("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", {
            roleRef: { kind: "ClusterRole", name: NAME },
        }),
        clusterRole,
    ],
    "a RoleBinding a ServiceAccount": [
        "a subject",
        inApps("rbac.authorization.k8s.io/v1", "RoleBinding", {
            roleRef: { kind: "ClusterRole", name: "view" },
            subjects: [{ kind: "ServiceAccount", name: NAME, namespace: "apps" }],
        }),
        target("v1", "ServiceAccount"),
    ],
    "an autoscaler its target": [
        "spec.scaleTargetRef",
        inApps("autoscaling/v2", "HorizontalPodAutoscaler", {
            spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: NAME } },
        }),
        deployment,
    ],
    "a vertical autoscaler its target": [
        "spec.targetRef",
        inApps("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
            spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: NAME } },
        }),
        deployment,
    ],
    "a webhook its Service": [
        "webhook check.example.org",
        global("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {
            webhooks: [
                {
                    name: "check.example.org",
                    clientConfig: { service: { namespace: "apps", name: NAME } },
                },
            ],
        }),
        service,
    ],
    "an APIService its Service": [
        "spec.service",
        global("apiregistration.k8s.io/v1", "APIService", {
            spec: { service: { namespace: "apps", name: NAME } },
        }),
        service,
    ],
    "a CRD the Service that converts": [
        "the conversion webhook",
        global("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
            spec: {
                names: { kind: "Widget" },
                conversion: {
                    webhook: { clientConfig: { service: { namespace: "apps", name: NAME } } },
                },
            },
        }),
        service,
    ],
    "a binding its admission policy": [
        "spec.policyName",
        global("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {
            spec: { policyName: NAME },
        }),
        global("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", {}, NAME),
    ],
    "an Ingress a Service": [
        "a backend",
        inApps("networking.k8s.io/v1", "Ingress", {
            spec: {
                rules: [
                    {
                        http: {
                            paths: [
                                { backend: { service: { name: NAME, port: { name: "http" } } } },
                            ],
                        },
                    },
                ],
            },
        }),
        service,
    ],
    "an Ingress its default Service": [
        "a backend",
        inApps("networking.k8s.io/v1", "Ingress", {
            spec: { defaultBackend: { service: { name: NAME, port: { number: 80 } } } },
        }),
        service,
    ],
    "an Ingress its class": [
        "spec.ingressClassName",
        inApps("networking.k8s.io/v1", "Ingress", { spec: { ingressClassName: NAME } }),
        global("networking.k8s.io/v1", "IngressClass", {}, NAME),
    ],
    "an Ingress its certificate": [
        "spec.tls[0].secretName",
        inApps("networking.k8s.io/v1", "Ingress", { spec: { tls: [{ secretName: NAME }] } }),
        secret,
    ],
};
