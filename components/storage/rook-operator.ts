import type * as pulumi from "@pulumi/pulumi";
import { csiControllerLabels } from "../../operators/ceph-csi";
import { cephPorts } from "../../operators/rook";
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { restrictedContainer } from "../base/containers";
import { type FlowPort, toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { System } from "../base/system";
import { cephQuota } from "./ceph-resources";
import { csiDriverValues, provisioner } from "./csi-drivers";
import { rookCeph } from "./rook-ceph";
import type { Snapshots } from "./volume-snapshots";

/** Port of the operator's metrics, which is also the only thing that can be probed. */
const METRICS_PORT = 8080;

/** What the daemons say to each other, and nodes that mount volumes to them. */
const CEPH_PORTS: readonly FlowPort[] = [...cephPorts.monitor, ...cephPorts.daemon].map(
    ({ port, ...range }) =>
        "endPort" in range ? { port, endPort: range.endPort, protocol: "TCP" } : port,
);
const RGW_PORT = cephPorts.gateway.http;

const CSI_OPERATOR_LABELS = {
    "app.kubernetes.io/name": "ceph-csi",
    "app.kubernetes.io/instance": "rook-ceph",
    "control-plane": "ceph-csi-op-controller-manager",
};

const controllers = [
    {
        resource: "Deployment/rook-ceph/rook-ceph-operator",
        reason:
            "The Rook operator has no leader election; two at once would fight over the cluster. No " +
            "data flows through it.",
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
            ...restrictedContainer,
            runAsUser: 2016,
            runAsGroup: 2016,
        },
        // Disks come from the settings, so nothing has to look for them.
        enableDiscoveryDaemon: false,
        // Claims say when objects expire; only the program writes claims.
        obcAllowAdditionalConfigFields: "maxObjects,maxSize,bucketLifecycle",
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

/** Arguments of {@link RookOperator}. */
export interface RookOperatorArgs extends SystemContext<typeof rookCeph> {
    /** Snapshots of its volumes; undefined when nobody can ask for any. */
    readonly snapshots: Snapshots | undefined;
}

/**
 * Rook, the operator of Ceph, with the operator of the CSI drivers and the drivers themselves: the
 * three come together because since Rook 1.20 no volume is provisioned without all of them.
 */
export class RookOperator extends System<typeof rookCeph> {
    /** Namespace of the operator, the cluster and its daemons. */
    readonly cephNamespace: Namespace;

    constructor(
        { snapshots, ...context }: RookOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { kind: "RookOperator", controllers }, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const everyPod = { pods: {} };
        this.cephNamespace = this.namespace("rook-ceph", {
            tier: "storage",
            routed: true,
            backup: 1,
            // OSDs and CSI node plugins work on the nodes' devices and mounts (pitfall P57).
            podSecurity: "privileged",
            quota: cephQuota(site),
            flows: [
                { name: "daemons", from: everyPod, ports: [...CEPH_PORTS, RGW_PORT] },
                { name: "daemons", to: everyPod, ports: [...CEPH_PORTS, RGW_PORT] },
                // Volumes are mounted by the nodes' kernels, and node plugins use their network.
                { name: "mounts", from: "nodes", ports: CEPH_PORTS },
                // Operators, provisioners, managers and the jobs that prepare disks.
                toApiServer(),
            ],
        });
        const operator = this.chart(rookCeph.charts.rookCeph, {
            release: "rook-ceph",
            apiGroups: ["ceph.rook.io", "csi.ceph.io", "objectbucket.io"],
            namespace: this.cephNamespace,
            values: operatorValues(replicas),
            patch: withProbes,
        });
        const { cephNamespace } = this;
        const csiOperator = { namespace: cephNamespace, pods: CSI_OPERATOR_LABELS };
        this.budget("ceph-csi-controller-manager", csiOperator, replicas);
        // Its operator keeps the controllers of a driver apart, but lets a drain take them all.
        for (const kind of ["rbd", "cephfs"] as const) {
            const pods = csiControllerLabels(provisioner(cephNamespace.name, kind));
            this.budget(`csi-${kind}-controller`, { namespace: cephNamespace, pods }, replicas);
        }
        const drivers = this.chart(rookCeph.charts.cephCsiDrivers, {
            namespace: this.cephNamespace,
            // The drivers are custom resources of the operator's chart.
            needs: [...operator.ready, ...(snapshots?.ready ?? [])],
            values: csiDriverValues({
                namespace: this.cephNamespace.name,
                replicas,
                snapshots: snapshots !== undefined,
            }),
        });
        // Custom resources run nothing that a chart could be waited for by.
        this.waitFor(drivers);
        this.observe(this.cephNamespace);
    }
}
