/** Values of the chart longhorn 1.12.1, and what it has none for. Pure. */
import {
    longhornDataPath,
    type LonghornSidecars,
    longhornSettings,
    longhornSidecarsAnnotation,
    longhornPluginContainers,
    longhornPods,
    longhornSidecars,
} from "../../operators/longhorn";
import { leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    changeContainer,
    changePod,
    httpProbes,
    labelPods,
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { everyVerb } from "../base/verbs";
import { priorities } from "../base/priority";

/** What follows of the site. */
export interface LonghornScale {
    /** Pods of what serves. */
    readonly replicas: number;
    /** Copies of each volume. */
    readonly copies: number;
    /** Copies of a volume may be on the same Proxmox host: there are fewer hosts than copies. */
    readonly sharesHosts: boolean;
}

/** Pods of volumes must not be the first to go. */
const PRIORITY = "system-node-critical";
const SMALL = resources("10m", "32Mi", "128Mi");

/** One value for each data engine, as the settings of Longhorn 1.12 want it. */
function byEngine(value: number): string {
    return JSON.stringify({ v1: String(value), v2: String(value) });
}

/** How often the sidecars of the driver are there. */
export function sidecarsOf({ replicas }: Pick<LonghornScale, "replicas">): LonghornSidecars {
    return { replicas, antiAffinity: replicas > 1 ? "hard" : "soft" };
}

/** The values. */
export function longhornValues(scale: LonghornScale): ChartValues {
    const { replicas, antiAffinity } = sidecarsOf(scale);
    return {
        // The class is the program's own, so that policies see it.
        persistence: { createStorageClass: false },
        // Both are hooks that nothing here runs.
        preUpgradeChecker: { jobEnabled: false, upgradeVersionCheck: true },
        // Flows are declared once, for every pod of the namespace.
        networkPolicies: { restrictInternalTraffic: false },
        csi: {
            // Else a pod looks for it in the arguments of the kubelet.
            kubeletRootDir: "/var/lib/kubelet",
            podAntiAffinityPreset: antiAffinity,
            attacherReplicaCount: replicas,
            provisionerReplicaCount: replicas,
            resizerReplicaCount: replicas,
            snapshotterReplicaCount: replicas,
        },
        defaultSettings: {
            createDefaultDiskLabeledNodes: true,
            defaultDataPath: longhornDataPath,
            defaultReplicaCount: byEngine(scale.copies),
            replicaSoftAntiAffinity: false,
            replicaZoneSoftAntiAffinity: scale.sharesHosts,
            // What is promised must be there. The disk is Longhorn's alone: a tenth stays free, and a
            // tenth is for what snapshots add (longhorn.io, "Best Practices": a dedicated disk).
            storageOverProvisioningPercentage: "100",
            storageMinimalAvailablePercentage: "10",
            storageReservedPercentageForDefaultDisk: "10",
            nodeDrainPolicy: "block-if-contains-last-replica",
            // Longhorn has seen the node as down: a pod that nobody can end must not keep its volume.
            nodeDownPodDeletionPolicy: "delete-both-statefulset-and-deployment-pod",
            // Upstream reserves 12 % of every node, whether it has volumes or not.
            guaranteedInstanceManagerCPU: byEngine(5),
            systemManagedCSIComponentsResourceLimits: JSON.stringify(
                Object.fromEntries(
                    [...longhornSidecars, ...longhornPluginContainers].map((name) => [name, SMALL]),
                ),
            ),
            priorityClass: PRIORITY,
            // Both would tell the makers of this cluster.
            upgradeChecker: false,
            allowCollectingLonghornUsageMetrics: false,
        },
        longhornManager: {
            log: { format: "json" },
            priorityClass: PRIORITY,
            resources: resources("100m", "256Mi", "1Gi"),
            // One after the other: all at once, as the chart has it, nobody would answer the webhook.
            updateStrategy: { rollingUpdate: { maxUnavailable: 1 } },
        },
        longhornDriver: { log: { format: "json" }, priorityClass: PRIORITY },
        longhornUI: {
            replicas,
            priorityClass: priorities.platform.name,
            affinity: {},
            podDisruptionBudget: { enabled: false },
        },
    };
}

/** Account and binding of support bundles, whose pods would be cluster-admin; the class is unused. */
const LEFT_OUT: ReadonlySet<string> = new Set([
    "ServiceAccount/longhorn-support-bundle",
    "ClusterRoleBinding/longhorn-support-bundle",
    "PriorityClass/longhorn-critical",
]);

const READ = ["get", "list", "watch"];

/**
 * Verbs by their names. Roles and bindings are written only by SystemRestores, which write back what
 * a SystemBackup holds: the program does that here, so the managers only read them.
 */
function narrowed(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return Array.isArray(rules)
        ? {
              ...manifest,
              rules: rules.map((rule: unknown) => {
                  if (!isRecord(rule) || !Array.isArray(rule.verbs) || !rule.verbs.includes("*")) {
                      return rule;
                  }
                  const ofRoles =
                      Array.isArray(rule.apiGroups) &&
                      rule.apiGroups.includes("rbac.authorization.k8s.io");
                  return { ...rule, verbs: ofRoles ? READ : everyVerb };
              }),
          }
        : manifest;
}

/** The objects in a list of a pod or a container. */
function listIn(owner: unknown, field: string): Readonly<Record<string, unknown>>[] {
    const list = isRecord(owner) ? owner[field] : undefined;
    return Array.isArray(list) ? list.filter(isRecord) : [];
}

/**
 * Labels by which Services of the chart select managers, which give them to themselves when they
 * listen (longhorn-manager v1.12.1: app/daemon.go); the probe of the same port says that as well.
 */
const SERVES = {
    "longhorn.io/admission-webhook": "longhorn-admission-webhook",
    "longhorn.io/recovery-backend": "longhorn-recovery-backend",
} as const;

/** The managers, probed as their webhook is, without the container that only pulls an image. */
function patchedManager(manifest: Manifest): Manifest {
    const httpGet = { path: "/v1/healthz", port: 9502, scheme: "HTTPS" };
    const probed = patchContainer(labelPods(manifest, SERVES), "longhorn-manager", {
        readinessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5 },
        livenessProbe: { httpGet, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 10 },
        // Managers that change versions convert what is there before they answer.
        startupProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 60 },
    });
    return changePod(probed, (pod) => ({
        ...(isRecord(pod) ? pod : {}),
        containers: listIn(pod, "containers").filter(
            ({ name }) => name !== "pre-pull-share-manager-image",
        ),
    }));
}

