/**
 * The configuration of Alertmanager v0.34.0 (docs/configuration.md). It holds no secret: what is one
 * lies beside it in files, and it names these. Pure.
 */
import type { Alert } from "../base/alert";
import { runbookUrl } from "../base/monitoring-objects";
import type { Manifest } from "../base/object";
import type { MailSettings } from "../site-schema";
import {
    type ChannelName,
    channelsOf,
    type RoutingSettings,
    type Silence,
} from "./alert-routing-settings";

/** Where the operator mounts every key of the Secret (prometheus-operator: pkg/alertmanager). */
const FOLDER = "/etc/alertmanager/config";
/** Key of the Secret that Alertmanager reads first. */
export const configurationKey = "alertmanager.yaml";
/** Keys of the Secret with what is secret. */
export const secretFiles = {
    ntfy: "ntfy-url",
    ntfyToken: "ntfy-token",
    matrix: "matrix-url",
    webhook: "webhook-url",
    smtpPassword: "smtp-password",
    deadMansSwitch: "dead-mans-switch-url",
} as const;

/** Names of the receivers. */
export const receivers = {
    nobody: "nobody",
    deadMansSwitch: "dead-mans-switch",
    critical: "critical",
    warning: "warning",
} as const;

const WORKING_HOURS = "working-hours";
/** The alert that stands for a silence, and its label that says which. */
const SILENCE = { alert: "Silenced", label: "silence" } as const;

/** What the configuration follows from. */
export interface Routing {
    readonly own: RoutingSettings;
    readonly mail: MailSettings | undefined;
    /** Every alert that is evaluated. */
    readonly alerts: readonly Alert[];
    /** Programs of the platform that are told of alerts beside people; default: none. */
    readonly programs?: readonly AlertProgram[];
}

/** A program that takes Alertmanager's webhook. */
export interface AlertProgram {
    /** Name of its receiver. */
    readonly name: string;
    /** Address inside of the cluster. */
    readonly url: string;
}

function file(name: string): string {
    return `${FOLDER}/${name}`;
}

function webhook(name: "ntfy" | "matrix" | "webhook", own: RoutingSettings): object {
    const isAsked = name === "ntfy" && own.ntfy?.authenticated === true;
    return {
        url_file: file(secretFiles[name]),
        send_resolved: true,
        ...(isAsked
            ? {
                  http_config: {
                      authorization: { credentials_file: file(secretFiles.ntfyToken) },
                  },
              }
            : {}),
    };
}

/** A receiver of messages by some ways. */
function receiver(name: string, channels: readonly ChannelName[], own: RoutingSettings): object {
    const webhooks = channels.flatMap((channel) => (channel === "email" ? [] : [channel]));
    const to = channels.includes("email") ? (own.email?.to ?? []) : [];
    return {
        name,
        ...(webhooks.length === 0
            ? {}
            : { webhook_configs: webhooks.map((channel) => webhook(channel, own)) }),
        ...(to.length === 0
            ? {}
            : {
                  email_configs: [{ to: to.join(", "), send_resolved: true }],
              }),
    };
}

/** RFC 8314: 465 speaks TLS from the first byte, 587 begins it by STARTTLS, and must. */
function smtp(mail: MailSettings): object {
    const { host, port, from, username } = mail;
    return {
        smtp_smarthost: `${host}:${port}`,
        smtp_from: from,
        smtp_auth_username: username,
        smtp_auth_password_file: file(secretFiles.smtpPassword),
        smtp_require_tls: true,
        smtp_force_implicit_tls: port === 465,
    };
}

/** A matcher of the settings as Alertmanager writes it: `alertname=~"A|B"`. */
function toMatcher(matcher: string): string {
    const [, label = "", operator = "", value = ""] = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(matcher) ?? [];
    return `${label}${operator}"${value}"`;
}

/** One cause, one message: what follows from an alert is not told beside it. */
function inhibitions(alerts: readonly Alert[]): object[] {
    const names = new Set(alerts.map(({ name }) => name));
    return alerts.flatMap(({ name, explains = [] }) =>
        explains.flatMap(({ alerts: symptoms, equal = [] }) => {
            const there = symptoms.filter((symptom) => names.has(symptom));
            return there.length === 0
                ? []
                : [
                      {
                          source_matchers: [`alertname="${name}"`],
                          target_matchers: [`alertname=~"${there.join("|")}"`],
                          ...(equal.length === 0 ? {} : { equal: [...equal] }),
                      },
                  ];
        }),
    );
}

