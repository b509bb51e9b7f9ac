/** Values of the chart opencost 2.5.17, and what it has no values for. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { patchContainer, patchPod, resources, restrictedContainer } from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** What the values depend on. */
export interface OpenCostSite {
    readonly cluster: string;
    /** Where Prometheus or Thanos is asked. */
    readonly metrics: string;
    readonly costModel: Readonly<Record<string, string>>;
}

/** The image's own user. */
const USER = 1001;
const PAGES = "pages";
const SCRATCH = "scratch";

/** Values of the chart: one program that reckons, and its page. */
export function openCostValues({ cluster, metrics, costModel }: OpenCostSite): ChartValues {
    return {
        priorityClassName: priorities.platform.name,
        podSecurityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
            seccompProfile: { type: "RuntimeDefault" },
        },
        opencost: {
            tolerations: leavesDeadNode,
            customPricing: { enabled: true, provider: "custom", costModel },
            prometheus: { internal: { enabled: false }, external: { enabled: true, url: metrics } },
            // Answers questions of language models; nobody asks it.
            mcp: { enabled: false },
            metrics: {
                // What kube-state-metrics brings is not brought a second time: alerts count it.
                kubeStateMetrics: { emitKsmV1Metrics: false, emitKsmV1MetricsOnly: true },
                serviceMonitor: { enabled: true },
            },
            exporter: {
                replicas: 1,
                defaultClusterId: cluster,
                // Without it OpenCost first asks the metadata server of Google's cloud who it is.
                extraEnv: { USE_CUSTOM_PROVIDER: "true" },
                securityContext: restrictedContainer,
                livenessProbe: { failureThreshold: 6 },
                resources: resources("40m", "128Mi", "1Gi"),
            },
            ui: {
                enabled: true,
                securityContext: restrictedContainer,
                livenessProbe: { failureThreshold: 6 },
                resources: resources("10m", "32Mi", "128Mi"),
            },
        },
        extraVolumes: [
            { name: PAGES, emptyDir: { sizeLimit: "64Mi" } },
            { name: SCRATCH, emptyDir: { sizeLimit: "64Mi" } },
        ],
    };
}

function containerOf({ spec }: Manifest, name: string): Readonly<Record<string, unknown>> {
    const template = isRecord(spec) && isRecord(spec.template) ? spec.template : {};
    const pod = isRecord(template.spec) ? template.spec : {};
    const containers: readonly unknown[] = Array.isArray(pod.containers) ? pod.containers : [];
    return containers.filter(isRecord).find((container) => container.name === name) ?? {};
}

/**
 * The page writes the address of its API into its own files when it starts
 * (opencost-ui v1.120.1: docker-entrypoint.sh), so it starts on a copy of them.
 */
export function patchOpenCost(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const page = containerOf(manifest, "opencost-ui");
    const mounts: readonly unknown[] = Array.isArray(page.volumeMounts) ? page.volumeMounts : [];
    const copied = patchPod(manifest, {
        initContainers: [
            {
                name: "copy-page",
                image: page.image,
                command: ["cp", "-r", "/var/www/.", "/copy/"],
                securityContext: restrictedContainer,
                resources: resources("10m", "16Mi", "64Mi"),
                volumeMounts: [{ name: PAGES, mountPath: "/copy" }],
            },
        ],
    });
    return patchContainer(copied, "opencost-ui", {
        volumeMounts: [
            ...mounts,
            { name: PAGES, mountPath: "/var/www" },
            { name: SCRATCH, mountPath: "/tmp" },
        ],
    });
}
