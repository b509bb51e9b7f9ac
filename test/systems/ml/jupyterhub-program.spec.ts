/**
 * What the hub is told, in the hands of the hub: JupyterHub with its spawner and authenticator as
 * programs of this machine, in front of PostgreSQL over verified TLS. What they make of a person is
 * what operators/ says of notebooks.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import { isRecord } from "../../../components/base/object";
import { parseQuantity } from "../../../policy/kubernetes/quantities";
import { jupyterhub as room, HUB_VALUES } from "../../../operators/jupyterhub";
import type { MadePods, Resource, Tree } from "../../../operators/behaviour";
import { freePort, missingPrograms, Workshop } from "../../archives/programs";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

const CHECKS = 6;
const PROGRAM = path.join(__dirname, "jupyterhub-program", "start_hub.py");
/** Where the hub looks for everything. */
const HOME = "/usr/local/etc/jupyterhub";

interface Person {
    readonly allowed: boolean;
    readonly admin: boolean;
}

interface Report {
    readonly authenticator: string;
    readonly clientSecret: string;
    readonly callback: string;
    readonly people: Readonly<
        Record<"nobody" | "stranger" | "developer" | "administrator", Person>
    >;
    readonly cookieSecret: string;
    readonly proxyToken: string;
    readonly proxy: string;
    readonly hub: string;
    readonly limit: number;
    readonly metricsAreOpen: boolean;
    readonly database: string;
    readonly notebook: { readonly namespace: string; readonly pod: Tree; readonly claim: Tree };
}

const SECRETS = {
    "hub.config.JupyterHub.cookie_secret": "ab".repeat(32),
    "hub.config.CryptKeeper.keys": "cd".repeat(32),
    "hub.config.ConfigurableHTTPProxy.auth_token": "token-of-the-proxy",
};

/** The program that belongs to the `jupyterhub` of the PATH. */
function python(): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    const hub = findExecutable("jupyterhub", folders);
    return hub === undefined ? undefined : path.join(path.dirname(hub), "python3");
}

const at = (tree: unknown, ...keys: string[]): unknown =>
    keys.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), tree);

