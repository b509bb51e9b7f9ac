import type * as pulumi from "@pulumi/pulumi";
import { csiControllerLabels } from "../../operators/ceph-csi";
import { podDisruptionBudget, spread } from "../base/availability";
import type { Chart } from "../base/chart";
import type { ChartValues } from "../base/chart-renderer";
import type { Exception } from "../base/exceptions";
import type { FlowPort } from "../base/flows";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject, Manifest } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";
import { cephQuota } from "./ceph-resources";
import { csiDriverValues, provisioner } from "./csi-drivers";

/** Arguments of {@link RookOperator}. */
export interface RookOperatorArgs extends SystemArgs {
    /** What pods of the operator need before they start: the PriorityClasses, the network. */
    readonly needs: readonly pulumi.Resource[];
    /** Namespaces whose pods use buckets of the object store. */
    readonly objectStoreClients?: readonly string[];
}

/** Port of the operator's metrics, which is also the only thing that can be probed. */
const METRICS_PORT = 8080;

/** Port on which RGW listens in its pods (rook v1.20.6:pkg/operator/ceph/object/config.go). */
const RGW_PORT = 8080;

/**
 * Ports of the Ceph daemons: the monitors' second messenger protocol (the first is off) and the
 * range in which OSDs, managers and metadata servers bind (`ms_bind_port_min`, `_max`).
 */
const CEPH_PORTS: readonly FlowPort[] = [3300, { port: 6800, endPort: 7568, protocol: "TCP" }];

const CSI_OPERATOR_LABELS = {
    "app.kubernetes.io/name": "ceph-csi",
    "app.kubernetes.io/instance": "rook-ceph",
    "control-plane": "ceph-csi-op-controller-manager",
};

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: "Deployment/rook-ceph/rook-ceph-operator",
        reason: "The Rook operator has no leader election; two at once would fight over the cluster.",
        guard: "No data flows through it, and it leaves an unreachable node after five seconds.",
        expires: "2027-05-31",
    },
];

function operatorValues(replicas: number): ChartValues {
    return {
        crds: { enabled: true },
        priorityClassName: "system-cluster-critical",
        resources: {
            requests: { cpu: "200m", memory: "256Mi" },
            limits: { memory: "512Mi" },
        },
        containerSecurityContext: {
            runAsNonRoot: true,
            runAsUser: 2016,
            runAsGroup: 2016,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        },
        // Disks come from the settings, so nothing has to look for them.
        enableDiscoveryDaemon: false,
        csi: { installCsiOperator: true, serviceMonitor: { enabled: false } },
        "ceph-csi-operator": {
            controllerManager: {
                replicas,
                priorityClassName: "system-cluster-critical",
                topologySpreadConstraints: spread(CSI_OPERATOR_LABELS),
                podSecurityContext: {
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                manager: {
                    resources: {
                        requests: { cpu: "50m", memory: "128Mi" },
                        limits: { cpu: null, memory: "256Mi" },
                    },
                },
            },
        },
    };
}

interface PodTemplate {
    readonly spec: { readonly containers: readonly object[]; readonly volumes: readonly object[] };
}

/**
 * The chart has no value for probes or extra volumes. The metrics endpoint answers as soon as the
 * controllers are set up (rook v1.20.6:pkg/operator/ceph/cr_manager.go); `/tmp` takes the files
 * through which the operator hands secrets to the Ceph tools.
 */
function withProbes(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment" || manifest.metadata.name !== "rook-ceph-operator") {
        return manifest;
    }
    const { template, ...spec } = manifest.spec as { readonly template: PodTemplate };
    const probe = { httpGet: { path: "/metrics", port: METRICS_PORT }, timeoutSeconds: 5 };
    const containers = template.spec.containers.map((container) => {
        const { env, volumeMounts } = container as {
            readonly env: readonly object[];
            readonly volumeMounts: readonly object[];
        };
        return {
            ...container,
            env: [
                ...env,
                { name: "ROOK_OPERATOR_METRICS_BIND_ADDRESS", value: `:${METRICS_PORT}` },
            ],
            ports: [{ name: "metrics", containerPort: METRICS_PORT }],
            volumeMounts: [...volumeMounts, { name: "tmp", mountPath: "/tmp" }],
            // The operator looks up the cluster's state first: five minutes on a slow API.
            startupProbe: { ...probe, periodSeconds: 10, failureThreshold: 30 },
            readinessProbe: { ...probe, periodSeconds: 10 },
            livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 6 },
        };
    });
    const volumes = [...template.spec.volumes, { name: "tmp", emptyDir: {} }];
    return {
        ...manifest,
        spec: {
            ...spec,
            template: { ...template, spec: { ...template.spec, containers, volumes } },
        },
    };
}

