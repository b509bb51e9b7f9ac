import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import { runbookUrl } from "../base/monitoring-objects";
import { chart } from "../base/pins";
import { System } from "../base/system";
import {
    falcoAlerts,
    falcoPods,
    falcoPorts,
    falcoScrapes,
    falcosidekickPods,
} from "./falco-alerts";
import { falcoDashboards } from "./falco-dashboards";
import {
    falcosidekickValues,
    falcoValues,
    forwarderUrl,
    patchFalco,
    patchFalcosidekick,
} from "./falco-values";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import type { LogStore } from "./loki";
import { LOG_RETENTION } from "./loki-values";

/** What watches programs while they run. */
export const falco = define({
    name: "falco",
    layer: "observability",
    purpose: "notices on every node what programs do that they should not",
    origin: "002.2.2, 004.6: runtime events of all nodes, with own rules",
    charts: {
        falco: chart("falco", "9.1.0", "https://falcosecurity.github.io/charts"),
        falcosidekick: chart("falcosidekick", "0.14.0", "https://falcosecurity.github.io/charts"),
    },
    needs: [kubePrometheusStack],
    offIn: { dev: "it watches every system call of every node, and nobody is woken by dev" },
    capabilities: {
        metrics: falcoScrapes,
        alerts: falcoAlerts,
        dashboards: falcoDashboards,
        routes: none("it has no page: events are alerts and lines in Loki"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing"),
        sizing: { by: "one agent on each node; its buffer follows the number of processors" },
        flows: "declared",
        retention: [{ what: "events, in Loki", for: LOG_RETENTION }],
    },
});

const NAMESPACE = "falco";

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NAMESPACE}/falco`,
        reason:
            "Its probe hangs in the kernel and sees the system calls of all programs, so it runs as root " +
            "with BPF, PERFMON, SYS_PTRACE and SYS_RESOURCE and reads /proc and /sys of the node.",
        guard:
            "never privileged, no other capability, no escalation, a root filesystem that nobody writes " +
            "to, no network of the node, no right in the API; it loads nothing when it starts",
        expires: "2027-05-31",
    },
];

/** Where alerts are handed in. */
export interface AlertTargets {
    readonly endpoint: Endpoint;
    /** Addresses of the members. */
    readonly members: readonly string[];
}

/** Arguments of {@link Falco}. */
export interface FalcoArgs extends SystemContext<typeof falco> {
    readonly alerts: AlertTargets;
    /** Where events are kept; undefined when somebody brings its log there, or nobody keeps logs. */
    readonly logs: LogStore | undefined;
}

/**
 * Falco on every node, control planes included, and falcosidekick, which hands what is noticed on: to
 * Alertmanager from `warning` on, and all of it to Loki unless its log is brought there.
 */
export class Falco extends System<typeof falco> {
    constructor({ alerts, logs, ...context }: FalcoArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const { site } = context;
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none("it keeps nothing: events are alerts and lines in Loki"),
            podSecurity: "privileged",
            flows: [],
        });
        const replicas = site.replicas("serving");
        const forwarder = { namespace, pods: falcosidekickPods };
        const ways = [
            ...connect("falco-events", {
                from: { namespace, pods: falcoPods },
                to: { ...forwarder, ports: [falcoPorts.falcosidekick] },
            }),
            ...connect("falco-alertmanager", { from: forwarder, to: alerts.endpoint }),
            ...(logs === undefined
                ? []
                : connect("falco-loki", { from: forwarder, to: logs.endpoint })),
        ];
        const url = forwarderUrl(namespace.name);
        this.budget("falcosidekick", forwarder, replicas);
        const handsOn = this.chart(falco.charts.falcosidekick, {
            release: "falcosidekick",
            namespace,
            needs: ways,
            patch: patchFalcosidekick,
            values: falcosidekickValues(replicas, {
                forwarder: url,
                alertmanagers: alerts.members,
                logs: logs?.url,
                runbook: runbookUrl(site.repository, "runtime-event"),
            }),
        });
        this.chart(falco.charts.falco, {
            release: "falco",
            namespace,
            needs: [...ways, ...handsOn.ready],
            patch: patchFalco,
            values: falcoValues({ forwarder: url }),
        });
        this.observe(namespace);
    }
}
