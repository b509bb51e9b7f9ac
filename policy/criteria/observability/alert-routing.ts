/** OBS-07: somebody hears of what is critical, and somebody of it when nothing can be heard. */
import * as yaml from "js-yaml";
import { type AlertingRule, evaluatedAlerts } from "../../engines/monitoring/alerts";
import { evaluatorsOf, MONITORING } from "../../engines/monitoring/prometheus";
import {
    type AlertLabels,
    type Destination,
    destinationsOf,
    inhibitionsOf,
    isInCluster,
    meetsAll,
    receiverNames,
    type Route,
    routeOf,
    routesOf,
    secondsOf,
    variantsOf,
} from "../../engines/monitoring/routing";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isTree, read, type Reading, readLabels, readString, type Tree } from "../../kernel/tree";

/** Key that the operator reads (prometheus-operator: pkg/alertmanager, `alertmanagerConfigFile`). */
const KEY = "alertmanager.yaml";
/** Seconds within which the switch outside must hear something. */
const SILENCE = 15 * 60;
/** Where the operator mounts the other keys of the Secret. */
const FOLDER = "/etc/alertmanager/config/";

/** A key of the Secret, whether written as text or in base64. */
function valueOf(secret: ObjectOf, key: string): Reading {
    const data = read(secret.inputs, ["data", key]);
    const text = read(secret.inputs, ["stringData", key]);
    if (text.state !== "absent") {
        return text;
    }
    return data.state === "known"
        ? { state: "known", value: Buffer.from(String(data.value), "base64").toString("utf8") }
        : data;
}

