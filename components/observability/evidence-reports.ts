/** What writes the reports of Kyverno and Trivy into the log, every day. Pure, but for its program. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { NAMESPACE } from "./elasticsearch-objects";
import { REPORTS } from "./evidence";

/** Kinds of reports of one API group. */
export interface ReportKinds {
    readonly group: string;
    readonly version: string;
    /** Plural names. */
    readonly kinds: readonly string[];
}

/** Reports, by the system that writes them. */
export const reportKinds = {
    kyverno: {
        group: "wgpolicyk8s.io",
        version: "v1alpha2",
        kinds: ["policyreports", "clusterpolicyreports"],
    },
    trivyOperator: {
        group: "aquasecurity.github.io",
        version: "v1alpha1",
        kinds: [
            "vulnerabilityreports",
            "exposedsecretreports",
            "configauditreports",
            "rbacassessmentreports",
            "clusterrbacassessmentreports",
        ],
    },
} as const satisfies Readonly<Record<string, ReportKinds>>;

export const reportPods = {
    "app.kubernetes.io/name": REPORTS,
    "app.kubernetes.io/component": "reports",
} as const;

const PROGRAM = "report-lines.ts";

/** The account, which may read reports and nothing else. */
function permissions(reports: readonly ReportKinds[]): Manifest[] {
    const account = { kind: "ServiceAccount", name: REPORTS, namespace: NAMESPACE };
    return [
        {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: REPORTS, namespace: NAMESPACE },
            automountServiceAccountToken: false,
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: REPORTS },
            rules: reports.map(({ group, kinds }) => ({
                apiGroups: [group],
                resources: kinds,
                verbs: ["list"],
            })),
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: REPORTS },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: REPORTS },
            subjects: [account],
        },
    ];
}

/** The CronJob and what it needs. */
export function evidenceReports(image: ImagePin, reports: readonly ReportKinds[]): Manifest[] {
    const files: Manifest = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: REPORTS, namespace: NAMESPACE },
        data: {
            [PROGRAM]: fs.readFileSync(path.join(__dirname, PROGRAM), "utf8"),
            "package.json": JSON.stringify({ type: "module" }),
        },
    };
    const paths = reports.flatMap(({ group, version, kinds }) =>
        kinds.map((kind) => `/apis/${group}/${version}/${kind}`),
    );
    const job: Manifest = {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: REPORTS, namespace: NAMESPACE },
        spec: {
            // After the benchmark, and after what Trivy scans in the night.
            schedule: "0 6 * * *",
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 12 * 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 1,
            jobTemplate: {
                spec: {
                    // What was written once would be written twice.
                    backoffLimit: 0,
                    activeDeadlineSeconds: 900,
                    ttlSecondsAfterFinished: 25 * 3600,
                    template: {
                        metadata: {
                            labels: reportPods,
                            annotations: { "checksum/program": contentDigest(files.data, 16) },
                        },
                        spec: {
                            restartPolicy: "Never",
                            priorityClassName: priorities.app.name,
                            serviceAccountName: REPORTS,
                            automountServiceAccountToken: true,
                            enableServiceLinks: false,
                            securityContext: restrictedPod(1000),
                            containers: [
                                {
                                    name: REPORTS,
                                    image: image.reference,
                                    command: ["node", `/program/${PROGRAM}`, ...paths],
                                    env: [
                                        {
                                            name: "NODE_EXTRA_CA_CERTS",
                                            value: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
                                        },
                                    ],
                                    resources: resources("20m", "64Mi", "256Mi"),
                                    securityContext: restrictedContainer,
                                    volumeMounts: [
                                        { name: "program", mountPath: "/program", readOnly: true },
                                    ],
                                },
                            ],
                            volumes: [{ name: "program", configMap: { name: REPORTS } }],
                        },
                    },
                },
            },
        },
    };
    return [...permissions(reports), files, job];
}
