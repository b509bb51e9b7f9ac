/** What the parts of Kubeflow Pipelines may do, in their namespace alone. Pure. */
import type { Manifest } from "../base/object";
import { PIPELINES, type PipelinesPart, RUNNER } from "./kubeflow-pipelines-names";

const RBAC = "rbac.authorization.k8s.io";

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
}

const rule = (group: string, resources: readonly string[], verbs: readonly string[]): Rule => ({
    apiGroups: [group],
    resources,
    verbs,
});

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete"];
const workflows = (verbs: readonly string[]) => rule("argoproj.io", ["workflows"], verbs);
const schedules = (verbs: readonly string[]) => rule("kubeflow.org", ["scheduledworkflows"], verbs);

/** Who talks to the API of the cluster. */
type Account = Exclude<PipelinesPart, "metadata-grpc" | "metadata-envoy"> | typeof RUNNER;

/**
 * As upstream's roles, without what belongs to runs of version 1, to several tenants, to viewers, and
 * without every Secret but the key of the bucket (kubeflow/pipelines 2.16.1:
 * manifests/kustomize/base/pipeline/*-role.yaml; calls of backend/src/v2 and frontend/server).
 */
function rulesOf(bucketSecret: string): Readonly<Record<Account, readonly Rule[]>> {
    const key: Rule = {
        ...rule("", ["secrets"], ["get"]),
        resourceNames: [bucketSecret],
    };
    return {
        "ml-pipeline": [
            rule("", ["pods", "pods/log"], ["get", "list", "delete"]),
            workflows(WRITE),
            schedules(WRITE),
            rule("kubeflow.org", ["scheduledworkflows/finalizers"], ["update"]),
        ],
        "ml-pipeline-persistenceagent": [workflows(READ), schedules(READ)],
        "ml-pipeline-scheduledworkflow": [
            workflows(WRITE),
            schedules(WRITE),
            rule("kubeflow.org", ["scheduledworkflows/finalizers"], ["update"]),
            rule("", ["events"], ["create", "patch"]),
        ],
        "ml-pipeline-ui": [
            rule("", ["pods", "pods/log"], ["get"]),
            rule("", ["events"], ["list"]),
            workflows(["get", "list"]),
            key,
        ],
        [RUNNER]: [
            rule("argoproj.io", ["workflowtaskresults"], ["create", "patch"]),
            rule("", ["pods"], ["get"]),
            { ...rule("", ["configmaps"], ["get"]), resourceNames: ["kfp-launcher"] },
            key,
        ],
    };
}

/** The accounts, each with a role of its own. */
export function pipelinesRights(bucketSecret: string): Manifest[] {
    return Object.entries(rulesOf(bucketSecret)).flatMap(([name, rules]) => {
        const metadata = { name, namespace: PIPELINES };
        return [
            { apiVersion: "v1", kind: "ServiceAccount", metadata },
            { apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules },
            {
                apiVersion: `${RBAC}/v1`,
                kind: "RoleBinding",
                metadata,
                roleRef: { apiGroup: RBAC, kind: "Role", name },
                subjects: [{ kind: "ServiceAccount", ...metadata }],
            },
        ];
    });
}
