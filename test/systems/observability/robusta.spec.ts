import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { routingConfiguration } from "../../../components/observability/alert-routing-configuration";
import type { Manifest } from "../../../components/base/object";
import { robusta } from "../../../components/observability/robusta";
import { patchRobusta } from "../../../components/observability/robusta-patch";
import {
    actionFiles,
    mailAddress,
    robustaIntake,
    robustaValues,
} from "../../../components/observability/robusta-values";
import { stackSettings } from "../../fixtures/stack";
import { everySystem } from "../../fixtures/every-system";

const values = robustaValues({
    images: robusta.images,
    cluster: "home",
    domain: "example.org",
    prometheus: "http://prometheus",
    model: { name: "qwen3:4b", url: "http://ollama.ollama.svc:11434" },
    ways: ["email", "webhook"],
}) as unknown as {
    readonly sinksConfig: readonly Record<string, Record<string, string>>[];
    readonly lightActions: readonly string[];
    readonly runner: { readonly additional_env_vars: readonly { name: string; value: string }[] };
    readonly holmes: {
        readonly registry: string;
        readonly image: string;
        readonly enableTelemetry: boolean;
        readonly modelList: Record<string, { model: string; api_base: string }>;
        readonly toolsets: Record<string, { enabled: boolean }>;
    };
};

/** What the settings say of Robusta with these values. */
function faultsOf(own: Readonly<Record<string, unknown>>, site: object = {}): string {
    try {
        const systems = everySystem();
        stackSettings({
            ...site,
            systems: { ...systems, robusta: { enabled: true, ...own } },
        });
        return "";
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}

const role = (rules: readonly object[]): Manifest => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "robusta-runner-cluster-role" },
    rules,
});

describe("Robusta", () => {
    it("asks the model of the site, and tells nothing to its makers", () => {
        const { holmes, runner } = values;
        assert.deepEqual(Object.values(holmes.modelList), [
            {
                model: "ollama_chat/qwen3:4b",
                api_base: "http://ollama.ollama.svc:11434",
                num_ctx: 16_384,
            },
        ]);
        assert.equal(holmes.enableTelemetry, false);
        assert.equal(`${holmes.registry}/${holmes.image}`, robusta.images.holmes.reference);
        const variables = new Map(
            runner.additional_env_vars.map(({ name, value }) => [name, value]),
        );
        assert.equal(variables.get("ENABLE_TELEMETRY"), "false");
        // By this the chart tells whether to add the makers' Sentry.
        assert.doesNotMatch(variables.get("ROBUSTA_UI_DOMAIN") ?? "robusta.dev", /robusta\.dev$/);
    });

    it("gives the model tools that look, and no shell or internet", () => {
        const on = Object.entries(values.holmes.toolsets).flatMap(([name, { enabled }]) =>
            enabled ? [name] : [],
        );
        assert.deepEqual(on, ["kubernetes/core", "kubernetes/logs", "prometheus/metrics"]);
        assert.deepEqual(values.lightActions, []);
    });

    it("has its ways in variables, not in its configuration", () => {
        assert.deepEqual(
            values.sinksConfig.flatMap((sink) => Object.keys(sink)),
            ["mail_sink", "webhook_sink"],
        );
        assert.match(
            JSON.stringify(values.sinksConfig),
            /env\.ROBUSTA_MAILTO.*env\.ROBUSTA_WEBHOOK/,
        );
    });

    it("writes mail with TLS from the first byte or by STARTTLS, whatever is in the password", () => {
        const mail = { host: "smtp.example.net", from: "p@example.org", username: "p@example.org" };
        const implicit = new URL(mailAddress({ ...mail, port: 465 }, "a/b@c:?", ["x@example.org"]));
        assert.equal(decodeURIComponent(implicit.password), "a/b@c:?");
        assert.equal(implicit.host, "smtp.example.net:465");
        assert.equal(implicit.searchParams.get("mode"), "ssl");
        assert.equal(implicit.searchParams.get("to"), "x@example.org");
        assert.match(mailAddress({ ...mail, port: 587 }, "p", ["x@example.org"]), /mode=starttls/);
    });

    it("may look at what it explains, and change, enter or unlock nothing", () => {
        const rules = [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "delete"] },
            { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
            { apiGroups: [""], resources: ["secrets", "events"], verbs: ["get", "*"] },
            { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] },
            { apiGroups: ["*"], resources: ["*"], verbs: ["list"] },
            { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create", "patch"] },
            { nonResourceURLs: ["/metrics"], verbs: ["get"] },
        ];
        assert.deepEqual(patchRobusta(role(rules))?.rules, [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
            { apiGroups: [""], resources: ["events"], verbs: ["get"] },
        ]);
    });

    it("shows its configuration in the open, and keeps other Secrets", () => {
        const secret = (name: string): Manifest => ({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name },
            data: { "active_playbooks.yaml": Buffer.from("a: 1").toString("base64") },
        });
        const shown = patchRobusta(secret("robusta-playbooks-config-secret"));
        assert.equal(shown?.kind, "ConfigMap");
        assert.deepEqual(shown.data, { "active_playbooks.yaml": "a: 1" });
        assert.equal(patchRobusta(secret("other"))?.kind, "Secret");
    });

    it("is told of alerts beside people", () => {
        const own = { silences: [], ntfy: { server: "ntfy.sh", authenticated: false } };
        const programs = [{ name: "robusta", url: robustaIntake }];
        const text = JSON.stringify(
            routingConfiguration({ own, mail: undefined, alerts: [], programs }),
        );
        assert.match(text, /http:\/\/robusta-runner\.robusta\.svc\/api\/alerts/);
    });

    it("says in one sentence that it has no way to send what it finds", () => {
        assert.match(
            faultsOf({}),
            /systems\.robusta.*no way to send explained alerts.*email, webhook or both/,
        );
        assert.match(
            faultsOf({ email: { to: ["a@example.org"] } }, { mail: undefined }),
            /mail.*systems\.robusta\.email is set/,
        );
        assert.doesNotMatch(faultsOf({ webhook: { server: "ntfy.sh" } }), /robusta/);
    });
});

