/** Values of the chart eck-operator 3.5.0, and what it has no values for. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import {
    httpProbes,
    patchContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { OPERATOR_PORT, operatorPods } from "./elasticsearch-alerts";
import { NAMESPACE } from "./elasticsearch-objects";

/** Name of the release, of the StatefulSet and of the account. */
export const OPERATOR = "elastic-operator";

/** Groups of its CRDs: it watches all of them, whether anything is in them or not. */
export const elasticGroups: readonly string[] = [
    "agent",
    "apm",
    "autoops",
    "autoscaling",
    "beat",
    "elasticsearch",
    "enterprisesearch",
    "kibana",
    "logstash",
    "maps",
    "packageregistry",
    "stackconfigpolicy",
].map((group) => `${group}.k8s.elastic.co`);

/** The operator: its rights end at the border of its namespace. */
export function operatorValues(replicas: number): ChartValues {
    return {
        replicaCount: replicas,
        // Its rights end at the border of the namespace.
        managedNamespaces: [NAMESPACE],
        createClusterScopedResources: false,
        // The policy pack and the schemas judge the custom resources before.
        webhook: { enabled: false },
        telemetry: { disabled: true },
        config: { metrics: { port: String(OPERATOR_PORT) }, validateStorageClass: false },
        priorityClassName: priorities.platform.name,
        podSecurityContext: restrictedPod(1001),
        securityContext: restrictedContainer,
        resources: resources("25m", "160Mi", "512Mi"),
    };
}

/** The chart names a Service that it does not have, spreads nothing and asks nobody whether it lives. */
export function patchOperator(manifest: Manifest): Manifest {
    const { kind, spec } = manifest;
    if (kind !== "StatefulSet" || !isRecord(spec)) {
        return manifest;
    }
    return patchContainer(
        patchPod(
            { ...manifest, spec: { ...spec, serviceName: undefined } },
            { topologySpreadConstraints: spread(operatorPods), enableServiceLinks: false },
        ),
        "manager",
        // Who does not lead answers too.
        httpProbes("/metrics", "metrics"),
    );
}