/**
 * A silence ends by itself: the alert that stands for it stops firing after its last day. Silences
 * of Alertmanager itself are made by hand and are in no repository.
 */
function silenced(silences: readonly Silence[]): object[] {
    return silences.map(({ matchers }, index) => ({
        source_matchers: [`alertname="${SILENCE.alert}"`, `${SILENCE.label}="${index}"`],
        target_matchers: [...matchers.map(toMatcher), `alertname!="${SILENCE.alert}"`],
    }));
}

/** The alerts that stand for silences; undefined without any. */
export function silenceRules(
    silences: readonly Silence[],
    {
        namespace,
        repository,
    }: { readonly namespace: string; readonly repository: string | undefined },
): Manifest | undefined {
    const rules = silences.map(({ reason, expires, matchers }, index) => ({
        alert: SILENCE.alert,
        // The day itself still counts.
        expr: `vector(time()) < ${Date.parse(expires) / 1000 + 86_400}`,
        labels: { severity: "none", [SILENCE.label]: String(index), system: "alert-routing" },
        annotations: {
            summary: `Nobody is told of ${matchers.join(" and ")} until ${expires}`,
            description: reason,
            runbook_url: runbookUrl(repository, "silence-alerts"),
        },
    }));
    return rules.length === 0
        ? undefined
        : {
              apiVersion: "monitoring.coreos.com/v1",
              kind: "PrometheusRule",
              metadata: { name: "silences", namespace },
              spec: { groups: [{ name: "silences", rules }] },
          };
}

function timeIntervals({ workingHours }: RoutingSettings): object {
    return workingHours === undefined
        ? {}
        : {
              time_intervals: [
                  {
                      name: WORKING_HOURS,
                      time_intervals: [
                          {
                              weekdays: [...workingHours.days],
                              times: [{ start_time: workingHours.from, end_time: workingHours.to }],
                              location: workingHours.timeZone,
                          },
                      ],
                  },
              ],
          };
}

/** Where which alert goes; the first route that matches decides. */
function route(
    { workingHours, deadMansSwitch }: RoutingSettings,
    programs: readonly AlertProgram[],
): object {
    return {
        // Whatever says nothing of how urgent it is is taken for urgent.
        receiver: receivers.critical,
        group_by: ["alertname", "namespace", "node"],
        // Long enough for the cause to arrive beside its symptoms.
        group_wait: "30s",
        group_interval: "5m",
        repeat_interval: "4h",
        routes: [
            ...(deadMansSwitch === undefined
                ? []
                : [
                      {
                          matchers: ['alertname="Watchdog"'],
                          receiver: receivers.deadMansSwitch,
                          group_by: ["alertname"],
                          group_wait: "0s",
                          group_interval: "1m",
                          repeat_interval: "1m",
                      },
                  ]),
            // At any hour, and whoever else is told.
            ...programs.map(({ name }) => ({
                matchers: ['severity=~"critical|warning"'],
                receiver: name,
                group_interval: "1m",
                continue: true,
            })),
            { matchers: ['severity=~"none|info"'], receiver: receivers.nobody },
            {
                matchers: ['severity="warning"'],
                receiver: receivers.warning,
                repeat_interval: "24h",
                ...(workingHours === undefined ? {} : { active_time_intervals: [WORKING_HOURS] }),
            },
            { matchers: ['severity="critical"'], receiver: receivers.critical },
        ],
    };
}

/** The configuration as a tree. */
export function routingConfiguration({ own, mail, alerts, programs = [] }: Routing) {
    const channels = channelsOf(own);
    return {
        global: {
            resolve_timeout: "5m",
            ...(mail === undefined || own.email === undefined ? {} : smtp(mail)),
        },
        route: route(own, programs),
        inhibit_rules: [...inhibitions(alerts), ...silenced(own.silences)],
        ...timeIntervals(own),
        receivers: [
            { name: receivers.nobody },
            ...(own.deadMansSwitch === undefined
                ? []
                : [
                      {
                          name: receivers.deadMansSwitch,
                          webhook_configs: [
                              { url_file: file(secretFiles.deadMansSwitch), send_resolved: false },
                          ],
                      },
                  ]),
            receiver(receivers.critical, channels, own),
            receiver(receivers.warning, channels.slice(0, 1), own),
            ...programs.map(({ name, url }) => ({
                name,
                webhook_configs: [{ url, send_resolved: true }],
            })),
        ],
    };
}
