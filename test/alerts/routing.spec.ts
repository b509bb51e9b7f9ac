/** Where each alert goes, by the configuration itself and in the hands of Alertmanager's own tool. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { findExecutable } from "../../components/base/helm";
import {
    routingConfiguration,
    silenceRules,
} from "../../components/observability/alert-routing-configuration";
import { routingSettings } from "../../components/observability/alert-routing-settings";
import { alerts } from "./declared";

const mail = { host: "smtp.example.net", port: 465 as const, from: "a@example.org", username: "a" };
const settings = z.strictObject(routingSettings);

function configurationOf(own: object) {
    return routingConfiguration({ own: settings.parse(own), mail, alerts });
}

const full = {
    ntfy: { authenticated: true },
    email: { to: ["a@example.org", "b@example.org"] },
    matrix: { server: "hookshot.example.net" },
    webhook: { server: "alerts.example.net" },
    deadMansSwitch: { server: "hc-ping.com" },
    workingHours: { timeZone: "Europe/Berlin" },
    silences: [
        {
            matchers: ["alertname=~NodePressure|JobFailed", "namespace!=n8n"],
            reason: "the nodes get more memory",
            expires: "2026-12-31",
        },
    ],
};
const configurations: Readonly<Record<string, object>> = {
    full,
    "two channels": { ntfy: {}, email: full.email, deadMansSwitch: full.deadMansSwitch },
    "one channel, as in dev": { email: full.email },
};

function receiverOf(severity: string, name: string): string {
    return name === "Watchdog"
        ? "dead-mans-switch"
        : severity === "info" || severity === "none"
          ? "nobody"
          : severity;
}

describe("the configuration of Alertmanager", () => {
    it("holds no secret, only names of files", () => {
        const text = JSON.stringify(configurationOf(full));
        assert.doesNotMatch(text, /"(smtp_auth_)?(password|url|token|credentials)":/);
        assert.match(
            text,
            /"smtp_auth_password_file":"\/etc\/alertmanager\/config\/smtp-password"/,
        );
    });

    it("speaks TLS from the start at 465, and begins it at 587", () => {
        const of = (port: 465 | 587) =>
            routingConfiguration({
                own: settings.parse({ email: full.email }),
                mail: { ...mail, port },
                alerts: [],
            }).global;
        assert.deepEqual(
            ([465, 587] as const).map((port) =>
                JSON.stringify(of(port)).includes('implicit_tls":true'),
            ),
            [true, false],
        );
    });

    it("sends critical alerts by every channel, and warnings by the first alone", () => {
        const { receivers } = configurationOf(full);
        const channels = receivers.map((receiver) => [
            "name" in receiver ? receiver.name : "",
            (JSON.stringify(receiver).match(/"url_file"|"to"/g) ?? []).length,
        ]);
        assert.deepEqual(channels, [
            ["nobody", 0],
            ["dead-mans-switch", 1],
            ["critical", 4],
            ["warning", 1],
        ]);
    });

    it("explains only alerts that are there", () => {
        const some = alerts.filter(({ name }) => ["NodeNotReady", "PodNotReady"].includes(name));
        const { inhibit_rules: rules } = routingConfiguration({
            own: settings.parse({ ntfy: {} }),
            mail: undefined,
            alerts: some,
        });
        assert.deepEqual(rules, [
            {
                source_matchers: ['alertname="NodeNotReady"'],
                target_matchers: ['alertname=~"PodNotReady"'],
                equal: ["node"],
            },
        ]);
    });

    it("lets a silence end by itself, at the end of its last day", () => {
        const rules = JSON.stringify(
            silenceRules(settings.parse(full).silences, {
                namespace: "monitoring",
                repository: undefined,
            }),
        );
        const end = Date.parse("2027-01-01") / 1000;
        assert.ok(rules.includes(`"vector(time()) < ${end}"`), rules);
        assert.ok(rules.includes("docs/runbooks/silence-alerts.md"));
        const place = { namespace: "monitoring", repository: undefined };
        assert.equal(silenceRules([], place), undefined);
    });
});

describe("amtool", () => {
    const amtool = findExecutable("amtool", (process.env.PATH ?? "").split(path.delimiter));
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "routes-"));
        Object.entries(configurations).forEach(([name, own]) => {
            // Every JSON document is a YAML document.
            fs.writeFileSync(
                path.join(folder, `${name}.yaml`),
                JSON.stringify(configurationOf(own)),
            );
        });
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function run(context: Mocha.Context, ...args: readonly string[]): string {
        if (amtool === undefined) {
            context.skip();
        }
        const { status, stdout, stderr } = spawnSync(amtool, args, {
            cwd: folder,
            encoding: "utf8",
        });
        assert.equal(status, 0, `${stdout}${stderr}`);
        return stdout;
    }

    for (const name of Object.keys(configurations)) {
        it(`accepts the configuration with ${name}`, function () {
            run(this, "check-config", `${name}.yaml`);
        });
    }

    it("routes every alert of the platform as its severity says", function () {
        if (amtool === undefined) {
            console.log(
                `    (amtool is not on the PATH: routes of ${alerts.length} alerts skipped)`,
            );
        }
        const found = alerts.map(({ name, severity }) => [
            name,
            run(
                this,
                ...["config", "routes", "test", "--config.file=full.yaml"],
                ...[`alertname=${name}`, `severity=${severity}`, "namespace=n8n", "node=worker-1"],
            ).trim(),
        ]);
        const wanted = alerts.map(({ name, severity }) => [name, receiverOf(severity, name)]);
        assert.deepEqual(found, wanted);
    }).timeout(120_000);

    it("takes an alert that says nothing of its severity for urgent", function () {
        const args = ["config", "routes", "test", "--config.file=full.yaml", "alertname=New"];
        assert.equal(run(this, ...args).trim(), "critical");
    });
});
