import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ollama } from "../apps/ollama";
import { none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define, type SettingsOf } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { LanguageModel } from "../base/language-model";
import { chart, image } from "../base/pins";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { email, server } from "../base/values";
import { addressOn, alertRouting } from "./alert-routing";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { robustaAlerts, robustaDashboards, robustaScrapes } from "./robusta-alerts";
import { patchRobusta } from "./robusta-patch";
import {
    actionFiles,
    ACTIONS,
    mailAddress,
    ROBUSTA,
    robustaPods,
    robustaPorts,
    robustaValues,
    wayKeys,
    WAYS,
} from "./robusta-values";

const NEEDS_PEOPLE = "it sends to people what alerts mean, and alertRouting with its ways is off";

/** Alerts with what explains them. */
export const robusta = define({
    name: "robusta",
    layer: "observability",
    purpose:
        "adds logs, events and a cause to alerts, which a model inside of the cluster looks for",
    origin: "001: alerts enriched, and their root cause",
    charts: {
        robusta: chart("robusta", "0.47.0", "https://robusta-charts.storage.googleapis.com"),
    },
    images: {
        runner: image("docker.io/robustadev/robusta-runner", "0.47.0"),
        kubewatch: image("docker.io/robustadev/kubewatch", "v2.14.0"),
        holmes: image("docker.io/robustadev/holmes", "0.39.0"),
    },
    needs: [kubePrometheusStack, ollama, alertRouting],
    offIn: {
        dev: "there is no model to ask",
        staging: "there is no model to ask",
        prod: NEEDS_PEOPLE,
    },
    settings: {
        email: z
            .strictObject({
                to: z.array(email).min(1).describe("addresses to which explained alerts go"),
            })
            .optional()
            .describe("electronic mail, by the settings `mail`"),
        webhook: z
            .strictObject({ server: server.describe("host that takes the text, over https") })
            .optional()
            .describe(
                "anything that takes text by POST, such as a topic of ntfy; its address is the secret `robustaWebhookUrl`",
            ),
    },
    secrets: {
        robustaWebhookUrl: {
            description:
                "address that takes explained alerts as text by POST, such as a topic of ntfy at https://ntfy.sh/<topic>",
            neededBecause: ({ webhook }) => webhook && "systems.robusta.webhook is set",
        },
    },
    check: (own, site) => [
        ...(own.email === undefined && own.webhook === undefined
            ? [
                  {
                      key: "systems.robusta",
                      found: "no way to send explained alerts",
                      allowed: "email, webhook or both: Robusta does not start without one",
                  },
              ]
            : []),
        ...(own.email !== undefined && site.mail === undefined
            ? [
                  {
                      key: "mail",
                      found: "nothing",
                      allowed: "the server that takes mail, because systems.robusta.email is set",
                  },
              ]
            : []),
    ],
    capabilities: {
        metrics: robustaScrapes,
        alerts: robustaAlerts,
        dashboards: robustaDashboards,
        routes: none("it has no page: what it finds is sent"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: what it finds is sent"),
        sizing: none("one runner; the model answers one alert after the other"),
        flows: "declared",
        retention: none("what it finds is sent and forgotten"),
    },
});

const late = "Alerts reach people by alertRouting without it, only unexplained.";
const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${ROBUSTA}/${ROBUSTA}-runner`,
        reason: "It has no leader election: two runners would send every alert twice.",
        guard: `${late} It leaves a dead node after 30 s, and RobustaDown tells.`,
        expires: "2027-05-31",
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${ROBUSTA}/${ROBUSTA}-forwarder`,
        reason: "Each one hands in every event of the cluster: with two, all would come twice.",
        guard: `${late} It leaves a dead node after 30 s; what restarts meanwhile is alerted all the same.`,
        expires: "2027-05-31",
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${ROBUSTA}/${ROBUSTA}-holmes`,
        reason: "It asks a model that answers one question at a time: a second one would only wait.",
        guard: `${late} It leaves a dead node after 30 s, and RobustaExplanationsFailing tells.`,
        expires: "2027-05-31",
    },
];

/** Arguments of {@link Robusta}. */
export interface RobustaArgs extends SystemContext<typeof robusta> {
    readonly monitoring: {
        readonly prometheus: Endpoint;
        readonly prometheusUrl: string;
        readonly alertmanager: Endpoint;
    };
    /** Who is asked why. */
    readonly model: LanguageModel;
}

type Own = SettingsOf<typeof robusta>;

/**
 * Robusta with HolmesGPT: each alert gets logs and events beside it, and a critical one the cause that
 * the model of the site finds by looking at the cluster. It looks and changes nothing; nothing is told
 * to its makers.
 */
export class Robusta extends System<typeof robusta> {
    constructor(
        { monitoring, model, ...context }: RobustaArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const { mail } = site;
        const ports = [
            ...(settings.webhook === undefined ? [] : [443]),
            ...(settings.email === undefined || mail === undefined ? [] : [mail.port]),
        ];
        const namespace = this.namespace(ROBUSTA, {
            tier: "app",
            backup: none("it keeps nothing: what it finds is sent"),
            flows: [
                toApiServer(),
                { name: "ways", pods: robustaPods.runner, to: "internet", ports },
            ],
        });
        const runner = { namespace, pods: robustaPods.runner, ports: [robustaPorts.runner] };
        const holmes = { namespace, pods: robustaPods.holmes, ports: [robustaPorts.holmes] };
        const forwarder = { namespace, pods: robustaPods.forwarder };
        const { prometheus, alertmanager } = monitoring;
        const ways = [
            ...connect("alerts-to-robusta", { from: alertmanager, to: runner }),
            ...connect("events-to-robusta", { from: forwarder, to: runner }),
            ...connect("robusta-asks-holmes", { from: runner, to: holmes }),
            ...connect("robusta-asks-metrics", { from: runner, to: prometheus }),
            ...connect("holmes-asks-metrics", { from: holmes, to: prometheus }),
            ...connect("holmes-asks-model", { from: holmes, to: model.endpoint }),
        ];
        const addresses = new ConfiguredSecret(
            WAYS,
            { namespace, rotation: yearly, values: this.addresses(settings, context) },
            inside,
        );
        const actions = this.object(
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: ACTIONS, namespace: ROBUSTA },
                data: actionFiles,
            },
            { dependsOn: [namespace.object] },
        );
        this.chart(robusta.charts.robusta, {
            release: ROBUSTA,
            namespace,
            needs: [addresses.object, actions, ...ways],
            patch: patchRobusta,
            values: robustaValues({
                images: robusta.images,
                cluster: site.cluster.name,
                domain: site.domain,
                prometheus: monitoring.prometheusUrl,
                model: { name: model.model, url: model.url },
                ways: (["email", "webhook"] as const).filter((way) => settings[way] !== undefined),
            }),
        });
        this.observe(namespace);
    }

    /** Address of each way, as the runner reads it. */
    private addresses(
        { email: people, webhook }: Own,
        { site, secret }: Pick<SystemContext<typeof robusta>, "site" | "secret">,
    ): Record<string, pulumi.Output<string>> {
        const { mail } = site;
        return {
            ...(people === undefined || mail === undefined
                ? {}
                : {
                      [wayKeys.email]: site
                          .secret("smtpPassword")
                          .apply((password) => mailAddress(mail, password, people.to)),
                  }),
            ...(webhook && {
                [wayKeys.webhook]: secret("robustaWebhookUrl").apply((address) =>
                    addressOn(webhook.server, "robustaWebhookUrl", address),
                ),
            }),
        };
    }
}
