/** Values of the chart trivy-operator 0.34.0. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { priorities } from "../base/priority";

/** Registry of the project itself; the chart's own default is a mirror of Docker Hub. */
const REGISTRY = "ghcr.io";

/**
 * The scanner. Images 0.69.4 to 0.69.6 were malicious on every registry (CVE-2026-33634, March
 * 2026): never one of them, and none that floats.
 */
export const scannerVersion = "0.72.0";

/** Label of the pods of scans, by which the network lets them out. */
export const scanPods = { "app.kubernetes.io/name": "trivy-scan" } as const;

/** Labels as the chart sets them. */
export const serverPods = {
    "app.kubernetes.io/name": "trivy-server",
    "app.kubernetes.io/instance": "trivy-server",
} as const;
export { TRIVY_SERVER_PORT as SERVER_PORT } from "../../operators/trivy-operator";

/** Secrets that the operator and the server read by these names (pkg/trivyoperator/constants.go). */
export const trivySecrets = { operator: "trivy-operator", scanner: "trivy-operator-trivy-config" };

const nobody = restrictedPod(65534);

/** Every namespace is scanned, two workloads at a time; only what somebody can mend is told. */
export function trivyValues(storageClass: string): ChartValues {
    return {
        targetNamespaces: "",
        excludeNamespaces: "",
        image: { registry: REGISTRY, repository: "aquasecurity/trivy-operator" },
        operator: {
            replicas: 1,
            builtInTrivyServer: true,
            scanJobsConcurrentLimit: 2,
            // Large images take a while over a home line.
            scanJobTimeout: "15m",
            // A report ends after a day, and the next one knows what became known meanwhile.
            scannerReportTTL: "24h",
            vulnerabilityScannerEnabled: true,
            exposedSecretScannerEnabled: true,
            configAuditScannerEnabled: true,
            rbacAssessmentScannerEnabled: true,
            // kube-bench looks at the nodes, and the CIS specification that comes with it is of 1.23.
            infraAssessmentScannerEnabled: false,
            clusterComplianceEnabled: false,
            // Nobody reads them, and they are the largest objects of all.
            sbomGenerationEnabled: false,
            // Every image is public: it need not read the Secrets of others (SEC-06).
            accessGlobalSecretsAndServiceAccount: false,
        },
        compliance: { specs: [] },
        trivyOperator: {
            scanJobsInSameNamespace: false,
            useGCRServiceAccount: false,
            scanJobPodTemplateLabels: Object.entries(scanPods)
                .map(([key, value]) => `${key}=${value}`)
                .join(","),
            scanJobPodPriorityClassName: priorities.app.name,
            scanJobPodTemplatePodSecurityContext: nobody,
            scanJobPodTemplateContainerSecurityContext: restrictedContainer,
        },
        trivy: {
            image: {
                registry: REGISTRY,
                repository: "aquasecurity/trivy",
                tag: scannerVersion,
            },
            existingSecret: true,
            // A finding that nobody can mend is an alert that never ends.
            ignoreUnfixed: true,
            severity: "MEDIUM,HIGH,CRITICAL",
            timeout: "10m0s",
            dbRegistry: REGISTRY,
            dbRepository: "aquasecurity/trivy-db",
            javaDbRegistry: REGISTRY,
            javaDbRepository: "aquasecurity/trivy-java-db",
            storageClassName: storageClass,
            storageSize: "5Gi",
            priorityClassName: priorities.platform.name,
            // A Job has one container for each of the pod that it scans.
            resources: {
                requests: { cpu: "20m", memory: "64Mi", ephemeralStorage: "64Mi" },
                limits: { cpu: "1", memory: "512Mi", ephemeralStorage: "4Gi" },
            },
            server: {
                replicas: 1,
                resources: resources("100m", "384Mi", "1Gi"),
                podSecurityContext: nobody,
                securityContext: restrictedContainer,
            },
        },
        policiesBundle: { existingSecret: true },
        nodeCollector: { registry: REGISTRY },
        priorityClassName: priorities.platform.name,
        tolerations: leavesDeadNode,
        podSecurityContext: nobody,
        securityContext: restrictedContainer,
        resources: resources("50m", "256Mi", "512Mi"),
        // Only metrics are read of it, past any Service.
        serviceMonitor: { enabled: false },
    };
}
