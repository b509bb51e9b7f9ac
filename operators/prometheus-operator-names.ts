/** What the resources of the Prometheus operator name (v0.93.0: pkg/apis/monitoring). */
import type { NamedField } from "./behaviour";
import { keyOf, kinds, named } from "./names";

/** A value in a Secret or in a ConfigMap (SecretOrConfigMap). */
function either(...paths: readonly string[]): NamedField[] {
    return paths.flatMap((path) => [
        ...keyOf(path, ["secret"]),
        ...keyOf(path, ["configMap"], kinds.configMap),
    ]);
}

/** Certificates of a client or a server (SafeTLSConfig, WebTLSConfig). */
export function tlsNames(prefix: string): NamedField[] {
    return [
        ...either(`${prefix}.ca`, `${prefix}.cert`, `${prefix}.client_ca`),
        ...keyOf(prefix, ["keySecret"]),
    ];
}

/** How a client of HTTP shows who it is (HTTPConfig). */
export function clientNames(prefix: string): NamedField[] {
    return [
        ...keyOf(prefix, [
            ...["authorization.credentials", "basicAuth.username", "basicAuth.password"],
            ...["bearerTokenSecret", "oauth2.clientSecret", "sigv4.accessKey", "sigv4.secretKey"],
        ]),
        ...either(`${prefix}.oauth2.clientId`),
        ...tlsNames(`${prefix}.oauth2.tlsConfig`),
        ...tlsNames(`${prefix}.tlsConfig`),
    ];
}

/** Writing metrics to another system (RemoteWriteSpec). */
export function remoteWriteNames(): NamedField[] {
    const prefix = "spec.remoteWrite[]";
    return [...clientNames(prefix), ...keyOf(prefix, ["azureAd.oauth.clientSecret"])];
}

/** Secrets, ConfigMaps and volumes of a StatefulSet of the operator. */
export const storedNames: readonly NamedField[] = [
    ...named(kinds.secret, "spec.secrets[]"),
    ...named(kinds.configMap, "spec.configMaps[]"),
    ...named(kinds.storageClass, "spec.storage.volumeClaimTemplate.spec.storageClassName"),
    ...tlsNames("spec.web.tlsConfig"),
];

/** Names in a Prometheus and in a PrometheusAgent. */
export const prometheusNames: readonly NamedField[] = [
    ...storedNames,
    ...keyOf("spec", ["additionalScrapeConfigs"]),
    ...keyOf("spec", ["additionalAlertManagerConfigs", "additionalAlertRelabelConfigs"]),
    ...clientNames("spec.apiserverConfig"),
    ...clientNames("spec.alerting.alertmanagers[]"),
    ...clientNames("spec.remoteRead[]"),
    ...remoteWriteNames(),
    ...clientNames("spec.scrapeClasses[]"),
    ...tlsNames("spec.tracingConfig.tlsConfig"),
    ...keyOf("spec.thanos", ["objectStorageConfig", "tracingConfig"]),
    ...tlsNames("spec.thanos.grpcServerTlsConfig"),
];

const GLOBAL = "spec.alertmanagerConfiguration.global";

/** Names in an Alertmanager. */
export const alertmanagerNames: readonly NamedField[] = [
    ...storedNames,
    ...named(kinds.secret, "spec.configSecret"),
    ...named("monitoring.coreos.com/AlertmanagerConfig", "spec.alertmanagerConfiguration.name"),
    ...clientNames(`${GLOBAL}.httpConfig`),
    ...tlsNames(`${GLOBAL}.smtp.tlsConfig`),
    ...keyOf(GLOBAL, [
        ...["mattermost.webhookURL", "opsGenieApiKey", "opsGenieApiUrl", "rocketChat.token"],
        ...["rocketChat.tokenID", "slackApiUrl", "smtp.authPassword", "smtp.authSecret"],
        ...["victorops.apiKey", "wechat.apiSecret"],
    ]),
    ...either("spec.alertmanagerConfiguration.templates[]"),
    ...tlsNames("spec.clusterTLS.client"),
    ...tlsNames("spec.clusterTLS.server"),
];

/** Names in a ThanosRuler. */
export const rulerNames: readonly NamedField[] = [
    ...storedNames,
    ...keyOf("spec", [
        ...["alertRelabelConfigs", "alertmanagersConfig", "objectStorageConfig"],
        ...["queryConfig", "tracingConfig"],
    ]),
    ...tlsNames("spec.grpcServerTlsConfig"),
    ...remoteWriteNames(),
];

/** Names in the receivers of an AlertmanagerConfig, by the lists in which they stand. */
const RECEIVERS: Readonly<Record<string, readonly string[]>> = {
    discordConfigs: ["apiURL"],
    emailConfigs: ["authPassword", "authSecret"],
    msteamsConfigs: ["webhookUrl"],
    msteamsv2Configs: ["webhookURL"],
    opsgenieConfigs: ["apiKey"],
    pagerdutyConfigs: ["routingKey", "serviceKey"],
    pushoverConfigs: ["token", "userKey"],
    rocketchatConfigs: ["token", "tokenID"],
    slackConfigs: ["apiURL"],
    telegramConfigs: ["botToken"],
    victoropsConfigs: ["apiKey"],
    webexConfigs: [],
    webhookConfigs: ["urlSecret"],
    wechatConfigs: ["apiSecret"],
    snsConfigs: ["sigv4.accessKey", "sigv4.secretKey"],
};

/** Names in an AlertmanagerConfig. */
export const receiverNames: readonly NamedField[] = Object.entries(RECEIVERS).flatMap(
    ([list, fields]) => {
        const prefix = `spec.receivers[].${list}[]`;
        return [
            ...keyOf(prefix, fields),
            ...clientNames(`${prefix}.httpConfig`),
            ...(list === "emailConfigs" ? tlsNames(`${prefix}.tlsConfig`) : []),
        ];
    },
);
