/** Matrix: who reaches what, what is kept where, and how an alert comes into its room. */
import assert from "node:assert/strict";
import * as vm from "node:vm";
import { matrix as definition } from "../../../components/apps/matrix";
import {
    bridgeRegistration,
    signingKey,
    synapseConfiguration,
} from "../../../components/apps/matrix-configuration";
import { alertMessage } from "../../../components/apps/matrix-room";
import { signOnConfiguration } from "../../../components/apps/matrix-sign-on";
import { alertRouting } from "../../../components/observability/alert-routing";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { alone } from "../variants";

interface DatabaseSpec {
    readonly localeCollate?: string;
    readonly localeCType?: string;
    readonly template?: string;
}

interface RouteSpec {
    readonly hostnames: readonly string[];
    readonly rules: readonly {
        readonly matches: readonly { readonly path: { readonly value: string } }[];
    }[];
}

describe("Matrix", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("matrix");
    });

    it("opens what programs of people call, and nothing by which the server is run", () => {
        const paths = prod
            .ofKind("HTTPRoute")
            .flatMap(({ spec }) =>
                (spec as RouteSpec).rules.flatMap(({ matches }) =>
                    matches.map(({ path }) => path.value),
                ),
            );
        assert.ok(paths.includes("/_matrix"));
        assert.ok(paths.includes("/_matrix/client/v3/login"));
        assert.ok(
            !paths.some((path) => path.startsWith("/_synapse/admin") || path === "/_synapse"),
        );
        assert.deepEqual(prod.ofKind("Ingress"), []);
    });

    it("has its words in apps-db, in the one locale that Synapse starts on", async () => {
        const databases = (await stack("prod"))
            .ofKind("Database")
            .filter(({ metadata }) => metadata.namespace === "apps-db");
        assert.deepEqual(databases.map(({ metadata }) => metadata.name).sort(), ["mas", "synapse"]);
        const [synapse] = databases.filter(({ metadata }) => metadata.name === "synapse");
        const { localeCollate, localeCType, template } = synapse?.spec as DatabaseSpec;
        assert.deepEqual([localeCollate, localeCType, template], ["C", "C", "template0"]);
        const [mas] = databases.filter(({ metadata }) => metadata.name === "mas");
        assert.equal((mas?.spec as DatabaseSpec).template, undefined);
    });

    it("makes none of its secrets itself, and no Job but the one for the room", function () {
        needsCharts(this, prod);
        const jobs = prod.ofKind("Job").map(({ metadata }) => metadata.name ?? "");
        assert.equal(jobs.length, 1);
        assert.match(jobs[0] ?? "", /^matrix-room-[0-9a-f]{8}$/);
        const written = prod
            .ofKind("Secret")
            .filter(({ metadata }) =>
                /^matrix-(hookshot|synapse|matrix-)/.test(metadata.name ?? ""),
            )
            .filter((secret) => Object.keys((secret as { data?: object }).data ?? {}).length > 0)
            .map(({ metadata }) => metadata.name);
        assert.deepEqual(written, []);
    });

    it("is off in dev, and so is its database", async () => {
        const dev = await stack("dev");
        const names = dev.ofKind("Namespace").map(({ metadata }) => metadata.name);
        assert.ok(!names.includes("matrix"));
        assert.ok(!names.includes("apps-db"));
    });

    it("is called as the settings say, its hosts stay the site's", async function () {
        const named = await alone(definition, { serverName: "example.net" });
        needsCharts(this, named);
        const { data } = named.object("ConfigMap/matrix/matrix-synapse") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        const told = data["04-homeserver-overrides.yaml"] ?? "";
        assert.match(told, /^server_name: example\.net$/m);
        assert.match(told, /^public_baseurl: https:\/\/matrix\./m);
        const hosts = named
            .ofKind("HTTPRoute")
            .filter(({ metadata }) => metadata.namespace === "matrix")
            .flatMap(({ spec }) => (spec as RouteSpec).hostnames);
        assert.ok(hosts.length > 0 && hosts.every((host) => !host.endsWith("example.net")));
    });
});

