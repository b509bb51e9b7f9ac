/** Values of the chart robusta 0.47.0, its part HolmesGPT included. Pure. */
import fs from "node:fs";
import path from "node:path";
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer, restrictedPod, variables } from "../base/containers";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import type { MailSettings } from "../site-schema";

/** Name of the release and the namespace. */
export const ROBUSTA = "robusta";
/** Labels of the pods, by the chart. */
export const robustaPods = {
    runner: { app: `${ROBUSTA}-runner` },
    forwarder: { app: `${ROBUSTA}-forwarder` },
    holmes: { app: "holmes" },
} as const;
/** Ports of the pods; their Services listen on 80. */
export const robustaPorts = { runner: 5000, forwarder: 2112, holmes: 5050 } as const;
/** Where Alertmanager hands alerts in (robusta 0.47.0: src/robusta/runner/web.py). */
export const robustaIntake = `http://${ROBUSTA}-runner.${ROBUSTA}.svc/api/alerts`;
/** ConfigMap with the action of the platform. */
export const ACTIONS = `${ROBUSTA}-actions`;
/** Secret with the address of each way, as variables of the runner. */
export const WAYS = `${ROBUSTA}-ways`;
/** Keys of the Secret. */
export const wayKeys = { email: "ROBUSTA_MAILTO", webhook: "ROBUSTA_WEBHOOK" } as const;

/**
 * The address by which mail is sent (apprise: mailtos://): TLS from the first byte at 465, else by
 * STARTTLS.
 */
export function mailAddress(
    { host, port, from, username }: MailSettings,
    password: string,
    to: readonly string[],
): string {
    const query = new URLSearchParams({
        from,
        to: to.join(","),
        mode: port === 465 ? "ssl" : "starttls",
    });
    const account = [username, password].map(encodeURIComponent).join(":");
    return `mailtos://${account}@${host}:${port}/?${query.toString()}`;
}

/** Package of Python with the action; it is found by its name, nothing is installed. */
const PACKAGE = "platform_actions";
const PACKAGES = "/etc/platform";
/** The images name no user. */
const USER = 1000;
/** HolmesGPT describes itself and its tools in some 10,000 tokens, before the first question. */
const CONTEXT_TOKENS = 16_384;

/** What the values depend on. */
export interface RobustaSite {
    readonly images: Readonly<Record<"runner" | "kubewatch" | "holmes", ImagePin>>;
    readonly cluster: string;
    readonly domain: string;
    readonly prometheus: string;
    readonly model: { readonly name: string; readonly url: string };
    /** Ways by which explained alerts are sent; at least one. */
    readonly ways: readonly (keyof typeof wayKeys)[];
}

/**
 * The ways. What stands in braces is replaced as a whole by the variable; the scheme before it only
 * passes the check that comes earlier (robusta 0.47.0: mail_sink_params.py, playbook_utils.py).
 */
const sinks = {
    email: { mail_sink: { name: "mail", mailto: `mailtos://{{ env.${wayKeys.email} }}` } },
    webhook: { webhook_sink: { name: "webhook", url: `{{ env.${wayKeys.webhook} }}` } },
} as const;

/** The action as the files of a package. */
export const actionFiles: Readonly<Record<string, string>> = {
    "__init__.py": "",
    "explain_alert.py": fs.readFileSync(
        path.join(__dirname, "scripts", "explain_alert.py"),
        "utf8",
    ),
};

const scheduling = { priorityClassName: priorities.app.name, tolerations: leavesDeadNode };
const tmp = { name: "tmp", mountPath: "/tmp" };

