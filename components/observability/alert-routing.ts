import * as pulumi from "@pulumi/pulumi";
import * as yaml from "js-yaml";
import type { AlertRoom } from "../base/alert-room";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { define, type SettingsOf } from "../base/definition";
import type { Collector, SystemContext } from "../base/foundation";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { hostOf } from "../base/values";
import {
    configurationKey,
    routingConfiguration,
    secretFiles,
    silenceRules,
} from "./alert-routing-configuration";
import { channelsOf, isOwnRoom, routingFaults, routingSettings } from "./alert-routing-settings";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { RELEASE, stackPods } from "./kube-prometheus-stack-values";

const NEEDS_PEOPLE = "it needs channels to you, and somebody outside who notices silence";
const ADDRESS = "as the service shows it";

/** Who is told of which alert. */
export const alertRouting = define({
    name: "alertRouting",
    layer: "observability",
    purpose: "who is told of which alert, by which ways and at what hours",
    origin: "001, 004.4.4: alerts reach people in two ways",
    charts: {},
    needs: [kubePrometheusStack],
    offIn: { dev: NEEDS_PEOPLE, staging: NEEDS_PEOPLE, prod: NEEDS_PEOPLE },
    settings: routingSettings,
    secrets: {
        ntfyTopic: {
            description:
                "topic at ntfy.sh or your own server: a long random name, because on a public one whoever knows it reads along",
            neededBecause: ({ ntfy }) => ntfy && "systems.alertRouting.ntfy is set",
        },
        ntfyToken: {
            description:
                "access token, `tk_...`, made at ntfy.sh/account or the same page of your own server",
            neededBecause: ({ ntfy }) =>
                ntfy?.authenticated === true
                    ? "systems.alertRouting.ntfy.authenticated is true"
                    : undefined,
        },
        matrixWebhookUrl: {
            description: `address of the room's webhook at the bridge, such as one at hookshot.example.org, ${ADDRESS}`,
            neededBecause: ({ matrix }) =>
                matrix?.server && "systems.alertRouting.matrix.server is set",
        },
        alertWebhookUrl: {
            description: `address that takes Alertmanager's webhook, such as one at alerts.example.org, ${ADDRESS}`,
            neededBecause: ({ webhook }) => webhook && "systems.alertRouting.webhook is set",
        },
        deadMansSwitchUrl: {
            description: `address that is called every minute while alerts can be sent, such as one at healthchecks.io, ${ADDRESS}; let it raise the alarm after ten minutes`,
            neededBecause: ({ deadMansSwitch }) =>
                deadMansSwitch && "systems.alertRouting.deadMansSwitch is set",
        },
    },
    capabilities: {
        metrics: none("those of Alertmanager are kubePrometheusStack's"),
        alerts: none("kubePrometheusStack has those of messages that do not arrive"),
        dashboards: none("what fires stands on those of kubePrometheusStack"),
        routes: none("it is a configuration, and has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("everything in it follows from the settings"),
        sizing: none("it runs nothing"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
    check: routingFaults,
});

/** Arguments of {@link AlertRouting}. */
export interface AlertRoutingArgs extends SystemContext<typeof alertRouting> {
    /** Whose namespace Alertmanager is in, and what is evaluated there. */
    readonly collector: Collector;
    /** The room of the platform's own chat; undefined where it has none. */
    readonly room: AlertRoom | undefined;
}

type Own = SettingsOf<typeof alertRouting>;

/**
 * An address that a person set, whole or from its first slash on, on the server that the settings
 * name.
 *
 * @throws RunError for one elsewhere: what is checked of the server would not hold for it
 */
export function addressOn(host: string, key: string, address: string): string {
    if (!address.includes("://")) {
        return `https://${host}/${address.replace(/^\/+/, "")}`;
    }
    if (hostOf(address) !== host) {
        throw new pulumi.RunError(
            `${key} is no https:// address on ${host}, which systems.alertRouting names: set the secret anew, or correct the server.`,
        );
    }
    return address;
}

/**
 * The configuration of Alertmanager, as the Secret in which its operator looks for it: critical
 * alerts go by every way, warnings by the first, and the watchdog to a switch outside that raises
 * the alarm when it stops. It comes last, when every alert is known.
 */
export class AlertRouting extends System<typeof alertRouting> {
    constructor(
        { collector, room, ...context }: AlertRoutingArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { site, settings } = context;
        super({ ...context, collector }, {}, opts);
        const { namespace } = collector;
        const { mail, repository } = site;
        const configuration = routingConfiguration({
            own: settings,
            mail,
            alerts: collector.evaluated,
        });
        const channels = channelsOf(settings);
        const outside = channels.filter((name) => name !== "matrix" || !isOwnRoom(settings));
        const ports = [
            ...(outside.some((name) => name !== "email") || settings.deadMansSwitch ? [443] : []),
            ...(channels.includes("email") && mail !== undefined ? [mail.port] : []),
        ];
        namespace.allow({
            name: "alerts-to-people",
            pods: stackPods.alertmanager,
            to: "internet",
            ports,
        });
        const own = isOwnRoom(settings) ? room : undefined;
        const way =
            own === undefined
                ? []
                : connect("alerts-to-room", {
                      from: { namespace, pods: stackPods.alertmanager },
                      to: own.endpoint,
                  });
        const secret = new ConfiguredSecret(
            "alert-routing",
            {
                namespace,
                // The name that the operator expects (prometheus-operator: defaultConfigSecretName).
                secretName: `alertmanager-${RELEASE}`,
                rotation: yearly,
                values: {
                    [configurationKey]: pulumi.output(yaml.dump(configuration, { lineWidth: -1 })),
                    ...this.secrets(settings, context),
                    ...(own && { [secretFiles.matrix]: own.url }),
                },
            },
            { parent: this },
        );
        const silences = silenceRules(settings.silences, { namespace: namespace.name, repository });
        if (silences !== undefined) {
            const definition = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
            this.object(silences, {
                dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
            });
        }
        this.waitFor(secret.object, ...way);
    }

    /** The files beside the configuration, by their names. */
    private secrets(
        { ntfy, matrix, webhook, email, deadMansSwitch }: Own,
        { site, secret }: Pick<SystemContext<typeof alertRouting>, "site" | "secret">,
    ): Record<string, pulumi.Output<string>> {
        const on = (
            host: string,
            key: "matrixWebhookUrl" | "alertWebhookUrl" | "deadMansSwitchUrl",
        ) => secret(key).apply((address) => addressOn(host, key, address));
        return {
            ...(ntfy === undefined
                ? {}
                : {
                      // ntfy writes such messages by its own template (docs.ntfy.sh/publish).
                      [secretFiles.ntfy]: pulumi.interpolate`https://${ntfy.server}/${secret("ntfyTopic")}?template=alertmanager`,
                      ...(ntfy.authenticated
                          ? { [secretFiles.ntfyToken]: secret("ntfyToken") }
                          : {}),
                  }),
            ...(matrix?.server !== undefined && {
                [secretFiles.matrix]: on(matrix.server, "matrixWebhookUrl"),
            }),
            ...(webhook && { [secretFiles.webhook]: on(webhook.server, "alertWebhookUrl") }),
            ...(email && { [secretFiles.smtpPassword]: site.secret("smtpPassword") }),
            ...(deadMansSwitch && {
                [secretFiles.deadMansSwitch]: on(deadMansSwitch.server, "deadMansSwitchUrl"),
            }),
        };
    }
}
