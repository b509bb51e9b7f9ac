/**
 * Feast's servers as programs of this machine, with the commands and the configuration of the stack,
 * in front of PostgreSQL over verified TLS; a client of theirs defines, writes and reads a feature.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import type { Manifest } from "../../../components/base/object";
import { feastScrapes } from "../../../components/ml/feast-alerts";
import { freePort, listens, missingPrograms, Workshop } from "../../archives/programs";
import { type RecordedStack, stack } from "../../fixtures/stack";

const CHECKS = 4;
const PROGRAM = path.join(__dirname, "feast-program", "use_features.py");
const NAMES = ["online", "registry"] as const;

interface Container {
    readonly name: (typeof NAMES)[number];
    readonly command: readonly string[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

interface Report {
    readonly views: readonly string[];
    readonly found: Readonly<Record<string, readonly unknown[]>>;
}

/** Where the `feast` of the PATH is. */
function home(): string | undefined {
    const found = findExecutable("feast", (process.env.PATH ?? "").split(path.delimiter));
    return found === undefined ? undefined : path.dirname(found);
}

describe("Feast as programs", function () {
    this.timeout(240_000);
    const missing = [
        ...missingPrograms(["initdb", "openssl", "pg_ctl", "psql"]),
        ...(home() === undefined ? ["feast"] : []),
    ];
    const servers: ChildProcess[] = [];
    let workshop: Workshop | undefined;
    let prod: RecordedStack;
    let report: Report;
    let metrics: string;
    let rows: (table: string) => string;

    before(async function () {
        if (missing.length > 0) {
            console.log(
                `    (not on the PATH: ${missing.join(", ")}; ${CHECKS} checks of features skipped)`,
            );
            this.skip();
        }
        prod = (await stack("prod")).component("feast");
        workshop = new Workshop();
        const shop = workshop;
        const { authority, certificate, key } = shop.certificates();
        const port = await freePort();
        const data = shop.at("data");
        shop.must("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        const tls = { ssl: "on", ssl_cert_file: certificate, ssl_key_file: key };
        shop.start(data, { ...tls, listen_addresses: "localhost", port: `${port}` }, {});
        shop.sql(data, "create role feast login password 'Of1the2database'", port);
        shop.sql(data, "create database feast owner feast", port);
        rows = (table) => shop.sql(data, `select count(*) from ${table}`, port, "feast");

        const folder = shop.at("feast");
        fs.mkdirSync(folder);
        const { data: files } = prod.object("ConfigMap/feast/feast-configuration") as Manifest & {
            readonly data?: Readonly<Record<string, string>>;
        };
        for (const [name, text] of Object.entries(files ?? {})) {
            fs.writeFileSync(path.join(folder, name), text);
        }
        fs.writeFileSync(
            path.join(folder, "feature_store.yaml"),
            (files?.["feature_store.yaml"] ?? "")
                .replace(/@[a-z0-9.-]+:5432\//, `@localhost:${port}/`)
                .replace(/host: .*/, "host: localhost")
                .replace("port: 5432", `port: ${port}`)
                .replaceAll("/etc/authority/ca.crt", authority),
        );
        const { spec } = prod.object("Deployment/feast/feast") as unknown as {
            readonly spec: {
                readonly template: {
                    readonly spec: {
                        readonly initContainers: readonly Pick<Container, "command">[];
                        readonly containers: readonly Container[];
                    };
                };
            };
        };
        const env = {
            ...{ PATH: process.env.PATH, HOME: folder },
            ...{ PGUSER: "feast", PGPASSWORD: "Of1the2database" },
        };
        const program = (name = "") => path.join(home() ?? "", name);
        const here = (word: string) => word.replace(/^\/feast(?=\/|$)/, folder);
        for (const { command } of spec.template.spec.initContainers) {
            const [name, ...words] = command;
            const { status, stderr } = spawnSync(program(name), words.map(here), {
                encoding: "utf8",
                env,
            });
            assert.equal(status, 0, stderr.slice(-2000));
        }
        const free: Record<string, number> = {};
        for (const { name, command, ports } of spec.template.spec.containers) {
            const own = await freePort();
            free[name] = own;
            const told = ports.find((one) => one.name === name)?.containerPort;
            assert.ok(told !== undefined && command.includes(String(told)));
            const args = command
                .slice(1)
                .map((word) => (word === String(told) ? `${own}` : here(word)));
            const log = fs.openSync(shop.at(`${name}.log`), "w");
            servers.push(
                spawn(program(command[0]), args, {
                    stdio: ["ignore", log, log],
                    detached: true,
                    env,
                }),
            );
        }
        for (const name of NAMES) {
            for (let attempt = 0; attempt < 6; attempt += 1) {
                try {
                    await listens(free[name] ?? 0);
                    break;
                } catch (error) {
                    if (attempt === 5) {
                        throw new Error(
                            `${String(error)}: ${fs.readFileSync(shop.at(`${name}.log`), "utf8").slice(-3000)}`,
                        );
                    }
                }
            }
        }
        const asked = [PROGRAM, ...NAMES.map((name) => String(free[name]))];
        const { stdout, stderr } = spawnSync(program("python3"), asked, {
            cwd: shop.at(),
            encoding: "utf8",
            env: { PATH: process.env.PATH, HOME: folder },
        });
        const said = stdout.split("\n").find((line) => line.startsWith("REPORT "));
        const logs = NAMES.map((name) =>
            fs.readFileSync(shop.at(`${name}.log`), "utf8").slice(-3000),
        );
        assert.ok(said !== undefined, [stdout, stderr.slice(-2000), ...logs].join("\n"));
        report = JSON.parse(said.slice("REPORT ".length)) as Report;
        metrics = await (await fetch("http://localhost:8000/metrics")).text();
    });

    after(() => {
        for (const { pid, exitCode } of servers) {
            if (pid !== undefined && exitCode === null) {
                process.kill(-pid, "SIGKILL");
            }
        }
        workshop?.close();
    });

    it("let a client without a way to the database define a feature", () => {
        assert.deepEqual(report.views, ["habits"]);
        assert.equal(rows("feature_views"), "1");
    });

    it("give back the value that was written, and nothing where none was", () => {
        assert.deepEqual(report.found.orders, [3, null]);
        assert.deepEqual(report.found.mean, [1.5, null]);
    });

    it("keep in PostgreSQL what a restore test looks at", () => {
        assert.ok(Number(rows("feast_metadata")) >= 1);
        assert.ok(Number(rows("platform_habits")) >= 1);
    });

    it("tell the metrics that alerts and dashboards ask for", () => {
        const names = feastScrapes.flatMap((scrape) => scrape.metrics).flatMap((one) => one.names);
        assert.deepEqual(
            names.filter((name) => !metrics.includes(name)),
            [],
        );
    });
});
