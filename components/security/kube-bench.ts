import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { resources } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { image } from "../base/pins";
import { System } from "../base/system";
import { kubeBenchAlerts } from "./kube-bench-alerts";
import { benchmarkTargets, KEPT_RESULTS } from "./kube-bench-checks";
import { benchmarkJob, NAMESPACE, permissions, script } from "./kube-bench-objects";

/** Who compares the nodes with the CIS benchmark. */
export const kubeBench = define({
    name: "kubeBench",
    layer: "security",
    purpose: "compares the nodes with the CIS benchmark each day, and tells what fails anew",
    origin: "000.8, 002: a CIS run whose critical findings are mended",
    charts: {},
    images: { kubeBench: image("docker.io/aquasec/kube-bench", "v0.15.6") },
    capabilities: {
        metrics: none("it runs for seconds; what Kubernetes says of its Jobs is measured"),
        alerts: kubeBenchAlerts,
        dashboards: none("its results are in ConfigMaps and logs; there is nothing to draw"),
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("the next run makes the results anew, and tells once what fails then"),
        sizing: none("one pod for each kind of node, for seconds a day"),
        flows: "declared",
        retention: [{ what: "results of the CIS benchmark, one a day", for: `${KEPT_RESULTS}d` }],
    },
});

const exceptions: readonly Exception[] = benchmarkTargets.map(({ name }) => ({
    criterion: "SEC-03",
    resource: `CronJob/${NAMESPACE}/${name}`,
    reason:
        "The benchmark is about the flags of the node's own processes and about files that only root " +
        "may read, so it looks at them as root, in the process namespace of the node.",
    guard:
        "no capability, no escalation, no network of the node; the folders of the node that it sees are " +
        "read-only; it may write ConfigMaps of its own namespace and nothing else in the API",
    expires: "2027-05-31",
}));

/**
 * kube-bench as two CronJobs: one pod on a control plane, one on a worker. All nodes of a kind have
 * the same machine configuration, so one stands for the others.
 */
export class KubeBench extends System<typeof kubeBench> {
    constructor(context: SystemContext<typeof kubeBench>, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace(NAMESPACE, {
            tier: "platform",
            backup: none("results of the last days, which the next run makes anew"),
            podSecurity: "privileged",
            flows: [toApiServer()],
        });
        const before = [script, ...permissions].map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        const dependsOn = [...namespace.guardrails, ...context.pods, ...before];
        for (const target of benchmarkTargets) {
            this.object(
                benchmarkJob(target, {
                    image: kubeBench.images.kubeBench.reference,
                    resources: resources("50m", "64Mi", "128Mi"),
                }),
                { dependsOn },
            );
        }
        this.observe(namespace);
    }
}
