import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import { usualAnswer } from "../../../components/gateway/standing-route";
import {
    modulesOf,
    probe,
    tlsTarget,
    webTarget,
} from "../../../components/observability/blackbox-probes";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows } from "../flows";

interface HttpModule {
    readonly prober: string;
    readonly http: {
        readonly valid_status_codes: readonly number[];
        readonly follow_redirects: boolean;
        readonly fail_if_header_not_matches?: readonly { header: string; regexp: string }[];
    };
}
interface ProbeSpec {
    readonly module: string;
    readonly jobName: string;
    readonly prober: { readonly url: string };
    readonly targets: { readonly staticConfig: { readonly static: readonly string[] } };
}

const login = "https://auth.home.example.org";
const route = { namespace: "shop", name: "page", host: "shop.home.example.org" };
const guarded = webTarget({ ...route, answer: usualAnswer("/", login) }, false);
const open = webTarget({ ...route, name: "open", answer: usualAnswer("/", undefined) }, true);

function httpOf({ module }: typeof guarded): HttpModule["http"] {
    return (module as unknown as HttpModule).http;
}

describe("what is asked from outside", () => {
    it("wants a guarded page to send people to the login, and takes nothing else", () => {
        const http = httpOf(guarded);
        assert.deepEqual(http.valid_status_codes, [302, 303]);
        assert.equal(http.follow_redirects, false);
        const [{ header, regexp } = { header: "", regexp: "" }] =
            http.fail_if_header_not_matches ?? [];
        assert.equal(header, "Location");
        for (const [address, fits] of [
            [`${login}/?rd=https%3A%2F%2Fshop`, true],
            ["https://authXhome.example.org/", false],
            ["https://auth.home.example.org.evil.example/", false],
            ["https://evil.example/https://auth.home.example.org/", false],
        ] as const) {
            assert.equal(new RegExp(regexp).test(address), fits, address);
        }
    });

    it("wants a public page to answer, or to ask for credentials of its own", () => {
        const http = httpOf(open);
        for (const code of [200, 204, 401]) {
            assert.ok(http.valid_status_codes.includes(code));
        }
        for (const code of [302, 403, 404, 500, 503]) {
            assert.ok(!http.valid_status_codes.includes(code));
        }
        assert.equal(http.fail_if_header_not_matches, undefined);
    });

    it("has one module for all that are asked alike", () => {
        const other = { ...guarded, name: "other", address: "https://other.home.example.org/" };
        const { modules, moduleOf } = modulesOf([guarded, other, open]);
        assert.deepEqual(Object.keys(modules), ["shop-page", "shop-open"]);
        assert.equal(moduleOf(other), "shop-page");
    });

    it("asks what speaks no HTTP by TLS, and judges the name", () => {
        const { address, module } = tlsTarget("ldaps", "ldaps://lldap.lldap.svc:636");
        assert.equal(address, "lldap.lldap.svc:636");
        assert.match(JSON.stringify(module), /"server_name":"lldap\.lldap\.svc"/);
    });

    it("waits no longer than Prometheus does", () => {
        const { spec } = probe(guarded, { namespace: "a", service: "b", module: "c" });
        const { scrapeTimeout, interval } = spec as Record<string, string>;
        const seconds = (text = "") => Number.parseInt(text, 10);
        const { timeout } = guarded.module as { timeout: string };
        assert.ok(seconds(timeout) < seconds(scrapeTimeout));
        assert.ok(seconds(scrapeTimeout) < seconds(interval));
    });
});