describe("what the parts of Matrix are told", () => {
    it("lets nobody in from other servers, and fetches no address that somebody writes", () => {
        const told = synapseConfiguration("/ca.crt");
        assert.deepEqual(told.federation_domain_whitelist, []);
        assert.equal(told.url_preview_enabled, false);
    });

    it("writes the signing key as Synapse reads it", () => {
        assert.equal(
            signingKey("00".repeat(32)),
            "ed25519 a_platform AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        );
    });

    it("keeps the name of the room for the bridge, on this server alone", () => {
        const { namespaces } = bridgeRegistration("a.example.org", { asToken: "a", hsToken: "b" });
        const [alias] = (namespaces as { aliases: { regex: string; exclusive: boolean }[] })
            .aliases;
        const pattern = new RegExp(`^${alias?.regex ?? ""}$`);
        assert.ok(pattern.test("#alerts:a.example.org"));
        assert.ok(!pattern.test("#alerts:aXexample.org"));
        assert.ok(!pattern.test("#other:a.example.org"));
        assert.equal(alias?.exclusive, true);
    });

    it("signs people on at the login alone, with the secret in a file", () => {
        const at = (path: string) => `https://login.example.org${path}`;
        const told = signOnConfiguration(
            {
                issuer: at(""),
                endpoints: {
                    discovery: at("/d"),
                    authorization: at("/a"),
                    token: at("/t"),
                    userInfo: at("/u"),
                    keys: at("/k"),
                },
            },
            { secretFile: "/secrets/client/secret", authorityFile: "/ca.crt" },
        );
        assert.deepEqual(told.passwords, { enabled: false });
        const { providers } = told.upstream_oauth2 as { providers: Record<string, unknown>[] };
        assert.equal(providers.length, 1);
        // Crockford's alphabet, 26 letters, the first at most 7 (github.com/ulid/spec).
        assert.match(String(providers[0]?.id), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
        assert.equal(providers[0]?.client_secret_file, "/secrets/client/secret");
        assert.doesNotMatch(JSON.stringify(told), /"client_secret"/);
    });
});

interface Message {
    readonly plain: string;
    readonly html: string;
    readonly empty: boolean;
    readonly msgtype: string;
    readonly mentions?: { readonly room: boolean };
}

const GRAFANA = "https://grafana.example.org";

/** As the bridge carries it out (src/generic/WebhookTransformer.ts). */
function toldOf(data: unknown, grafana: string | null = GRAFANA): Message {
    const context: { result?: unknown } = {};
    const script = `const data = ${JSON.stringify(data)};\n(() => { ${alertMessage(grafana ?? undefined)} })();`;
    vm.runInNewContext(script, context);
    // What another realm made is never strictly equal.
    return structuredClone(context.result) as Message;
}

const alert = (labels: object, more: object = {}) => ({
    status: "firing",
    labels: { alertname: "NodeDown", ...labels },
    annotations: { summary: "gone <b>away</b>", runbook_url: "https://example.org/NodeDown.md" },
    generatorURL:
        "https://prometheus.example.org/graph?g0.expr=up%7Ba%3D%22b+c%22%7D+%3D%3D+0&g0.tab=1",
    ...more,
});

describe("an alert in the room", () => {
    it("says what and where, with what to do and the graph, and wakes people when it is critical", () => {
        const told = toldOf({ alerts: [alert({ severity: "critical", node: "worker-1" })] });
        assert.equal(told.plain, "🔴 NodeDown (worker-1): gone <b>away</b>");
        assert.match(told.html, /gone &lt;b&gt;away&lt;\/b&gt;/);
        assert.match(told.html, /href="https:\/\/example\.org\/NodeDown\.md"/);
        const [, panes = ""] = /explore\?schemaVersion=1&amp;panes=([^"]+)/.exec(told.html) ?? [];
        assert.equal(
            (JSON.parse(decodeURIComponent(panes)) as { a: { queries: { expr: string }[] } }).a
                .queries[0]?.expr,
            'up{a="b c"} == 0',
        );
        assert.deepEqual([told.msgtype, told.mentions], ["m.text", { room: true }]);
    });

    it("wakes nobody for a warning, or for what is over", () => {
        for (const one of [
            alert({ severity: "warning" }),
            alert({ severity: "critical" }, { status: "resolved" }),
        ]) {
            const { msgtype, mentions } = toldOf({ alerts: [one] });
            assert.deepEqual([msgtype, mentions], ["m.notice", undefined]);
        }
    });

    it("is no link where an address is none, or Grafana is not there", () => {
        const odd = alert({}, { annotations: { runbook_url: "javascript:alert(1)" } });
        assert.doesNotMatch(toldOf({ alerts: [odd] }, null).html, /href/);
        const broken = alert({}, { generatorURL: "https://a/graph?g0.expr=%" });
        assert.doesNotMatch(toldOf({ alerts: [broken] }).html, /explore/);
    });

    it("tells twenty and counts the others, and nothing of nothing", () => {
        const many = Array.from({ length: 23 }, () => alert({}));
        const { plain } = toldOf({ alerts: many, truncatedAlerts: 2 });
        assert.equal(plain.split("\n").length, 21);
        assert.match(plain, /and 5 more$/);
        for (const data of [{}, null, "text", { alerts: [] }, { alerts: "x" }]) {
            assert.equal(toldOf(data).empty, true);
        }
        assert.match(toldOf({ alerts: [{}] }).plain, /an alert without a name/);
    });
});

describe("alerts that go to Matrix", () => {
    const routing = {
        enabled: true,
        ntfy: {},
        matrix: {},
        deadMansSwitch: { server: "hc-ping.com" },
    };

    it("reach the bridge inside, beside another channel, by an address that is secret", async () => {
        const whole = await stackWith({ profile: "prod", systems: { alertRouting: routing } });
        const [secret] = whole.component("alert-routing").ofType("platform:base:ConfiguredSecret");
        assert.ok((secret?.inputs.keys as readonly string[]).includes("matrix-url"));
        const policies = JSON.stringify(whole.ofKind("NetworkPolicy"));
        assert.match(policies, /alerts-to-room/);
    });

    it("need the secret of a bridge elsewhere, and none of their own", () => {
        const needed = (matrix: object | undefined) =>
            alertRouting.secrets.matrixWebhookUrl.neededBecause({
                ...routing,
                matrix,
            } as unknown as Parameters<
                typeof alertRouting.secrets.matrixWebhookUrl.neededBecause
            >[0]);
        assert.equal(needed({}), undefined);
        assert.equal(needed(undefined), undefined);
        assert.match(needed({ server: "hookshot.example.net" }) ?? "", /matrix\.server is set/);
    });
});
