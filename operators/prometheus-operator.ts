/** The Prometheus operator: Prometheus, Alertmanager and ThanosRuler, and what they read. */
import type { Behaviour, MadeService, Resource } from "./behaviour";
import { straight } from "./pods";
import {
    alertmanagerNames,
    clientNames,
    prometheusNames,
    receiverNames,
    rulerNames,
} from "./prometheus-operator-names";
import {
    alertmanagerPods,
    monitoringPorts,
    prometheusPods,
    rulerPods,
} from "./prometheus-operator-pods";
import { textAt } from "./values";

export { monitoringLabels, monitoringPorts } from "./prometheus-operator-pods";

const GROUP = "monitoring.coreos.com";
const source = "prometheus-operator v0.93.0: pkg/prometheus, pkg/alertmanager, pkg/thanos";

/** The headless Service of all resources of a kind in a namespace. */
function governing(app: string, port: number): (resource: Resource) => MadeService[] {
    return ({ spec }) =>
        textAt(spec, "serviceName") === undefined
            ? [
                  {
                      name: `${app}-operated`,
                      selector: { "app.kubernetes.io/name": app },
                      ports: straight(port).map((entry) => ({
                          ...entry,
                          name: textAt(spec, "portName") ?? "web",
                          target: textAt(spec, "portName") ?? "web",
                      })),
                  },
              ]
            : [];
}

const images: Behaviour["images"] = [
    ...["spec.image", "spec.thanos.image"],
    ...["spec.containers[].image", "spec.initContainers[].image"],
].map((path) => ({ path, optional: true as const }));

/** Kinds that the servers read; nobody makes pods of them. */
const read: readonly Omit<Behaviour, "source">[] = [
    { kind: `${GROUP}/ServiceMonitor`, names: clientNames("spec.endpoints[]") },
    { kind: `${GROUP}/PodMonitor`, names: clientNames("spec.podMetricsEndpoints[]") },
    { kind: `${GROUP}/Probe`, names: clientNames("spec") },
    { kind: `${GROUP}/ScrapeConfig`, names: clientNames("spec") },
    { kind: `${GROUP}/AlertmanagerConfig`, names: receiverNames },
    { kind: `${GROUP}/PrometheusRule` },
];

/** The rooms of the kinds. */
export const prometheusOperator: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Prometheus`,
        source,
        pods: prometheusPods("prometheus"),
        services: governing("prometheus", monitoringPorts.prometheus),
        images,
        names: prometheusNames,
        retention: { what: "Metrics", path: "spec.retention" },
    },
    {
        kind: `${GROUP}/PrometheusAgent`,
        source,
        pods: prometheusPods("prometheus-agent"),
        services: governing("prometheus-agent", monitoringPorts.prometheus),
        images,
        names: prometheusNames,
    },
    {
        kind: `${GROUP}/Alertmanager`,
        source,
        pods: alertmanagerPods,
        services: governing("alertmanager", monitoringPorts.alertmanager),
        images,
        names: alertmanagerNames,
    },
    {
        kind: `${GROUP}/ThanosRuler`,
        source,
        pods: rulerPods,
        services: governing("thanos-ruler", monitoringPorts.thanosHttp),
        images,
        names: rulerNames,
    },
    ...read.map((kind): Behaviour => ({ ...kind, source })),
];
