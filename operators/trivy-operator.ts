/** The Trivy operator: Jobs in its own namespace that scan the images of every workload. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { container } from "./pods";
import { textAt, treeAt } from "./values";

const source =
    "trivy-operator v0.32.0: pkg/vulnerabilityreport/builder.go, pkg/plugins/trivy/{config,image}.go, pkg/operator/etc/config.go";

/** ConfigMaps that tell the operator what its Jobs are like, by what they hold. */
const CONFIG = {
    operator: "trivy-operator-config",
    jobs: "trivy-operator",
    scanner: "trivy-operator-trivy-config",
} as const;

/**
 * Containers of the largest pod that is scanned: a Job has one for each of them, those that
 * initialize included (image.go, getContainers).
 */
export const scannedContainers = 12;

/** Where its server answers questions about images (templates/trivy-server/service.yaml). */
export const TRIVY_SERVER_PORT = 4954;

/** Labels of the pods of Jobs, besides those that are told (builder.go). */
export const scanJobLabels = { "app.kubernetes.io/managed-by": "trivy-operator" } as const;

/** config.go, DefaultConfig: what is not told. */
const CONCURRENT = 10;

function amounts(data: Tree, field: "requests" | "limits"): Tree {
    const found = ["cpu", "memory", "ephemeral-storage"].flatMap((resource) => {
        const value = data[`trivy.resources.${field}.${resource}`];
        return value === undefined ? [] : [[resource, value] as const];
    });
    return Object.fromEntries(found);
}

/** A value that is JSON; what cannot be read is as if it were not told. */
function json(data: Tree, key: string): Tree {
    try {
        const value: unknown = JSON.parse(textAt(data, key) ?? "{}");
        return treeAt({ value }, "value");
    } catch {
        return {};
    }
}

/** config.go, GetScanJobPodTemplateLabels: `key=value` with commas between. */
function toldLabels(data: Tree): Labels {
    const pairs = (textAt(data, "scanJob.podTemplateLabels") ?? "")
        .split(",")
        .map((pair) => pair.split("="));
    return Object.fromEntries(
        pairs.flatMap(([key, value]) => (key && value !== undefined ? [[key, value]] : [])),
    );
}

function scanPods(resource: Resource, { all }: Surroundings): MadePods[] {
    const { name, namespace } = resource.metadata;
    if (name !== CONFIG.scanner) {
        return [];
    }
    const beside = (other: string) =>
        treeAt(
            all("/ConfigMap").find(
                ({ metadata }) => metadata.name === other && metadata.namespace === namespace,
            ),
            "data",
        );
    const data = treeAt(resource, "data");
    const jobs = beside(CONFIG.jobs);
    const count = Number(
        textAt(beside(CONFIG.operator), "OPERATOR_CONCURRENT_SCAN_JOBS_LIMIT") ?? CONCURRENT,
    );
    const priorityClassName = textAt(jobs, "scanJob.podPriorityClassName");
    const one: Tree = {
        ...container(
            "scan",
            { requests: amounts(data, "requests"), limits: amounts(data, "limits") },
            `${textAt(data, "trivy.repository") ?? ""}:${textAt(data, "trivy.tag") ?? ""}`,
        ),
        securityContext: json(jobs, "scanJob.podTemplateContainerSecurityContext"),
    };
    return [
        {
            part: "scans",
            name: "scan-vulnerabilityreport",
            labels: { ...toldLabels(jobs), ...scanJobLabels },
            count: Number.isFinite(count) ? count : CONCURRENT,
            passing: true,
            pod: {
                serviceAccountName: "trivy-operator",
                automountServiceAccountToken: false,
                ...(priorityClassName === undefined ? {} : { priorityClassName }),
                securityContext: json(jobs, "scanJob.podTemplatePodSecurityContext"),
                containers: Array.from({ length: scannedContainers }, (_, index) => ({
                    ...one,
                    name: `scan-${index}`,
                })),
            },
            ports: [],
        },
    ];
}

/** The room of its configuration: no custom resource asks for a scan. */
export const trivyOperator: readonly Behaviour[] = [
    { kind: "/ConfigMap", only: Object.values(CONFIG), source, pods: scanPods },
];
