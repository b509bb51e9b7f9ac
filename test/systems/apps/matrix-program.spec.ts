/**
 * Synapse itself (PyPI: matrix-synapse) with what the program writes for it: its own check of the
 * configuration, and the script that makes the room of the alerts, run twice against a server.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import {
    bridgeRegistration,
    signingKey,
    synapseConfiguration,
} from "../../../components/apps/matrix-configuration";
import { alertMessage } from "../../../components/apps/matrix-room";
import { freePort, listens, Workshop } from "../../archives/programs";
import { needsCharts, stack } from "../../fixtures/stack";

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** As matrix-tools merges files (internal/pkg/renderer): maps deep, lists one after the other. */
function merged(base: unknown, more: unknown): unknown {
    if (isTree(base) && isTree(more)) {
        const keys = new Set([...Object.keys(base), ...Object.keys(more)]);
        return Object.fromEntries(
            [...keys].map((key) => [
                key,
                key in base && key in more
                    ? merged(base[key], more[key])
                    : (more[key] ?? base[key]),
            ]),
        );
    }
    return isList(base) && isList(more) ? [...base, ...more] : more;
}

const SERVER = "matrix.home.example.org";
const TOKENS = { asToken: "bridge-asks", hsToken: "server-asks" };

describe("Synapse as a program", function () {
    this.timeout(180_000);
    const program = findExecutable(
        "synapse_homeserver",
        (process.env.PATH ?? "").split(path.delimiter),
    );
    let workshop: Workshop | undefined;
    let server: ChildProcess | undefined;
    const at = (...parts: string[]) => (workshop ?? assert.fail("no workshop")).at(...parts);
    /** Python with Synapse: that of the program. */
    const python = () => path.join(path.dirname(program ?? ""), "python3");

    /** Synapse makes its tables first. */
    const started = async (port: number) => {
        for (let attempt = 0; attempt < 5; attempt += 1) {
            try {
                await listens(port);
                return;
            } catch {
                assert.equal(server?.exitCode, null, fs.readFileSync(at("server.log"), "utf8"));
            }
        }
        assert.fail("Synapse does not listen");
    };

    const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
        new Promise<{ readonly status: number; readonly output: string }>((resolve) => {
            execFile(
                python(),
                args,
                { env: { ...process.env, ...env }, cwd: at() },
                (error, stdout, stderr) => {
                    const status = error === null ? 0 : Number(error.code ?? 1);
                    resolve({ status, output: `${stdout}${stderr}`.trim() });
                },
            );
        });

    before(function () {
        if (program === undefined) {
            console.log("    (synapse_homeserver is not on the PATH: 2 trials of Synapse skipped)");
            this.skip();
        }
        workshop = new Workshop();
        fs.writeFileSync(at("registration.yaml"), yaml.dump(bridgeRegistration(SERVER, TOKENS)));
        fs.writeFileSync(at("signing.key"), signingKey("17".repeat(32)));
        for (const secret of ["macaroon", "registration", "shared"]) {
            fs.writeFileSync(at(secret), "some letters");
        }
    });

    after(async () => {
        if (server?.exitCode === null) {
            const ended = new Promise((resolve) => server?.once("exit", resolve));
            server.kill("SIGTERM");
            await ended;
        }
        workshop?.close();
    });

    it("takes the configuration of every process as it is rendered", async function () {
        const prod = (await stack("prod")).component("matrix");
        needsCharts(this, prod);
        const { data } = prod.object("ConfigMap/matrix/matrix-synapse") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        fs.writeFileSync(at("log_config.yaml"), data["log_config.yaml"] ?? "");
        const processes = Object.keys(data).filter((name) => name.startsWith("05-"));
        assert.equal(processes.length, 3);
        for (const name of processes) {
            const texts = ["01-homeserver-underrides.yaml", "04-homeserver-overrides.yaml", name];
            const [under, over, own] = texts.map((key) => yaml.load(data[key] ?? ""));
            const told = [synapseConfiguration("/etc/postgresql/ca.crt"), over, own].reduce(
                merged,
                under,
            );
            const text = yaml
                .dump(told)
                .replaceAll(/\/secrets\/matrix-(?:server|account|bridge)\//g, `${at()}/`)
                .replaceAll("/conf/log_config.yaml", at("log_config.yaml"))
                .replaceAll("/media/", `${at()}/`)
                .replaceAll("${SYNAPSE_POSTGRES_PASSWORD}", "some letters")
                .replaceAll("${APPLICATION_NAME}", name.replaceAll(/^05-|\.yaml$/g, ""));
            fs.writeFileSync(at("homeserver.yaml"), text);
            const { status, output } = await run([
                "-m",
                "synapse.config",
                "-c",
                at("homeserver.yaml"),
            ]);
            assert.deepEqual({ status, output }, { status: 0, output: "Config parses OK!" });
        }
    });

    it("has the room of the alerts after the script, once, however often it runs", async () => {
        const port = await freePort();
        const configuration = {
            ...synapseConfiguration("/nowhere"),
            server_name: SERVER,
            database: { name: "sqlite3", args: { database: at("synapse.db") } },
            listeners: [
                {
                    ...{ port, type: "http", bind_addresses: ["127.0.0.1"] },
                    resources: [{ names: ["client", "media"] }],
                },
            ],
            signing_key_path: at("signing.key"),
            macaroon_secret_key: "some letters",
            form_secret: "some letters",
            media_store_path: at("media_store"),
            app_service_config_files: [at("registration.yaml")],
            report_stats: false,
        };
        fs.writeFileSync(at("server.yaml"), yaml.dump(configuration));
        server = spawn(python(), ["-m", "synapse.app.homeserver", "-c", at("server.yaml")], {
            cwd: at(),
            stdio: ["ignore", "ignore", fs.openSync(at("server.log"), "w")],
        });
        await started(port);
        fs.writeFileSync(at("as-token"), TOKENS.asToken);
        fs.writeFileSync(at("alerts-hook"), "way-in");
        fs.writeFileSync(at("message.js"), alertMessage(undefined));
        const script = path.join(__dirname, "../../../components/apps/scripts/matrix_room.py");
        const environment = {
            HOMESERVER: `http://127.0.0.1:${port}`,
            SERVER_NAME: SERVER,
            BRIDGE_USER: "hookshot",
            ROOM: "alerts",
            SECRETS: at(),
            MESSAGE: at("message.js"),
        };
        const first = await run([script], environment);
        assert.equal(first.status, 0, first.output);
        fs.writeFileSync(at("alerts-hook"), "new-way-in");
        const second = await run([script], environment);
        assert.deepEqual(second, first);
        const room = encodeURIComponent(first.output.split(" ").at(-1) ?? "");
        const ask = async (of: string) => {
            const answer = await fetch(`http://127.0.0.1:${port}/_matrix/client/v3${of}`, {
                headers: { Authorization: `Bearer ${TOKENS.asToken}` },
            });
            return (await answer.json()) as Readonly<Record<string, unknown>>;
        };
        const hook = "uk.half-shot.matrix-hookshot.generic.hook";
        const user = encodeURIComponent(`@hookshot:${SERVER}`);
        assert.deepEqual(await ask(`/user/${user}/rooms/${room}/account_data/${hook}`), {
            "new-way-in": "alerts",
        });
        const state = await ask(`/rooms/${room}/state/${hook}/alerts`);
        assert.deepEqual([state.name, state.waitForComplete], ["Alerts", true]);
        const picture = await ask(`/rooms/${room}/state/m.room.avatar/`);
        assert.match(String(picture.url), /^mxc:\/\//);
        // What the restore test looks for on the volume.
        const stored = fs
            .readdirSync(at("media_store/local_content"), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile());
        assert.equal(stored.length, 1);
        assert.equal(
            path.relative(at("media_store/local_content"), stored[0]?.parentPath ?? "").split("/")
                .length,
            2,
        );
    });
});