describe("JupyterHub as a program", function () {
    this.timeout(240_000);
    const missing = [
        ...missingPrograms(["initdb", "openssl", "pg_ctl", "psql"]),
        ...(python() === undefined ? ["jupyterhub"] : []),
    ];
    let workshop: Workshop | undefined;
    let prod: RecordedStack;
    let report: Report;
    let tables: string;

    before(async function () {
        if (missing.length > 0) {
            console.log(
                `    (not on the PATH: ${missing.join(", ")}; ${CHECKS} checks of notebooks skipped)`,
            );
            this.skip();
        }
        prod = (await stack("prod")).component("jupyterhub");
        needsCharts(this, prod);
        workshop = new Workshop();
        const shop = workshop;
        const { authority, certificate, key } = shop.certificates();
        const port = await freePort();
        const data = shop.at("data");
        shop.must("initdb", ["-D", data, "-U", "postgres", "-A", "trust"]);
        const tls = { ssl: "on", ssl_cert_file: certificate, ssl_key_file: key };
        shop.start(data, { ...tls, listen_addresses: "localhost", port: `${port}` }, {});
        shop.sql(data, "create role jupyterhub login password 'of-the-database'", port);
        shop.sql(data, "create database jupyterhub owner jupyterhub", port);

        const folder = shop.at("jupyterhub");
        const write = (name: string, text: string) => {
            fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
            fs.writeFileSync(path.join(folder, name), text);
        };
        const { data: told } = prod.object("ConfigMap/jupyterhub/hub") as {
            data?: Record<string, string>;
        };
        for (const [name, text] of Object.entries(told ?? {})) {
            write(`config/${name}`, text);
            if (name.endsWith(".py")) {
                write(name, text.replaceAll(HOME, folder));
            }
        }
        const values = at(prod.object(`ConfigMap/jupyterhub/${HUB_VALUES}`), "data", "values.yaml");
        write(
            "secret/values.yaml",
            String(values)
                .replace(/@[a-z0-9.-]+:5432\//, `@localhost:${port}/`)
                .replaceAll("/etc/authority/ca.crt", authority),
        );
        for (const [name, value] of Object.entries(SECRETS)) {
            write(`existing-secret/${name}`, value);
        }
        write(
            "kubeconfig",
            JSON.stringify({
                ...{ apiVersion: "v1", kind: "Config", "current-context": "none" },
                clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
                users: [{ name: "none", user: {} }],
                contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
            }),
        );
        const { status, stdout, stderr } = spawnSync(python() ?? "", [PROGRAM, folder], {
            cwd: folder,
            encoding: "utf8",
            env: {
                ...{ PATH: process.env.PATH, HOME: folder, KUBECONFIG: `${folder}/kubeconfig` },
                ...{ POD_NAMESPACE: "jupyterhub", HUB_SERVICE_PORT: "8081" },
                ...{ PROXY_API_SERVICE_PORT: "8001", HELM_RELEASE_NAME: "jupyterhub" },
                CONFIGPROXY_AUTH_TOKEN: SECRETS["hub.config.ConfigurableHTTPProxy.auth_token"],
                ...{ OAUTH_CLIENT_SECRET: "of-the-client" },
                ...{ PGUSER: "jupyterhub", PGPASSWORD: "of-the-database" },
            },
        });
        const said = stdout.split("\n").find((line) => line.startsWith("REPORT "));
        assert.ok(status === 0 && said !== undefined, `${stdout}${stderr}`.slice(-4000));
        report = JSON.parse(said.slice("REPORT ".length)) as Report;
        tables = shop.sql(
            data,
            "select (select count(*) from alembic_version), (select count(*) from roles)",
            port,
            "jupyterhub",
        );
    });

    after(() => {
        workshop?.close();
    });

    /** What operators/ says that the hub makes. */
    const described = (): MadePods => {
        const values = prod.object(`ConfigMap/jupyterhub/${HUB_VALUES}`) as Resource;
        const made = room[0]?.pods?.(values, { all: () => [], nodes: [] });
        assert.ok(made !== undefined && typeof made !== "string");
        const [notebooks] = made;
        return notebooks ?? assert.fail("no notebooks");
    };

    it("makes its tables over verified TLS, and those that a restore test looks at hold rows", () => {
        assert.equal(report.database, "postgresql");
        const [versions = 0, roles = 0] = tables.split("|").map(Number);
        assert.ok(versions >= 1 && roles >= 1, tables);
    });

    it("signs on at the login, lets its groups in and nobody else", () => {
        assert.equal(report.authenticator, "GenericOAuthenticator");
        assert.equal(report.clientSecret, "of-the-client");
        assert.match(report.callback, /^https:\/\/notebooks\.[a-z.]+\/hub\/oauth_callback$/);
        assert.deepEqual(report.people, {
            nobody: { allowed: false, admin: false },
            stranger: { allowed: false, admin: false },
            developer: { allowed: true, admin: false },
            administrator: { allowed: true, admin: true },
        });
    });

    it("takes what is secret from the Secret that is made once", () => {
        assert.equal(report.cookieSecret, SECRETS["hub.config.JupyterHub.cookie_secret"]);
        assert.equal(report.proxyToken, SECRETS["hub.config.ConfigurableHTTPProxy.auth_token"]);
    });

    it("is reached by notebooks of another namespace, and bounds how many there are", () => {
        assert.equal(report.hub, "http://hub.jupyterhub.svc:8081/hub/api");
        assert.equal(report.proxy, "http://proxy-api:8001");
        assert.equal(report.limit, described().count);
        assert.equal(report.metricsAreOpen, true);
    });

    it("makes notebooks as operators/ says, with the same size and labels", () => {
        const { pod, claim, namespace } = report.notebook;
        const made = described();
        assert.equal(namespace, made.namespace);
        const labels = at(pod, "metadata", "labels") as Record<string, string>;
        for (const [name, value] of Object.entries(made.labels)) {
            assert.equal(labels[name], value);
        }
        const container = (of: unknown) => (at(of, "containers") as Tree[])[0];
        const [real, told] = [container(at(pod, "spec")), container(made.pod)];
        assert.equal(at(real, "image"), at(told, "image"));
        for (const amount of ["requests", "limits"]) {
            for (const resource of ["cpu", "memory"]) {
                const size = (of: unknown) => parseQuantity(at(of, "resources", amount, resource));
                assert.equal(size(real), size(told), `${amount}.${resource}`);
            }
        }
        const [wanted] = made.claims ?? [];
        assert.equal(at(claim, "spec", "resources", "requests", "storage"), wanted?.size);
        assert.equal(at(claim, "spec", "storageClassName"), wanted?.storageClass);
        const claimLabels = at(claim, "metadata", "labels") as Record<string, string>;
        for (const [name, value] of Object.entries(made.labels)) {
            assert.equal(claimLabels[name], value);
        }
    });

    it("makes notebooks that the restricted level admits, without a token, and with MLflow's address", () => {
        const spec = at(report.notebook.pod, "spec");
        const [container] = at(spec, "containers") as Tree[];
        assert.equal(at(spec, "automountServiceAccountToken"), false);
        assert.equal(at(spec, "securityContext", "runAsNonRoot"), true);
        assert.equal(at(spec, "securityContext", "seccompProfile", "type"), "RuntimeDefault");
        assert.equal(at(container, "securityContext", "allowPrivilegeEscalation"), false);
        assert.deepEqual(at(container, "securityContext", "capabilities"), { drop: ["ALL"] });
        assert.deepEqual(at(spec, "initContainers") ?? [], []);
        const tracking = (at(container, "env") as Tree[]).find(
            ({ name }) => name === "MLFLOW_TRACKING_URI",
        );
        assert.equal(at(tracking, "valueFrom", "configMapKeyRef", "name"), "surroundings");
        const { data } = prod.object("ConfigMap/jupyter-users/surroundings") as {
            data?: Record<string, string>;
        };
        assert.equal(data?.MLFLOW_TRACKING_URI, "http://mlflow.mlflow.svc");
    });
});