function runnerValues({ images, domain, ways }: RobustaSite) {
    return {
        image: images.runner.reference,
        ...scheduling,
        // Nothing is told to Robusta's makers; of their page only links would be made.
        additional_env_vars: variables({
            ENABLE_TELEMETRY: "false",
            ROBUSTA_UI_DOMAIN: `https://${domain}`,
            HOLMES_ADDRESS: `http://${ROBUSTA}-holmes.${ROBUSTA}.svc`,
            PYTHONPATH: `.:/app/src:${PACKAGES}`,
            PYTHONDONTWRITEBYTECODE: "1",
            HOME: "/tmp",
        }),
        additional_env_froms: ways.length === 0 ? [] : [{ secretRef: { name: WAYS } }],
        sendAdditionalTelemetry: false,
        rbac: { disableCreateFromServiceAccount: true },
        resources: resources("75m", "448Mi", "1Gi"),
        securityContext: { container: restrictedContainer, pod: restrictedPod(USER) },
        extraVolumes: [
            { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
            { name: "actions", configMap: { name: ACTIONS } },
        ],
        extraVolumeMounts: [
            tmp,
            { name: "actions", mountPath: `${PACKAGES}/${PACKAGE}`, readOnly: true },
        ],
    };
}

/** Tools that look, and no more: the shell, the internet and the makers' service are off. */
function toolsets(prometheus: string) {
    const off = ["robusta", "internet", "skills", "connectivity_check", "bash"];
    return {
        "kubernetes/core": { enabled: true },
        "kubernetes/logs": { enabled: true },
        "prometheus/metrics": { enabled: true, config: { prometheus_url: prometheus } },
        ...Object.fromEntries(off.map((name) => [name, { enabled: false }])),
    };
}

function holmesValues({ images, prometheus, model }: RobustaSite) {
    const [registry, name] = [
        images.holmes.repository.slice(0, images.holmes.repository.lastIndexOf("/")),
        images.holmes.repository.slice(images.holmes.repository.lastIndexOf("/") + 1),
    ];
    return {
        registry,
        image: `${name}:${images.holmes.tag}`,
        ...scheduling,
        enableTelemetry: false,
        sentryDSN: "",
        additionalEnvVars: variables({
            HOME: "/tmp",
            PYTHONDONTWRITEBYTECODE: "1",
            MODEL: "platform",
            ROBUSTA_AI: "false",
            LOAD_ALL_ROBUSTA_MODELS: "false",
            OVERRIDE_MAX_CONTENT_SIZE: String(CONTEXT_TOKENS),
        }),
        modelList: {
            platform: {
                model: `ollama_chat/${model.name}`,
                api_base: model.url,
                num_ctx: CONTEXT_TOKENS,
            },
        },
        toolsets: toolsets(prometheus),
        podSecurityContext: restrictedPod(USER),
        containerSecurityContext: {
            runAsNonRoot: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
        },
        resources: resources("25m", "384Mi", "1Gi"),
    };
}

/** Values of the chart. */
export function robustaValues(site: RobustaSite): ChartValues {
    return {
        fullnameOverride: ROBUSTA,
        clusterName: site.cluster,
        enablePrometheusStack: false,
        enablePlatformPlaybooks: false,
        // The platform's own monitor stands for them.
        enableServiceMonitors: false,
        enableHolmesGPT: true,
        sinksConfig: site.ways.map((way) => sinks[way]),
        globalConfig: {
            check_prometheus_flags: false,
            prometheus_url: site.prometheus,
        },
        // Nobody may have it do anything from outside.
        lightActions: [],
        playbookRepos: { [PACKAGE]: { url: `file://${PACKAGES}/${PACKAGE}`, pip_install: false } },
        customPlaybooks: [
            { triggers: [{ on_prometheus_alert: {} }], actions: [{ explain_alert: {} }] },
        ],
        // They would start pods of their own on nodes, or hang videos on the alert.
        disabledPlaybooks: [
            "NodeFSSpaceAlerts",
            "KubeCPUOvercommit",
            "KubeMemoryOvercommit",
            "KrrJobFailed",
        ],
        runner: runnerValues(site),
        kubewatch: {
            image: site.images.kubewatch.reference,
            ...scheduling,
            pprof: false,
            resources: resources("10m", "64Mi", "256Mi"),
            securityContext: { container: restrictedContainer, pod: restrictedPod(USER) },
        },
        holmes: holmesValues(site),
    };
}