function parse(text: string): Tree | undefined {
    try {
        const value = yaml.load(text);
        return isTree(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

function labelsOf({ name, tree }: AlertingRule): AlertLabels {
    return { ...readLabels(tree, "labels"), alertname: name };
}

/** One Alertmanager with what it routes, and how. */
interface Routed {
    readonly fact: ObjectOf;
    readonly secret: ObjectOf;
    readonly configuration: Tree;
    readonly root: Route;
    readonly alerts: readonly AlertingRule[];
}

/** The host of a destination, in the configuration or in a file of the same Secret. */
function hostOf({ secret }: Routed, { host, file }: Destination): string | undefined {
    if (host !== undefined || file?.startsWith(FOLDER) !== true) {
        return host;
    }
    const value = valueOf(secret, file.slice(FOLDER.length));
    const [, found] =
        value.state === "known" ? (/^[a-z]+:\/\/([^/:?#]+)/i.exec(String(value.value)) ?? []) : [];
    return found?.toLowerCase();
}

function isWatchdog({ name, expression }: AlertingRule): boolean {
    return name === "Watchdog" || expression.replace(/\s/g, "") === "vector(1)";
}

function isCritical({ tree }: AlertingRule): boolean {
    return readString(tree, "labels", "severity") === "critical";
}

/** Why a critical alert does not reach two people, in whatever way it may arrive. */
function faultOf(routed: Routed, labels: AlertLabels): string | undefined {
    const { configuration, root } = routed;
    for (const variant of variantsOf(root, labels)) {
        const taken = routesOf(root, variant);
        const always = taken.filter(({ timed }) => timed.length === 0);
        const ways = always.flatMap(({ receiver }) => destinationsOf(configuration, receiver));
        const hosts = ways.map((way) => ({ way, host: hostOf(routed, way) }));
        const distinct = new Set(hosts.map(({ way, host }) => host ?? way.key));
        const names = taken.map(({ receiver }) => receiver).join(", ");
        if (distinct.size < 2) {
            return taken.length > always.length
                ? `goes to ${names} only at some hours; let critical alerts through at any`
                : `goes to ${names}, which has ${distinct.size === 0 ? "no channel" : "one channel"}; give it two that fail apart`;
        }
        if (hosts.every(({ host }) => host !== undefined && isInCluster(host))) {
            return `goes to ${names}, whose channels are all inside of the cluster; they end with it`;
        }
    }
    return undefined;
}

function judgeCritical(routed: Routed): Finding[] {
    const faults = routed.alerts
        .filter(isCritical)
        .map((alert) => ({ name: alert.name, fault: faultOf(routed, labelsOf(alert)) }));
    // One fault of the routing is the fault of many alerts.
    const byFault = new Map<string, string[]>();
    for (const { name, fault } of faults) {
        if (fault !== undefined) {
            byFault.set(fault, [...(byFault.get(fault) ?? []), name]);
        }
    }
    return [...byFault].map(([fault, [first = "", ...more]]) =>
        violated(
            routed.fact,
            `critical alert ${first}${more.length === 0 ? "" : ` and ${more.length} more`} ${fault}`,
        ),
    );
}

/** An alert that always fires must not keep others from being sent. */
function judgeInhibitions({ fact, configuration, alerts }: Routed): Finding[] {
    const constant = alerts.filter(isWatchdog).map(labelsOf);
    const critical = alerts.filter(isCritical).map(labelsOf);
    return inhibitionsOf(configuration)
        .filter(
            ({ source, equal }) =>
                equal.length === 0 && constant.some((labels) => meetsAll(labels, source)),
        )
        .flatMap(({ target }) => {
            const [silenced] = critical.filter((labels) => meetsAll(labels, target));
            return silenced === undefined
                ? []
                : [
                      violated(
                          fact,
                          `an inhibition by an alert that always fires keeps ${silenced.alertname ?? ""} from being sent; name its real cause`,
                      ),
                  ];
        });
}

function judgeSwitch(routed: Routed, watchdog: AlertingRule): Finding[] {
    const { fact, root, configuration } = routed;
    const taken = routesOf(root, labelsOf(watchdog));
    const ways = taken.flatMap((route) =>
        destinationsOf(configuration, route.receiver)
            .filter(({ kind }) => kind === "webhook" || kind === "pagerduty" || kind === "opsgenie")
            .map((way) => ({ route, host: hostOf(routed, way) })),
    );
    const said = (message: string) => [violated(fact, `the watchdog ${watchdog.name} ${message}`)];
    if (ways.length === 0) {
        return said("goes to no dead man's switch; send it to one outside of the cluster");
    }
    const outside = ways.filter(({ host }) => host === undefined || !isInCluster(host));
    if (outside.length === 0) {
        return said(
            `goes to ${ways[0]?.host ?? ""}, which is inside of the cluster and ends with it; send it to a service outside`,
        );
    }
    const steady = outside.filter(({ route }) => route.timed.length === 0);
    if (steady.length === 0) {
        return said("is sent only at some hours; the switch raises the alarm at the others");
    }
    const heard = steady.map(({ route }) =>
        Math.max(secondsOf(route.repeatInterval), secondsOf(route.groupInterval)),
    );
    return Math.min(...heard) <= SILENCE
        ? []
        : said(
              `is sent every ${Math.round(Math.min(...heard) / 60)} minutes; repeat it within ${SILENCE / 60}, or the switch notices too late`,
          );
}

function judgeReceivers({ fact, configuration, root }: Routed): Finding[] {
    const names = new Set(receiverNames(configuration));
    const used = (route: Route): string[] => [route.receiver, ...route.routes.flatMap(used)];
    return [...new Set(used(root))]
        .filter((name) => !names.has(name))
        .map((name) =>
            violated(fact, `a route names receiver ${name || "none"}, which is not there`),
        );
}

function judgeRouted(routed: Routed, isMore: boolean): Finding[] {
    const { fact, alerts } = routed;
    const lost = judgeReceivers(routed);
    if (lost.length > 0) {
        return lost;
    }
    const [watchdog] = alerts.filter(isWatchdog);
    const watched =
        watchdog !== undefined
            ? judgeSwitch(routed, watchdog)
            : isMore
              ? [notJudged(fact, "whether an alert always fires is known only at the update")]
              : [
                    violated(
                        fact,
                        "no alert always fires, by which somebody notices silence; add Watchdog",
                    ),
                ];
    return [...judgeCritical(routed), ...judgeInhibitions(routed), ...watched];
}

function judgeManager(facts: Facts, fact: ObjectOf): Finding[] {
    const { name, namespace } = fact.object;
    const custom = read(fact.inputs, ["spec", "alertmanagerConfiguration", "name"]);
    if (custom.state !== "absent") {
        return [notJudged(fact, "its routes are an AlertmanagerConfig, which is not read here")];
    }
    const named = read(fact.inputs, ["spec", "configSecret"]);
    if (named.state === "unknown") {
        return [notJudged(fact, "where its configuration lies is known only at the update")];
    }
    const wanted = named.state === "known" ? String(named.value) : `alertmanager-${name}`;
    const [secret] = facts
        .objects("", "Secret")
        .filter(({ object }) => object.name === wanted && object.namespace === namespace);
    if (secret === undefined) {
        return [
            violated(
                fact,
                `its configuration, Secret ${wanted}, is not there: alerts reach nobody`,
            ),
        ];
    }
    const text = valueOf(secret, KEY);
    if (text.state !== "known") {
        return [
            text.state === "unknown"
                ? notJudged(fact, "its configuration is known only at the update")
                : violated(fact, `Secret ${wanted} has no ${KEY}: alerts reach nobody`),
        ];
    }
    const configuration = parse(String(text.value));
    if (configuration === undefined) {
        return [violated(fact, `${KEY} in Secret ${wanted} is no YAML; correct it`)];
    }
    const { alerts, unread } = evaluatedAlerts(facts);
    return judgeRouted(
        { fact, secret, configuration, root: routeOf(configuration), alerts },
        unread.length > 0,
    );
}

/** OBS-07. */
export const alertRouting: StackCriterion = {
    id: "OBS-07",
    name: "obs-07-alert-routing",
    description:
        "Checks that critical alerts go by two channels that fail apart, and that a watchdog feeds a dead man's switch outside of the cluster.",
    severity: "high",
    remediation:
        "Set two channels and the dead man's switch in `systems.alertRouting`, and turn it on.",
    judgeStack: (facts) => {
        const managers = facts.objects(MONITORING, "Alertmanager");
        const evaluators = managers.length === 0 ? evaluatorsOf(facts) : [];
        return {
            subjects: managers.length + evaluators.length,
            judged: [...managers, ...evaluators],
            findings: [
                ...managers.flatMap((fact) => judgeManager(facts, fact)),
                ...evaluators.map((fact) =>
                    violated(fact, "its alerts reach nobody; add an Alertmanager"),
                ),
            ],
        };
    },
};