describe("BlackboxExporter", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });
    const probesOf = (recorded: RecordedStack) =>
        recorded.ofKind("Probe").map(({ spec }) => spec as ProbeSpec);
    const configurationOf = (recorded: RecordedStack) =>
        (
            recorded.object("ConfigMap/blackbox-exporter/blackbox-exporter").data as Record<
                string,
                string
            >
        )["blackbox.yaml"] ?? "";

    it("asks every route of the platform by its own host", () => {
        const asked = probesOf(prod)
            .flatMap(({ targets }) => targets.staticConfig.static)
            .filter((address) => address.startsWith("https:"))
            .map((address) => new URL(address).hostname);
        const hosts = prod
            .ofKind("HTTPRoute")
            .flatMap(({ spec }) => (spec as { hostnames?: string[] }).hostnames ?? [])
            .filter((host) => !host.includes("*"));
        assert.ok(hosts.length >= 10);
        assert.deepEqual(asked.sort(), hosts.sort());
    });

    it("looks at LDAPS", () => {
        const addresses = probesOf(prod).flatMap(({ targets }) => targets.staticConfig.static);
        assert.ok(addresses.includes("lldap.lldap.svc:636"));
    });

    it("has every module that a Probe names, and the chart's example not", function () {
        needsCharts(this, prod);
        const { modules } = yaml.load(configurationOf(prod)) as {
            modules: Record<string, HttpModule>;
        };
        const named = new Set(probesOf(prod).map(({ module }) => module));
        assert.deepEqual(Object.keys(modules).sort(), [...named].sort());
        for (const { prober } of Object.values(modules)) {
            assert.ok(["http", "tcp"].includes(prober));
        }
    });

    it("expects the login of every page that the login knows, and of no other", function () {
        needsCharts(this, prod);
        const { modules } = yaml.load(configurationOf(prod)) as {
            modules: Record<string, HttpModule>;
        };
        const sent = probesOf(prod)
            .filter(({ module }) => JSON.stringify(modules[module]).includes("Location"))
            .flatMap(({ targets }) => targets.staticConfig.static)
            .map((address) => new URL(address).hostname);
        const pages = prod.settings.signOn.pages.map(
            ({ host }) => `${host}.${prod.settings.site.domain}`,
        );
        // A host with several routes is asked once for each.
        assert.deepEqual([...new Set(sent)].sort(), pages.sort());
    });

    it("reaches the proxies and the directory, and not the internet unless a tunnel is there", () => {
        const flows = declaredFlows(prod).filter(
            ({ namespace, direction }) => namespace === "blackbox-exporter" && direction === "out",
        );
        assert.deepEqual(flows.map(({ name }) => name).sort(), [
            "blackbox-to-directory",
            "blackbox-to-gateway",
            "dns",
        ]);
        assert.ok(flows.every(({ peers }) => peers.every(({ ipBlock }) => ipBlock === undefined)));
    });

    it("asks nothing through a gateway that is off, and still looks at no page by mistake", async () => {
        const off = { enabled: false };
        const without = await stackWith({
            systems: {
                ...{ keycloak: off, authelia: off, n8n: off, lldap: off, grafanaOperator: off },
                ...{ jupyterhub: off, airflow: off, keep: off },
                ...{ envoyGateway: off, canaryDemo: off, audiobookshelf: off, openBao: off },
                ...{ externalSecrets: off, argoCd: off, openCost: off, goldilocks: off },
                ...{ mlflow: off, jaeger: off, kibana: off, tekton: off, ollama: off },
                ...{ matrix: off, backstage: off },
            },
        });
        assert.deepEqual(probesOf(without), []);
    });

    it("has a configuration that the exporter itself accepts", function () {
        needsCharts(this, prod);
        const folders = (process.env.PATH ?? "").split(path.delimiter);
        const exporter = findExecutable("blackbox_exporter", folders);
        if (exporter === undefined) {
            console.log("    (blackbox_exporter is not on the PATH: 1 check skipped)");
            this.skip();
        }
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "blackbox-"));
        const file = path.join(folder, "blackbox.yaml");
        fs.writeFileSync(file, configurationOf(prod));
        const { status, stderr } = spawnSync(
            exporter,
            ["--config.check", `--config.file=${file}`],
            {
                encoding: "utf8",
            },
        );
        fs.rmSync(folder, { recursive: true });
        assert.equal(status, 0, stderr);
    });
});