/** What Robusta offers to an action, as far as ours uses it, and a HolmesGPT that answers. */
const STAND_INS = `
import sys, types, json
api = types.ModuleType("robusta.api")
class MarkdownBlock:
    def __init__(self, text): self.text = text
class PrometheusKubernetesAlert: pass
api.MarkdownBlock, api.PrometheusKubernetesAlert, api.action = MarkdownBlock, PrometheusKubernetesAlert, lambda f: f
sys.modules["robusta"], sys.modules["robusta.api"] = types.ModuleType("robusta"), api
requests = types.ModuleType("requests")
asked = []
class Answer:
    def raise_for_status(self): pass
    def json(self): return {"analysis": "the disk is full"}
def post(url, json, timeout):
    asked.append([url, json["ask"]]); return Answer()
requests.post = post
sys.modules["requests"] = requests
namespace = {}
exec(compile(sys.stdin.read(), "explain_alert.py", "exec"), namespace)
class Alert: pass
def explained(severity):
    event = Alert(); event.alert = Alert(); event.added = []
    event.alert.labels = {"alertname": "EtcdQuorumLost", "severity": severity}
    event.alert.annotations = {"summary": "etcd has no quorum"}
    event.add_enrichment = lambda blocks: event.added.extend(block.text for block in blocks)
    namespace["explain_alert"](event)
    return event.added
print(json.dumps({"critical": explained("critical"), "warning": explained("warning"), "asked": asked}))
`;

describe("the action that explains an alert", () => {
    it("asks why a critical alert fires with all that it says, and adds the answer", function () {
        const program = spawnSync("python3", ["-c", STAND_INS], {
            input: actionFiles["explain_alert.py"],
            encoding: "utf8",
            env: { ...process.env, HOLMES_ADDRESS: "http://holmes" },
        });
        if (program.error !== undefined) {
            this.skip();
        }
        assert.equal(program.status, 0, program.stderr);
        const { critical, warning, asked } = JSON.parse(program.stdout) as {
            critical: string[];
            warning: string[];
            asked: [string, string][];
        };
        assert.match(critical.join(), /the disk is full/);
        assert.deepEqual(warning, []);
        assert.equal(asked.length, 1);
        assert.equal(asked[0]?.[0], "http://holmes/api/chat");
        assert.match(asked[0][1], /etcd has no quorum[^]*alertname: EtcdQuorumLost/);
    });
});
