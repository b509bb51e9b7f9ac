/** Objects of kube-bench v0.15.6. Pure. */
import { contentDigest } from "../base/content-digest";
import type { ContainerResources } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import {
    BENCHMARK,
    benchmarkTargets,
    type BenchmarkTarget,
    compareScript,
    expectedLines,
} from "./kube-bench-checks";

export const NAMESPACE = "kube-bench";
const ACCOUNT = "kube-bench";
const SCRIPT = "kube-bench-script";
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** The script, and what each target is expected to fail. */
export const script: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: SCRIPT, namespace: NAMESPACE },
    data: {
        "compare.sh": compareScript,
        ...Object.fromEntries(
            benchmarkTargets.map((target) => [`${target.name}.expected`, expectedLines(target)]),
        ),
    },
};

/** The account of the pods: it reads and writes its results. Nobody can limit `create` to a name. */
export const permissions: readonly Manifest[] = [
    {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: ACCOUNT, namespace: NAMESPACE },
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: ACCOUNT, namespace: NAMESPACE },
        rules: [
            { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
            {
                apiGroups: [""],
                resources: ["configmaps"],
                resourceNames: benchmarkTargets.map(({ name }) => name),
                verbs: ["get", "patch"],
            },
        ],
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: ACCOUNT, namespace: NAMESPACE },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ACCOUNT },
        subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: NAMESPACE }],
    },
];

/** Where the pods may run: a control plane, or anything else. */
function place(onControlPlanes: boolean) {
    return {
        affinity: {
            nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                    nodeSelectorTerms: [
                        {
                            matchExpressions: [
                                {
                                    key: CONTROL_PLANE,
                                    operator: onControlPlanes ? "Exists" : "DoesNotExist",
                                },
                            ],
                        },
                    ],
                },
            },
        },
        ...(onControlPlanes
            ? { tolerations: [{ key: CONTROL_PLANE, operator: "Exists", effect: "NoSchedule" }] }
            : {}),
    };
}

/**
 * Folders of the node: of those in upstream's job.yaml the ones that Talos has and a check asks for.
 * /var/lib/kubelet holds the Secrets of all pods and no file that a check of Talos reads.
 */
function foldersOf({ onControlPlanes }: BenchmarkTarget): Readonly<Record<string, string>> {
    return {
        "etc-kubernetes": "/etc/kubernetes",
        ...(onControlPlanes ? { "var-lib-etcd": "/var/lib/etcd" } : {}),
    };
}

/**
 * The CronJob of a target. A Job lives a little longer than a day, so that the last result always
 * counts and an old failure does not.
 */
export function benchmarkJob(
    target: BenchmarkTarget,
    of: { readonly image: string; readonly resources: ContainerResources },
): Manifest {
    const { name, parts, onControlPlanes } = target;
    const folders = Object.entries(foldersOf(target));
    const digest = contentDigest(script.data, 16);
    return {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name, namespace: NAMESPACE },
        spec: {
            schedule: onControlPlanes ? "20 5 * * *" : "40 5 * * *",
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 12 * 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 1,
            jobTemplate: {
                spec: {
                    // What fails, fails again: the next day asks anew.
                    backoffLimit: 0,
                    activeDeadlineSeconds: 600,
                    ttlSecondsAfterFinished: 25 * 3600,
                    template: {
                        metadata: {
                            labels: {
                                "app.kubernetes.io/name": NAMESPACE,
                                "app.kubernetes.io/component": name,
                            },
                            annotations: { "checksum/script": digest },
                        },
                        spec: {
                            restartPolicy: "Never",
                            priorityClassName: priorities.app.name,
                            serviceAccountName: ACCOUNT,
                            hostPID: true,
                            ...place(onControlPlanes),
                            securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                            containers: [
                                {
                                    name: "kube-bench",
                                    image: of.image,
                                    command: ["/bin/sh", "/script/compare.sh"],
                                    env: [
                                        { name: "TARGETS", value: parts.join(",") },
                                        { name: "BENCHMARK", value: BENCHMARK },
                                        { name: "RECORD", value: name },
                                        { name: "EXPECTED", value: `/script/${name}.expected` },
                                        { name: "WORK", value: "/work" },
                                        // kubectl keeps what it has learnt of the API there.
                                        { name: "HOME", value: "/work" },
                                    ],
                                    resources: of.resources,
                                    securityContext: {
                                        runAsUser: 0,
                                        allowPrivilegeEscalation: false,
                                        readOnlyRootFilesystem: true,
                                        capabilities: { drop: ["ALL"] },
                                    },
                                    volumeMounts: [
                                        { name: "script", mountPath: "/script", readOnly: true },
                                        { name: "work", mountPath: "/work" },
                                        ...folders.map(([volume, path]) => ({
                                            name: volume,
                                            mountPath: path,
                                            readOnly: true,
                                        })),
                                    ],
                                },
                            ],
                            volumes: [
                                { name: "script", configMap: { name: SCRIPT } },
                                { name: "work", emptyDir: { sizeLimit: "32Mi" } },
                                ...folders.map(([volume, path]) => ({
                                    name: volume,
                                    hostPath: { path, type: "Directory" },
                                })),
                            ],
                        },
                    },
                },
            },
        },
    };
}
