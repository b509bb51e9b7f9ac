/** Upstream's manifests of the operator of Apicurio Registry, as they run here. Pure. */
import { spread } from "../base/availability";
import { changeContainer, patchPod, resources, restrictedContainer } from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { apicurioOperatorPods, SCHEMA_REGISTRY } from "./schema-registry-names";

const OPERATOR = "apicurio-registry-operator";
const WATCHED = "APICURIO_OPERATOR_WATCHED_NAMESPACES";
const CRDS = "customresourcedefinitions";

function inNamespace(manifest: Manifest, kind: "Role" | "RoleBinding"): Manifest {
    const { name = "", ...metadata } = manifest.metadata;
    return { ...manifest, kind, metadata: { ...metadata, name, namespace: SCHEMA_REGISTRY } };
}

function isAboutDefinitions(rule: unknown): boolean {
    return isRecord(rule) && Array.isArray(rule.resources) && rule.resources.includes(CRDS);
}

/** The namespace that it looks after is its own, and so are its rights: elsewhere it has none. */
function narrowed(manifest: Manifest): Manifest {
    if (manifest.kind === "ClusterRole") {
        const rules = (manifest.rules as readonly unknown[]).filter(
            (rule) => !isAboutDefinitions(rule),
        );
        return { ...inNamespace(manifest, "Role"), rules };
    }
    if (manifest.kind === "ClusterRoleBinding") {
        const role = manifest.roleRef as object;
        return { ...inNamespace(manifest, "RoleBinding"), roleRef: { ...role, kind: "Role" } };
    }
    return manifest;
}

/** What is left of its rights on the cluster: it compares its kind with what it knows. */
export function definitionReader(): readonly Manifest[] {
    const name = `${OPERATOR}-definitions`;
    return [
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name },
            rules: [
                {
                    apiGroups: ["apiextensions.k8s.io"],
                    resources: [CRDS],
                    resourceNames: ["apicurioregistries3.registry.apicur.io"],
                    verbs: ["get"],
                },
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
            subjects: [{ kind: "ServiceAccount", name: OPERATOR, namespace: SCHEMA_REGISTRY }],
        },
    ];
}

/**
 * What upstream's manifests leave to whoever applies them. It elects a leader by a Lease of its own
 * namespace (Configuration.java, isLeaderElectionEnabled), so there may be two.
 */
export function operatorPatch(manifest: Manifest, replicas: number): Manifest {
    if (manifest.kind !== "Deployment") {
        return narrowed(manifest);
    }
    const patched = patchPod(
        { ...manifest, spec: { ...(manifest.spec as object), replicas } },
        {
            priorityClassName: priorities.platform.name,
            topologySpreadConstraints: spread(apicurioOperatorPods),
        },
    );
    return changeContainer(patched, OPERATOR, ({ env, ...container }) => ({
        ...container,
        imagePullPolicy: "IfNotPresent",
        resources: resources("25m", "256Mi", "512Mi"),
        securityContext: restrictedContainer,
        env: (Array.isArray(env) ? env : []).map((variable: unknown) =>
            isRecord(variable) && variable.name === WATCHED
                ? {
                      name: WATCHED,
                      valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
                  }
                : variable,
        ),
    }));
}