/**
 * Rook, the operator of Ceph, with the operator of the CSI drivers and the drivers themselves: the
 * three come together because since Rook 1.20 no volume is provisioned without all of them.
 */
export class RookOperator extends System {
    /** Namespace of the operator, the cluster and its daemons. */
    readonly cephNamespace: Namespace;
    /** What must run before a Ceph resource is of any use: both operators and the drivers. */
    readonly ready: readonly pulumi.Resource[];
    /** The CRDs of Ceph and of its CSI drivers by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;

    constructor(name: string, args: RookOperatorArgs, opts: pulumi.ComponentResourceOptions) {
        super("storage", "RookOperator", name, { context: args.context, exceptions }, opts);
        const { settings, apiServerPort } = args.context;
        const replicas = settings.replicas("serving");
        const everyPod = { pods: {} };
        const clients = args.objectStoreClients ?? [];
        this.cephNamespace = this.namespace("rook-ceph", {
            tier: "storage",
            // OSDs and CSI node plugins work on the nodes' devices and mounts (pitfall P57).
            podSecurity: "privileged",
            quota: cephQuota(settings),
            flows: [
                { name: "daemons-in", from: everyPod, ports: [...CEPH_PORTS, RGW_PORT] },
                { name: "daemons-out", to: everyPod, ports: [...CEPH_PORTS, RGW_PORT] },
                // Volumes are mounted by the nodes' kernels, and node plugins use their network.
                { name: "mounts-in", from: "nodes", ports: CEPH_PORTS },
                ...clients.map((client) => ({
                    name: `buckets-of-${client}`,
                    pods: { app: "rook-ceph-rgw" },
                    from: { namespace: client },
                    ports: [RGW_PORT],
                })),
                // Operators, provisioners, managers and the jobs that prepare disks.
                { name: "api-server-out", to: "api-server", ports: [apiServerPort] },
            ],
        });
        const operator = this.chart(name, {
            pin: charts.rookCeph,
            release: "rook-ceph",
            namespace: this.cephNamespace,
            needs: args.needs,
            values: operatorValues(replicas),
            patch: withProbes,
        });
        podDisruptionBudget(
            "ceph-csi-controller-manager",
            this.cephNamespace.name,
            CSI_OPERATOR_LABELS,
            replicas,
        ).forEach((manifest) => this.object(manifest, { dependsOn: [this.cephNamespace.object] }));
        const drivers = this.csiDrivers(operator, replicas);
        // Its operator keeps the controllers of a driver apart, but lets a drain take them all.
        for (const kind of ["rbd", "cephfs"] as const) {
            const labels = csiControllerLabels(provisioner(this.cephNamespace.name, kind));
            podDisruptionBudget(
                `csi-${kind}-controller`,
                this.cephNamespace.name,
                labels,
                replicas,
            ).forEach((manifest) =>
                this.object(manifest, { dependsOn: [this.cephNamespace.object] }),
            );
        }
        this.definitions = operator.definitions;
        this.ready = [...operator.ready, drivers];
        this.registerOutputs({});
    }

    private csiDrivers(operator: Chart, replicas: number): Chart {
        return this.chart("ceph-csi-drivers", {
            pin: charts.cephCsiDrivers,
            namespace: this.cephNamespace,
            // The drivers are custom resources of the operator's chart.
            needs: operator.ready,
            values: csiDriverValues(this.cephNamespace.name, replicas),
        });
    }
}
