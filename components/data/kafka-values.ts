/** Values of the chart strimzi-kafka-operator 1.2.0. Pure. */
import { budgetValues, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer } from "../base/containers";
import { priorities } from "../base/priority";
import { operatorPods } from "./kafka-names";

/** The operator, which looks after its own namespace and no other. */
export function operatorValues(replicas: number): ChartValues {
    return {
        replicas,
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(operatorPods),
        podDisruptionBudget: budgetValues(replicas),
        securityContext: restrictedContainer,
        resources: resources("100m", "384Mi", "512Mi"),
        livenessProbe: { initialDelaySeconds: 30, periodSeconds: 30 },
        // Its own policies would let every pod of the cluster reach the listeners.
        generateNetworkPolicy: false,
        extraEnvs: [
            { name: "JAVA_OPTS", value: "-Xms128m -Xmx256m" },
            // What it makes conforms to the restricted Pod Security level.
            { name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" },
        ],
    };
}