/** It runs as root, in an image whose files it does not change. */
const withoutRights = { ...restrictedContainer, runAsNonRoot: false } as const;

function patchedDriver(manifest: Manifest): Manifest {
    const own = { resources: resources("10m", "64Mi", "256Mi"), securityContext: withoutRights };
    const withStart = changePod(manifest, (pod) => ({
        ...(isRecord(pod) ? pod : {}),
        initContainers: listIn(pod, "initContainers").map((each) => ({ ...each, ...own })),
    }));
    const placed = patchPod(withStart, { tolerations: leavesDeadNode });
    return patchContainer(placed, "longhorn-driver-deployer", own);
}

/** Folders of nginx that are not volumes of the chart. */
const NGINX = ["/var/log/nginx", "/tmp"] as const;

function patchedPage(manifest: Manifest): Manifest {
    const folders = NGINX.map((mountPath) => ({
        name: mountPath.slice(1).replaceAll("/", "-"),
        mountPath,
    }));
    const withFolders = changePod(manifest, (pod) => ({
        ...(isRecord(pod) ? pod : {}),
        volumes: [
            ...listIn(pod, "volumes"),
            ...folders.map(({ name }) => ({ name, emptyDir: {} })),
        ],
    }));
    const placed = patchPod(withFolders, {
        // longhorn-ui v1.12.1: Dockerfile, USER 499.
        securityContext: restrictedPod(499),
        automountServiceAccountToken: false,
        topologySpreadConstraints: spread(longhornPods.ui),
    });
    return changeContainer(placed, "longhorn-ui", (container) => ({
        ...container,
        ...httpProbes("/", "http"),
        resources: resources("10m", "32Mi", "128Mi"),
        securityContext: restrictedContainer,
        volumeMounts: [...listIn(container, "volumeMounts"), ...folders],
    }));
}

/** The chart with narrower rights, probes, and what the policies must know of its sidecars. */
export function patchedLonghorn(
    sidecars: LonghornSidecars,
): (manifest: Manifest) => Manifest | undefined {
    return (manifest) => {
        const { name = "" } = manifest.metadata;
        if (LEFT_OUT.has(`${manifest.kind}/${name}`)) {
            return undefined;
        }
        switch (name) {
            case longhornSettings.configMap: {
                const annotations = {
                    ...manifest.metadata.annotations,
                    [longhornSidecarsAnnotation]: JSON.stringify(sidecars),
                };
                return { ...manifest, metadata: { ...manifest.metadata, annotations } };
            }
            case "longhorn-manager":
                return patchedManager(manifest);
            case "longhorn-driver-deployer":
                return patchedDriver(manifest);
            case "longhorn-ui":
                return patchedPage(manifest);
            default:
                return narrowed(manifest);
        }
    };
}
