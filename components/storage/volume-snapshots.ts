import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import {
    httpProbes,
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
} from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { image, manifests } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import {
    snapshotControllerLabels,
    snapshotControllerPort,
    volumeSnapshotsAlerts,
    volumeSnapshotsScrapes,
} from "./volume-snapshots-alerts";
import { volumeSnapshotsDashboards } from "./volume-snapshots-dashboards";

/** Snapshots of volumes: the kinds, and the controller that every CSI driver relies on. */
export const volumeSnapshots = define({
    name: "volumeSnapshots",
    layer: "storage",
    purpose: "snapshots of volumes: their CRDs and the controller that binds them",
    origin: "004.2.1: snapshots of volumes, whose data is moved away",
    charts: {
        // The kinds of group snapshots stay out: the controller looks at them only when told to.
        volumeSnapshots: manifests("external-snapshotter", "v8.6.0", {
            repository: "https://github.com/kubernetes-csi/external-snapshotter",
            files: [
                "client/config/crd/snapshot.storage.k8s.io_volumesnapshotclasses.yaml",
                "client/config/crd/snapshot.storage.k8s.io_volumesnapshotcontents.yaml",
                "client/config/crd/snapshot.storage.k8s.io_volumesnapshots.yaml",
                "deploy/kubernetes/snapshot-controller/rbac-snapshot-controller.yaml",
                "deploy/kubernetes/snapshot-controller/setup-snapshot-controller.yaml",
            ],
            modules: [
                {
                    module: "github.com/kubernetes-csi/external-snapshotter/client/v8",
                    files: [
                        "config/crd/snapshot.storage.k8s.io_volumesnapshotclasses.yaml",
                        "config/crd/snapshot.storage.k8s.io_volumesnapshotcontents.yaml",
                        "config/crd/snapshot.storage.k8s.io_volumesnapshots.yaml",
                    ],
                },
                {
                    module: "github.com/kubernetes-csi/external-snapshotter/v8",
                    files: [
                        "deploy/kubernetes/snapshot-controller/rbac-snapshot-controller.yaml",
                        "deploy/kubernetes/snapshot-controller/setup-snapshot-controller.yaml",
                    ],
                },
            ],
            namespace: "kube-system",
        }),
    },
    // The manifests of a release still name the image of the one before.
    images: { controller: image("registry.k8s.io/sig-storage/snapshot-controller", "v8.6.0") },
    capabilities: {
        metrics: volumeSnapshotsScrapes,
        alerts: volumeSnapshotsAlerts,
        dashboards: volumeSnapshotsDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing; a snapshot lies beside its volume and is no backup"),
        sizing: none("it writes a few objects for each snapshot; the drivers do the work"),
        flows: "declared",
        retention: none("a snapshot lives as long as its object: whoever makes it deletes it"),
    },
});

const NAME = "snapshot-controller";

/** What upstream's manifests leave to whoever applies them. */
function patched(replicas: number): (manifest: Manifest) => Manifest {
    return (manifest) => {
        if (manifest.kind !== "Deployment") {
            return manifest;
        }
        const pod = patchPod(manifest, {
            priorityClassName: priorities.platform.name,
            topologySpreadConstraints: spread(snapshotControllerLabels),
            // The image is root's unless told (distroless/static).
            securityContext: {
                runAsNonRoot: true,
                runAsUser: 65532,
                runAsGroup: 65532,
                seccompProfile: { type: "RuntimeDefault" },
            },
        });
        const container = patchContainer(pod, NAME, {
            image: volumeSnapshots.images.controller.reference,
            // Without an endpoint it has neither metrics nor anything to probe.
            args: ["--v=2", "--leader-election=true", `--http-endpoint=:${snapshotControllerPort}`],
            ports: [{ name: "metrics", containerPort: snapshotControllerPort }],
            ...httpProbes("/healthz/leader-election", "metrics"),
            // It opens the port once it has found its CRDs, for which it waits 30 seconds.
            startupProbe: {
                httpGet: { path: "/metrics", port: "metrics", scheme: "HTTP" },
                periodSeconds: 5,
                failureThreshold: 24,
            },
            resources: resources("10m", "64Mi", "256Mi"),
            securityContext: restrictedContainer,
        });
        const spec = container.spec as object;
        return {
            ...container,
            spec: {
                ...spec,
                replicas,
                // Upstream takes one away first, which with a single one leaves none.
                strategy: {
                    type: "RollingUpdate",
                    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
                },
            },
        };
    };
}

/** Snapshots, for drivers that make some and for whoever asks for one. */
export interface Snapshots {
    /** The CRDs and the controller. */
    readonly ready: readonly pulumi.Resource[];
    /** The CRDs by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, pulumi.Resource>;
}

/**
 * The CRDs of snapshots and their controller, which belongs to the cluster and to no driver: it binds
 * what somebody asks for to what a driver made. Drivers bring a sidecar that crashes without the
 * CRDs, so it comes before them.
 */
export class VolumeSnapshots extends System<typeof volumeSnapshots> implements Snapshots {
    constructor(
        context: SystemContext<typeof volumeSnapshots>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        // One leads, the others wait.
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: none("nothing in it but what the program writes anew"),
            flows: [toApiServer()],
        });
        const chart = this.chart(volumeSnapshots.charts.volumeSnapshots, {
            namespace,
            apiGroups: ["snapshot.storage.k8s.io"],
            values: {},
            patch: patched(replicas),
        });
        this.waitFor(...chart.definitions.values());
        this.budget(NAME, { namespace, pods: snapshotControllerLabels }, replicas);
        this.observe(namespace);
    }
}
