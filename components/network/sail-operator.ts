import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { patchPod, resources } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";

/** What installs and renews the mesh. */
export const sailOperator = define({
    name: "sailOperator",
    layer: "network",
    purpose: "installs and renews Istio, and brings its kinds",
    origin: "001: an operator for the life of the mesh",
    charts: {
        sailOperator: chart(
            "sail-operator",
            "1.30.3",
            "https://istio-ecosystem.github.io/sail-operator",
        ),
    },
    offIn: { dev: "only the mesh needs it, and dev has none" },
    capabilities: {
        metrics: none("it gives them to tokens alone, which no monitor here carries"),
        alerts: none("without metrics; DeploymentReplicasMissing tells when it does not run"),
        dashboards: none("it shows its metrics to nobody without a token"),
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("what it installs stands in the objects that the program writes"),
        sizing: { by: "replicas follow the profile; one of them works at a time" },
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

const NAME = "sail-operator";
/** Labels of its pods that no other Deployment of the chart has (sail-operator 1.30.3). */
export const sailOperatorPods = { "control-plane": NAME } as const;

/** What the chart has no values for: one replica is fixed, though they elect a leader. */
function patch(manifest: Manifest, replicas: number): Manifest {
    return manifest.kind === "Deployment"
        ? patchPod(
              { ...manifest, spec: { ...(manifest.spec as object), replicas } },
              { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
          )
        : manifest;
}

/**
 * The Sail operator: it turns `Istio`, `IstioCNI` and `ZTunnel` into Istio's own charts, which it
 * carries with it, and replaces them when the version is another. Its chart brings the kinds of
 * Istio too.
 */
export class SailOperator extends System<typeof sailOperator> {
    constructor(
        context: SystemContext<typeof sailOperator>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: none("the program writes anew what is in it"),
            flows: [toApiServer()],
        });
        this.budget(NAME, { namespace, pods: sailOperatorPods }, replicas);
        this.chart(sailOperator.charts.sailOperator, {
            release: NAME,
            namespace,
            apiGroups: [
                ...["sailoperator.io", "networking.istio.io", "security.istio.io"],
                ...["telemetry.istio.io", "extensions.istio.io"],
            ],
            patch: (manifest) => patch(manifest, replicas),
            values: {
                priorityClassName: priorities.platform.name,
                topologySpreadConstraints: spread(sailOperatorPods),
                operator: {
                    // The chart asks for a limit of CPU as well.
                    resources: {
                        ...resources("10m", "64Mi", "512Mi"),
                        limits: { cpu: "500m", memory: "512Mi" },
                    },
                },
            },
        });
    }
}
