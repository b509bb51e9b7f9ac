/**
 * Argo Rollouts: what its kinds name. A Rollout makes its pods as a Deployment does, and is judged
 * among the workloads; here stands what else it points at.
 */
import type { Behaviour } from "./behaviour";
import { named } from "./names";

const GROUP = "argoproj.io";

/** The room of Rollouts. */
export const argoRollouts: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Rollout`,
        source: "argo-rollouts v1.9.0: pkg/apis/rollouts/v1alpha1/types.go",
        // Templates of analyses are judged by CI-02, which knows those of the cluster too.
        names: [
            ...named(
                "/Service",
                "spec.strategy.canary.canaryService",
                "spec.strategy.canary.stableService",
                "spec.strategy.canary.pingPong.pingService",
                "spec.strategy.canary.pingPong.pongService",
                "spec.strategy.blueGreen.activeService",
                "spec.strategy.blueGreen.previewService",
            ),
            ...named(
                "gateway.networking.k8s.io/HTTPRoute",
                "spec.strategy.canary.trafficRouting.plugins.argoproj-labs/gatewayAPI.httpRoute",
            ),
        ],
    },
];
