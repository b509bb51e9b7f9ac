import * as assert from "node:assert/strict";
import { alertRouting } from "../../../../policy/criteria/observability/alert-routing";
import { Sound } from "../../change";
import { UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { alert, routedParts, routing, routingSecret, rules } from "../../sound-monitoring";

const stack = new Sound(alertRouting, routedParts);
const KPS = "Alertmanager/monitoring/kps";
const [watchdog, warnings] = routing.route.routes;
const [toSwitch, toOne, toBoth] = routing.receivers;
assert.ok(watchdog && warnings && toSwitch && toOne && toBoth);

const found = (configuration: unknown) =>
    stack.found(stack.judge({ routing: routingSecret(configuration) }));
const withRoutes = (...routes: object[]) =>
    found({ ...routing, route: { ...routing.route, routes } });
const withReceiver = (name: string, fields: object) =>
    found({
        ...routing,
        receivers: [
            ...routing.receivers.filter((receiver) => receiver.name !== name),
            { name, ...fields },
        ],
    });

describe("OBS-07", () => {
    it("is met by two channels, and a watchdog that a switch outside hears", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is violated while alerts are evaluated and nobody routes them", async () => {
        assert.deepEqual(await stack.found(stack.without("alertmanager")), [
            "Prometheus/monitoring/kps: its alerts reach nobody; add an Alertmanager.",
        ]);
    });

    it("is violated without the Secret that the operator reads, or without its key", async () => {
        assert.deepEqual(await stack.found(stack.without("routing")), [
            `${KPS}: its configuration, Secret alertmanager-kps, is not there: alerts reach nobody.`,
        ]);
        const empty = within("monitoring", "v1", "Secret", "alertmanager-kps", { stringData: {} });
        assert.deepEqual(await stack.found(stack.judge({ routing: empty })), [
            `${KPS}: Secret alertmanager-kps has no alertmanager.yaml: alerts reach nobody.`,
        ]);
        assert.deepEqual(await found("a: ["), [
            `${KPS}: alertmanager.yaml in Secret alertmanager-kps is no YAML; correct it.`,
        ]);
    });

    it("reads a Secret of another name, and one in base64", async () => {
        const data = Buffer.from(JSON.stringify(routing)).toString("base64");
        const named = within("monitoring", "v1", "Secret", "own", {
            data: { "alertmanager.yaml": data },
        });
        const manager = within("monitoring", "monitoring.coreos.com/v1", "Alertmanager", "kps", {
            spec: { replicas: 3, configSecret: "own" },
        });
        const result = stack.judge({ routing: named, alertmanager: manager });
        assert.equal(await stack.verdict(result), "met");
    });

    it("is violated by a critical alert with one channel, however it gets there", async () => {
        const one = /goes to .*, which has one channel; give it two that fail apart/;
        const webhooks = (...urls: string[]) => ({
            webhook_configs: urls.map((url) => ({ url })),
        });
        for (const configuration of [
            { webhook_configs: [{ url: "https://ntfy.sh/a" }] },
            webhooks("https://ntfy.sh/a", "https://ntfy.sh/b"),
            webhooks("https://ntfy.sh/a", "https://user:word@ntfy.sh:443/b"),
            { email_configs: [{ to: "a@example.org" }, { to: "b@example.org" }] },
        ]) {
            const [message = "", ...more] = await withReceiver("critical", configuration);
            assert.match(message, one);
            assert.deepEqual(more, []);
        }
        const routes = [
            [watchdog, { matchers: ['severity="critical"'], receiver: "warning" }],
            [watchdog, { match: { severity: "critical" }, receiver: "warning" }],
            [watchdog, { match_re: { severity: "critical|warning" }, receiver: "warning" }],
            [watchdog, { matchers: ["severity =~ .*"], receiver: "warning" }],
            [watchdog, { matchers: ['alertname="AllNodesNotReady"'], receiver: "warning" }],
            // Only some of them: those of one namespace.
            [watchdog, { matchers: ['namespace="n8n"'], receiver: "warning" }],
            [
                watchdog,
                {
                    matchers: ['{namespace=~"n8n|lldap", severity!="warning"}'],
                    receiver: "warning",
                },
            ],
            [
                watchdog,
                { receiver: "critical", routes: [{ matchers: ['team="a"'], receiver: "warning" }] },
            ],
        ];
        for (const some of routes) {
            const [message = ""] = await withRoutes(...some);
            assert.match(message, one, JSON.stringify(some));
        }
    });

    it("counts what a later route adds, and a channel in a file", async () => {
        const both = [
            watchdog,
            { matchers: ['severity="critical"'], receiver: "warning", continue: true },
            { matchers: ['severity="critical"'], receiver: "critical" },
        ];
        assert.deepEqual(await withRoutes(...both), []);
        const files = { webhook_configs: [{ url_file: "/a" }, { url_file: "/b" }] };
        assert.deepEqual(await withReceiver("critical", files), []);
        const same = { webhook_configs: [{ url_file: "/a" }, { url_file: "/a" }] };
        assert.match((await withReceiver("critical", same)).join(), /one channel/);
    });

    it("is violated by channels inside of the cluster alone, or at some hours", async () => {
        const inside = {
            webhook_configs: [
                { url: "http://bridge.matrix.svc:9000/a" },
                { url: "http://keep.keep.svc.cluster.local/b" },
            ],
        };
        assert.match((await withReceiver("critical", inside)).join(), /all inside of the cluster/);
        for (const field of ["active_time_intervals", "mute_time_intervals"]) {
            const route = {
                matchers: ['severity="critical"'],
                receiver: "critical",
                [field]: ["a"],
            };
            assert.match((await withRoutes(watchdog, route)).join(), /only at some hours/);
        }
    });

    it("is violated by a receiver that is not there", async () => {
        assert.deepEqual(await withRoutes(watchdog, { receiver: "pager" }), [
            `${KPS}: a route names receiver pager, which is not there.`,
        ]);
    });

    it("is violated without an alert that always fires, or when nobody outside hears it", async () => {
        assert.deepEqual(await stack.found(stack.without("watchdog")), [
            `${KPS}: no alert always fires, by which somebody notices silence; add Watchdog.`,
        ]);
        const nowhere = await withReceiver("switch", {});
        assert.match(nowhere.join(), /Watchdog goes to no dead man's switch/);
        for (const url of [
            "http://switch.monitoring.svc/a",
            "http://switch.monitoring.svc.cluster.local:80/a",
            "http://localhost:9095",
            "http://switch/a",
        ]) {
            const webhook = await withReceiver("switch", { webhook_configs: [{ url }] });
            assert.match(webhook.join(), /is inside of the cluster and ends with it/, url);
        }
        const mail = await withReceiver("switch", { email_configs: [{ to: "a@example.org" }] });
        assert.match(mail.join(), /goes to no dead man's switch/);
    });

    it("reads the switch's address in a file of the same Secret", async () => {
        const configuration = {
            ...routing,
            receivers: [
                toOne,
                toBoth,
                { name: "switch", webhook_configs: [{ url_file: "/etc/alertmanager/config/dms" }] },
            ],
        };
        const secret = (url: unknown) =>
            within("monitoring", "v1", "Secret", "alertmanager-kps", {
                stringData: { "alertmanager.yaml": JSON.stringify(configuration), dms: url },
            });
        const judged = (url: unknown) => stack.found(stack.judge({ routing: secret(url) }));
        assert.deepEqual(await judged("https://hc-ping.com/1"), []);
        assert.match((await judged("http://dms.monitoring.svc/1")).join(), /inside of the cluster/);
    });

    it("is violated by a watchdog that is sent too seldom or at some hours", async () => {
        const seldom = { ...watchdog, repeat_interval: "4h" };
        assert.match((await withRoutes(seldom)).join(), /every 240 minutes; repeat it within 15/);
        const grouped = { ...watchdog, group_interval: "30m" };
        assert.match((await withRoutes(grouped)).join(), /every 30 minutes/);
        const inherited = Object.fromEntries(
            Object.entries(watchdog).filter(([key]) => key !== "repeat_interval"),
        );
        assert.match((await withRoutes(inherited)).join(), /every 240 minutes/);
        const timed = { ...watchdog, mute_time_intervals: ["night"] };
        assert.match((await withRoutes(timed)).join(), /only at some hours/);
    });

    it("is violated by an inhibition from an alert that always fires", async () => {
        const from = (source: string, more: object = {}) =>
            found({
                ...routing,
                inhibit_rules: [
                    {
                        source_matchers: [source],
                        target_matchers: ['severity="critical"'],
                        ...more,
                    },
                ],
            });
        for (const source of ['alertname="Watchdog"', "alertname=~Watch.*", 'severity="none"']) {
            assert.match((await from(source)).join(), /an alert that always fires keeps/, source);
        }
        assert.deepEqual(await from('alertname="NodeNotReady"'), []);
        assert.deepEqual(await from('alertname="Watchdog"', { equal: ["node"] }), []);
    });

    it("knows a watchdog by what it says, not only by its name", async () => {
        const other = rules("watchdog", alert("Heartbeat", "vector( 1 )"));
        const messages = await stack.found(stack.judge({ watchdog: other }));
        assert.match(messages.join(), /the watchdog Heartbeat is sent every 240 minutes/);
    });

    it("is not judged where what it reads is unknown", async () => {
        const unknown = (spec: object) =>
            within("monitoring", "monitoring.coreos.com/v1", "Alertmanager", "kps", { spec });
        for (const spec of [
            { configSecret: UNKNOWN },
            { alertmanagerConfiguration: { name: "a" } },
            { alertmanagerConfiguration: { name: UNKNOWN } },
        ]) {
            const result = stack.judge({ alertmanager: unknown(spec) });
            assert.equal(await stack.verdict(result), "not judged", JSON.stringify(spec));
        }
        for (const fields of [{ stringData: UNKNOWN }, { data: UNKNOWN }]) {
            const routing = within("monitoring", "v1", "Secret", "alertmanager-kps", fields);
            assert.equal(await stack.verdict(stack.judge({ routing })), "not judged");
        }
        assert.equal(
            await stack.verdict(stack.judge({ routing: routingSecret(UNKNOWN) })),
            "not judged",
        );
        const hidden = rules("watchdog", { alert: UNKNOWN, expr: "1" });
        assert.equal(await stack.verdict(stack.judge({ watchdog: hidden })), "not judged");
    });
});
