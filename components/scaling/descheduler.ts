import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import type { ChartValues } from "../base/chart-renderer";
import { patchContainer, resources, restrictedPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { type Manifest, objectKey } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import {
    deschedulerAlerts,
    deschedulerDashboards,
    deschedulerPods,
    deschedulerPort,
    deschedulerScrapes,
} from "./descheduler-alerts";

/** What moves pods that no longer are where they should be. */
export const descheduler = define({
    name: "descheduler",
    layer: "scaling",
    purpose: "moves replicas apart again after a node was lost",
    origin: "002.3.3: automation",
    charts: {
        descheduler: chart(
            "descheduler",
            "0.36.0",
            "https://kubernetes-sigs.github.io/descheduler/",
        ),
    },
    offIn: { dev: "there is one replica of everything, which is always in its place" },
    capabilities: {
        metrics: deschedulerScrapes,
        alerts: deschedulerAlerts,
        dashboards: deschedulerDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: it looks at the nodes anew each time"),
        sizing: none("one looks every quarter of an hour and the other waits"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

const NAME = "descheduler";

/**
 * Two replicas on one node or more on one host than must be, which a lost node leaves behind, and
 * nothing else: pods with a claim would wait for their volume, and one without a budget may be the
 * last of its kind (descheduler v0.36.0: pkg/framework/plugins/defaultevictor/types.go).
 */
export const deschedulerPolicy: ChartValues = {
    maxNoOfPodsToEvictPerNamespace: 2,
    maxNoOfPodsToEvictTotal: 10,
    profiles: [
        {
            name: "apart",
            pluginConfig: [
                {
                    name: "DefaultEvictor",
                    args: {
                        nodeFit: true,
                        minReplicas: 2,
                        minPodAge: "15m",
                        podProtections: {
                            // Volumes for scratch alone: what is on them is meant to be lost.
                            defaultDisabled: ["PodsWithLocalStorage"],
                            extraEnabled: ["PodsWithPVC", "PodsWithoutPDB"],
                        },
                    },
                },
                { name: "RemoveDuplicates" },
                {
                    name: "RemovePodsViolatingTopologySpreadConstraint",
                    args: { constraints: ["DoNotSchedule"] },
                },
            ],
            plugins: {
                balance: {
                    enabled: ["RemoveDuplicates", "RemovePodsViolatingTopologySpreadConstraint"],
                },
            },
        },
    ],
};

/** A second probe, which asks the same and is less patient. */
function patch(manifest: Manifest): Manifest | undefined {
    // Whoever reads its metrics goes to the pod.
    if (objectKey(manifest) === `Service/${NAME}/${NAME}`) {
        return undefined;
    }
    const httpGet = { path: "/healthz", port: deschedulerPort.name, scheme: "HTTPS" };
    return patchContainer(manifest, NAME, {
        readinessProbe: { httpGet, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
        livenessProbe: { failureThreshold: 6 },
    });
}

/**
 * The descheduler, every quarter of an hour. It evicts as a drain does, so budgets hold, and the
 * scheduler decides where a pod goes.
 */
export class Descheduler extends System<typeof descheduler> {
    constructor(context: SystemContext<typeof descheduler>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: none("it keeps nothing: it looks at the nodes anew each time"),
            flows: [toApiServer()],
        });
        this.chart(descheduler.charts.descheduler, {
            release: NAME,
            namespace,
            patch,
            values: {
                kind: "Deployment",
                replicas,
                leaderElection: { enabled: true, resourceNamespace: NAME },
                ports: [
                    {
                        name: deschedulerPort.name,
                        containerPort: deschedulerPort.number,
                        protocol: "TCP",
                    },
                ],
                deschedulingInterval: "15m",
                deschedulerPolicy,
                priorityClassName: priorities.platform.name,
                podSecurityContext: restrictedPod(1000),
                topologySpreadConstraints: spread(deschedulerPods),
                resources: {
                    ...resources("10m", "64Mi", "256Mi"),
                    limits: { cpu: null, memory: "256Mi" },
                },
            },
        });
        this.budget(NAME, { namespace, pods: deschedulerPods }, replicas);
        this.observe(namespace);
    }
}
