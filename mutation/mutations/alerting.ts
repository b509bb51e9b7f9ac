/** Mutations of where alerts go. */
import * as yaml from "js-yaml";
import type { Inputs, StackResource } from "../../preview/recorded-stack";
import { at, change, isKind, list, type Mutation, remove } from "../define";

const KEY = "alertmanager.yaml";

/** The Secret of Alertmanager's configuration. */
function routing({ inputs, ...resource }: StackResource): boolean {
    return isKind({ inputs, ...resource }, "Secret") && KEY in at(inputs, "stringData");
}

function edited(edit: (configuration: Inputs) => void) {
    return (inputs: Inputs) => {
        const data = at(inputs, "stringData");
        const configuration = yaml.load(String(data[KEY])) as Inputs;
        edit(configuration);
        data[KEY] = yaml.dump(configuration);
    };
}

function receiverOf(configuration: Inputs, name: string): Inputs {
    return list(configuration, "receivers").find((receiver) => receiver.name === name) ?? {};
}

const ofCluster = (resource: StackResource) =>
    isKind(resource, "PrometheusRule") &&
    at(resource.inputs, "metadata").name === "kube-prometheus-stack";
const podMonitor = (resource: StackResource) => isKind(resource, "PodMonitor");

/** OBS-01, OBS-07, OBS-10, OBS-11. */
export const alertingMutations: readonly Mutation[] = [
    remove(["unscraped", "OBS-01", "removes a PodMonitor"], podMonitor),
    remove(["silent-expiry", "OBS-10", "removes the alerts of the cluster"], ofCluster),
    remove(["unnamed-alerts", "OBS-11", "removes the alerts of the cluster"], ofCluster),
    remove(["unrouted-alerts", "OBS-07", "removes the configuration of Alertmanager"], routing),
    change(
        ["one-channel", "OBS-07", "sends critical alerts by one channel"],
        routing,
        edited((configuration) => {
            const route = at(configuration, "route");
            // Programs of the platform take copies, which reach nobody by themselves.
            route.routes = list(route, "routes").filter((own) => own.continue !== true);
            const receiver = receiverOf(configuration, "critical");
            const [, ...others] = Object.keys(receiver).filter((key) => key.endsWith("_configs"));
            for (const other of others) {
                Reflect.deleteProperty(receiver, other);
            }
            for (const key of Object.keys(receiver).filter((own) => own.endsWith("_configs"))) {
                receiver[key] = list(receiver, key).slice(0, 1);
            }
        }),
    ),
    change(
        ["timed-alerts", "OBS-07", "sends critical alerts at some hours"],
        routing,
        edited((configuration) => {
            for (const route of list(configuration, "route", "routes")) {
                route.active_time_intervals = ["working-hours"];
            }
        }),
    ),
    change(
        ["inside-switch", "OBS-07", "puts the dead man's switch into the cluster"],
        routing,
        edited((configuration) => {
            receiverOf(configuration, "dead-mans-switch").webhook_configs = [
                { url: "http://switch.monitoring.svc:8080/ping" },
            ];
        }),
    ),
    change(
        ["seldom-switch", "OBS-07", "feeds the dead man's switch every day"],
        routing,
        edited((configuration) => {
            for (const route of list(configuration, "route", "routes")) {
                route.repeat_interval = "24h";
            }
        }),
    ),
    change(
        ["blanket-inhibition", "OBS-07", "lets the watchdog silence critical alerts"],
        routing,
        edited((configuration) => {
            configuration.inhibit_rules = [
                {
                    source_matchers: ['alertname="Watchdog"'],
                    target_matchers: ['severity="critical"'],
                },
            ];
        }),
    ),
];
