/**
 * OpenBao itself with what the program writes for it: set up twice, people signed on by a provider,
 * a snapshot that is stored outside, opened by hand and brought back.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import {
    configuratorRole,
    readerRole,
    serverConfiguration,
    snapshotRole,
} from "../../../components/secrets/openbao-configuration";
import { openBaoClient } from "../../../components/secrets/openbao-people";
import { setupFiles } from "../../../components/secrets/openbao-setup";
import { setupScript } from "../../../components/secrets/openbao-setup-script";
import { snapshotJob, snapshotScript } from "../../../components/secrets/openbao-snapshots";
import { freePort, listens, Workshop } from "../../archives/programs";
import { FakeIssuer } from "../../rehearsal/fake-issuer";

const CHECKS = 6;
const KEY = { id: "snapshots", secret: "snapshots-secret-part" };
const BUCKET = "outside";

/** `docker-volume-backup` is the program of that image, under the image's name. */
const PROGRAMS = ["bao", "age", "age-keygen", "docker-volume-backup", "openssl", "versitygw"];

interface Container {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
}

describe("OpenBao as a program", function () {
    this.timeout(300_000);
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    const missing = PROGRAMS.filter((name) => findExecutable(name, folders) === undefined);
    let workshop: Workshop | undefined;
    let issuer: FakeIssuer | undefined;
    let server: ChildProcess | undefined;
    let port: number;
    let env: Record<string, string>;
    let scratch: string;

    const at = (...parts: string[]) => (workshop ?? assert.fail("no workshop")).at(...parts);
    const login = () => issuer ?? assert.fail("no issuer");

    /** Runs a program while the issuer answers it. */
    const run = (program: string, args: readonly string[], more: Record<string, string> = {}) =>
        new Promise<{ status: number; output: string }>((resolve) => {
            execFile(program, args, { env: { ...env, ...more } }, (error, stdout, stderr) => {
                const status = error === null ? 0 : Number(error.code ?? 1);
                resolve({ status, output: `${stdout}${stderr}`.trim() });
            });
        });
    const must = async (program: string, args: readonly string[], more = {}) => {
        const { status, output } = await run(program, args, more);
        assert.equal(status, 0, `${program} ${args.join(" ")}: ${output}`);
        return output;
    };

    const startServer = async () => {
        server = spawn("bao", ["server", `-config=${at("server.json")}`], { stdio: "ignore", env });
        await listens(port);
        for (let tries = 0; (await run("bao", ["status"])).status === 1 && tries < 60; tries += 1) {
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
    };
    const stopServer = async () => {
        const stopped = new Promise((resolve) => server?.once("exit", resolve));
        server?.kill("SIGTERM");
        await stopped;
    };
    /** `bao` for the scripts: Kubernetes is not there, so it hands tokens out in its place. */
    const wrapper = () => {
        const real = findExecutable("bao", folders) ?? "bao";
        fs.mkdirSync(at("wrapped"), { recursive: true });
        fs.writeFileSync(
            at("wrapped", "bao"),
            `#!/bin/sh
case "$*" in
    "operator init -recovery"*) ${real} "$@" | tee ${at("init.json")};;
    "token revoke -self") ;;
    "write auth/kubernetes/config"*) ${real} "$@" kubernetes_ca_cert=@${at("issuer.crt")};;
    *kubernetes/login*)
        for word in "$@"; do case $word in role=*) role=\${word#role=};; esac; done
        BAO_TOKEN=$(cat ${at("root")}) ${real} token create -field=token -no-default-policy -policy="$role";;
    *) exec ${real} "$@";;
esac
`,
            { mode: 0o755 },
        );
        return `${at("wrapped")}:${process.env.PATH ?? ""}`;
    };
    const inPlace = (script: string) =>
        script
            .replaceAll("/setup", at("setup"))
            .replaceAll("/backup/", `${at("backup")}/`)
            .replaceAll(":8200", `:${port}`);
    const setUp = () =>
        run("/bin/sh", ["-c", inPlace(setupScript)], {
            ...{ PATH: wrapper(), MEMBERS: "localhost", TRIES: "4", ISSUER: login().url },
            CLIENT_SECRET_FILE: at("client-secret"),
            ISSUER_AUTHORITY: `@${at("issuer.crt")}`,
            ...{ KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "1" },
        });
    /** Signs somebody on by the provider, as the page does. */
    const signOn = async (name: string, groups: readonly string[]) => {
        const redirect = "http://localhost:8250/oidc/callback";
        const answer = await must("bao", [
            ...["write", "-format=json", "auth/oidc/oidc/auth_url"],
            ...["role=people", `redirect_uri=${redirect}`, "client_nonce=n"],
        ]);
        const { data } = JSON.parse(answer) as { data: { auth_url: string } };
        const asked = new URL(data.auth_url).searchParams;
        login().person = {
            ...{ aud: openBaoClient.id, nonce: asked.get("nonce"), groups },
            preferred_username: name,
        };
        return run("bao", [
            ...["read", "-field=token", "auth/oidc/oidc/callback", "code=c", "client_nonce=n"],
            `state=${asked.get("state") ?? ""}`,
        ]);
    };

    before(async function () {
        if (missing.length > 0) {
            console.log(`      not run: ${CHECKS} checks with ${missing.join(", ")}`);
            this.skip();
        }
        workshop = new Workshop();
        scratch = at("scratch");
        port = await freePort();
        const { authority, certificate, key } = workshop.certificates();
        env = {
            ...{ PATH: process.env.PATH ?? "", HOME: workshop.folder },
            ...{ BAO_ADDR: `https://localhost:${port}`, BAO_CACERT: authority },
        };
        ["data", "setup", "backup", "scratch"].forEach((name) => {
            fs.mkdirSync(at(name), { recursive: true });
        });
        fs.writeFileSync(at("seal"), crypto.randomBytes(32).toString("hex"));
        issuer = await FakeIssuer.start(at("scratch"));
        fs.writeFileSync(at("issuer.crt"), issuer.certificateAuthority);
        fs.writeFileSync(at("client-secret"), "secret-of-the-client");
        const configuration = serverConfiguration(1);
        const [{ tcp }] = configuration.listener as [{ tcp: object }];
        fs.writeFileSync(
            at("server.json"),
            JSON.stringify({
                ...configuration,
                listener: [
                    {
                        tcp: {
                            ...tcp,
                            ...{ address: `127.0.0.1:${port}`, tls_cert_file: certificate },
                            ...{ cluster_address: `127.0.0.1:${port + 1}`, tls_key_file: key },
                        },
                    },
                ],
                storage: { raft: { path: at("data"), node_id: "openbao-0" } },
                seal: [{ static: { current_key_id: "1", current_key: `file://${at("seal")}` } }],
                api_addr: `https://localhost:${port}`,
                cluster_addr: `https://localhost:${port + 1}`,
            }),
        );
        const told = {
            ...{ issuer: issuer.url, groupsClaim: "groups", hasAuthority: true },
            ...{ domain: "example.org", secretName: "openbao-client", revision: undefined },
        };
        const files = setupFiles([configuratorRole, readerRole, snapshotRole], told).data ?? {};
        Object.entries(files as Readonly<Record<string, string>>).forEach(([name, text]) => {
            fs.writeFileSync(at("setup", name), text);
        });
        await startServer();
    });
    after(async () => {
        // Nothing was started where a program is missing: a server that never was never ends.
        if (missing.length > 0) {
            return;
        }
        await stopServer();
        await issuer?.stop();
        workshop?.close();
    });

    it("is set up, and again by the one role that may", async () => {
        const first = await setUp();
        assert.equal(first.status, 0, first.output);
        const { root_token } = JSON.parse(fs.readFileSync(at("init.json"), "utf8")) as {
            root_token: string;
        };
        fs.writeFileSync(at("root"), root_token);
        const second = await setUp();
        assert.equal(second.status, 0, second.output);
        env.BAO_TOKEN = root_token;
        const aliases = await must("bao", [...["list", "-format=json", "identity/group-alias/id"]]);
        assert.equal((JSON.parse(aliases) as unknown[]).length, openBaoClient.groups.length);
    });

    it("lets people do what their groups may, and no more", async () => {
        const write = (place: string) => ["kv", "put", "-mount=platform", place, "a=b"];
        const read = (place: string) => ["kv", "get", "-mount=platform", place];
        const names = ["kv", "list", "-mount=platform", "apps/"];
        const allowed: Readonly<Record<string, readonly string[][]>> = {
            "platform-admin": [write("x"), read("x"), write("apps/y"), read("apps/y"), names],
            "app-developer": [write("apps/y"), names],
            "monitoring-reader": [names],
        };
        const every = [write("x"), read("x"), write("apps/y"), read("apps/y"), names];
        for (const [group, may] of Object.entries(allowed)) {
            const { status, output } = await signOn("ada", ["staff", group]);
            assert.equal(status, 0, output);
            const verdicts: [command: string, done: boolean][] = [];
            for (const args of every) {
                const { status: code } = await run("bao", args, { BAO_TOKEN: output });
                verdicts.push([args.join(" "), code === 0]);
            }
            const isMay = (command: string) => may.some((args) => args.join(" ") === command);
            assert.deepEqual(
                verdicts.filter(([command, done]) => done !== isMay(command)),
                [],
                group,
            );
            assert.notEqual(
                (await run("bao", ["policy", "list"], { BAO_TOKEN: output })).status,
                0,
                `${group} lists policies`,
            );
        }
    });

    it("refuses who is in none of the groups", async () => {
        const { status, output } = await signOn("eve", ["staff", "storage-admin"]);
        assert.notEqual(status, 0, output);
    });

    it("opens itself after a restart", async () => {
        await stopServer();
        await startServer();
        const status = JSON.parse(await must("bao", ["status", "-format=json"])) as {
            sealed: boolean;
        };
        assert.equal(status.sealed, false);
    });

    it("is saved outside, encrypted, and a person brings it back", async () => {
        const recipientFile = at("age.key");
        await must("age-keygen", ["-o", recipientFile]);
        const ageRecipient = await must("age-keygen", ["-y", recipientFile]);
        const shop = workshop ?? assert.fail("no workshop");
        const endpoint = await shop.store(BUCKET, KEY, {
            certificate: at("tls.crt"),
            key: at("tls.key"),
        });
        await must("bao", ["kv", "put", "-mount=platform", "precious", "value=kept"]);
        const taken = await run("/bin/sh", ["-c", inPlace(snapshotScript)], { PATH: wrapper() });
        assert.equal(taken.status, 0, taken.output);
        const job = snapshotJob({
            target: {
                ...{ endpoint, bucket: BUCKET, region: "us-east-1", ageRecipient, cluster: "c" },
                authority: "one",
            },
            images: { openBao: "a", backup: "b" },
            ...{ certificate: "openbao-tls", secretName: "target", size: 1 },
        });

        const { containers } = (
            job.spec as {
                jobTemplate: { spec: { template: { spec: { containers: [Container] } } } };
            }
        ).jobTemplate.spec.template.spec;
        const told = Object.fromEntries(
            containers[0].env.flatMap(({ name, value }) =>
                value === undefined ? [] : [[name, value]],
            ),
        ) as Record<string, string>;

        await must("docker-volume-backup", [], {
            ...told,
            ...{ AWS_ACCESS_KEY_ID: KEY.id, AWS_SECRET_ACCESS_KEY: KEY.secret },
            ...{ SSL_CERT_FILE: at("ca.crt"), BACKUP_SOURCES: at("backup"), TMPDIR: scratch },
        });
        const kept = at("store", BUCKET, "c", "openbao");
        const [stored, ...more] = fs.readdirSync(kept);
        assert.ok(stored?.endsWith(".tar.age"), stored);
        assert.deepEqual(more, []);
        const archive = path.join(scratch, "snapshot.tar");
        await must("age", [
            "-d",
            "-i",
            recipientFile,
            "-o",
            archive,
            path.join(kept, stored ?? ""),
        ]);
        await must("tar", ["-xf", archive, "-C", scratch, "--strip-components=0"]);
        const found = await must("find", [scratch, "-name", "openbao.snap"]);
        await must("bao", ["kv", "metadata", "delete", "-mount=platform", "precious"]);
        await must("bao", ["operator", "raft", "snapshot", "restore", "-force", found]);
        let back = await run("bao", ["kv", "get", "-mount=platform", "-field=value", "precious"]);
        for (let tries = 0; back.status !== 0 && tries < 20; tries += 1) {
            await new Promise((resolve) => setTimeout(resolve, 500));
            back = await run("bao", ["kv", "get", "-mount=platform", "-field=value", "precious"]);
        }
        assert.equal(back.output, "kept");
    });

    it("says which snapshot is damaged, and changes nothing", async () => {
        const found = await must("find", [scratch, "-name", "openbao.snap"]);
        const bytes = fs.readFileSync(found);
        fs.writeFileSync(at("damaged.snap"), bytes.subarray(0, bytes.length / 2));
        const { status } = await run("bao", [
            ...["operator", "raft", "snapshot", "restore", "-force", at("damaged.snap")],
        ]);
        assert.notEqual(status, 0);
        assert.equal(
            await must("bao", ["kv", "get", "-mount=platform", "-field=value", "precious"]),
            "kept",
        );
    });
});
