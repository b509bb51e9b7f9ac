/**
 * The archive of a database in the hands of the programs that write and read it: PostgreSQL, the
 * tools of Barman and an S3 server. What they are told is what the program writes for the cluster.
 */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../components/base/object";
import { serverName } from "../../components/data/postgres-archive-manifests";
import { stackWith } from "../fixtures/stack";
import { missingPrograms, Workshop } from "./programs";

interface Reference {
    readonly name: string;
    readonly key: string;
}

interface StoreSpec {
    readonly configuration: {
        readonly destinationPath: string;
        readonly endpointCA: Reference;
        readonly s3Credentials: Readonly<Record<"accessKeyId" | "secretAccessKey", Reference>>;
        readonly wal: { readonly compression: string };
        readonly data: { readonly compression: string; readonly jobs: number };
    };
    readonly retentionPolicy: string;
    readonly instanceSidecarConfiguration: {
        readonly env: readonly { readonly name: string; readonly value: string }[];
    };
}

const CHECKS = 6;
const CLUSTER = "identity-db";
const KEY = { id: "archiver", secret: "archiver-secret-part" };

describe("the archive of a database", function () {
    this.timeout(300_000);
    const missing = missingPrograms();
    let workshop: Workshop | undefined;
    let spec: StoreSpec;
    let endpoint: string;
    let authority: string;
    let env: Record<string, string>;
    let at: Date;

    const shop = () => workshop ?? assert.fail("no workshop");
    const first = serverName(CLUSTER, 1);
    const second = serverName(CLUSTER, 2);

    /** github.com/cloudnative-pg/barman-cloud: pkg/command/commandbuilder.go. */
    const where = (server: string) => {
        const { destinationPath } = spec.configuration;
        const options = ["--endpoint-url", endpoint, "--cloud-provider", "aws-s3"];
        return [...options, destinationPath, server];
    };
    /** pkg/archiver/command.go. */
    const archiving = (server: string) =>
        [
            "barman-cloud-wal-archive",
            `--${spec.configuration.wal.compression}`,
            ...where(server),
            "%p",
        ].join(" ");
    const restoring = (server: string) =>
        ["barman-cloud-wal-restore", ...where(server), "%f", "%p"].join(" ");
    /** pkg/backup/backup.go. */
    const backUp = (data: string, server: string, name: string) => {
        const { compression, jobs } = spec.configuration.data;
        const options = [
            "--user",
            "postgres",
            "--name",
            name,
            `--${compression}`,
            "--jobs",
            `${jobs}`,
        ];
        return shop().run("barman-cloud-backup", [...options, ...where(server)], {
            ...env,
            PGHOST: shop().sockets(data),
        });
    };
    const backups = (server: string) => {
        const found = shop().must(
            "barman-cloud-backup-list",
            ["--format", "json", ...where(server)],
            env,
        );
        return (JSON.parse(found) as { backups_list: { backup_id: string; status: string }[] })
            .backups_list;
    };

    before(async function () {
        if (missing.length > 0) {
            console.log(
                `    (not on the PATH: ${missing.join(", ")}; ${CHECKS} checks of archives skipped)`,
            );
            this.skip();
        }
        workshop = new Workshop();
        const made = workshop.certificates();
        authority = made.authority;
        const stack = await stackWith({
            profile: "prod",
            backup: {
                endpoint: "https://s3.example.org",
                bucket: "home-backup",
                authority: fs.readFileSync(authority, "utf8"),
                objectLock: 30,
            },
        });
        const store: Manifest = stack.object(`ObjectStore/${CLUSTER}/${CLUSTER}`);
        spec = store.spec as StoreSpec;
        const { s3Credentials, endpointCA } = spec.configuration;
        const held = stack.object(`Secret/${CLUSTER}/${endpointCA.name}`).stringData as Record<
            string,
            string
        >;
        assert.equal(held[endpointCA.key], fs.readFileSync(authority, "utf8"));
        const { accessKeyId, secretAccessKey } = s3Credentials;
        assert.ok(held[accessKeyId.key] !== undefined && held[secretAccessKey.key] !== undefined);
        endpoint = await workshop.store("home-backup", KEY, made);
        // pkg/credentials/env.go, and the sidecar's own.
        env = {
            ...Object.fromEntries(
                spec.instanceSidecarConfiguration.env.map(({ name, value }) => [name, value]),
            ),
            AWS_ACCESS_KEY_ID: KEY.id,
            AWS_SECRET_ACCESS_KEY: KEY.secret,
            AWS_CA_BUNDLE: authority,
        };
        const data = workshop.at("data");
        workshop.must("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--data-checksums"]);
        const settings = {
            archive_mode: "on",
            archive_command: archiving(first),
            wal_level: "logical",
        };
        workshop.start(data, settings, env);
    });

    after(() => {
        workshop?.close();
    });

    it("is empty at first, and takes the log and a base backup over verified TLS", () => {
        const data = shop().at("data");
        shop().must("barman-cloud-check-wal-archive", where(first), env);
        shop().sql(data, "create table kept (what text); insert into kept values ('before')");
        const { status, output } = backUp(data, first, "backup-1");
        assert.equal(status, 0, output);
        assert.deepEqual(
            backups(first).map(({ status: state }) => state),
            ["DONE"],
        );
    });

    it("is not written to without the authority of the server, or with another key", () => {
        const data = shop().at("data");
        const own = env;
        for (const [change, said] of [
            [{ AWS_CA_BUNDLE: "/etc/ssl/certs/ca-certificates.crt" }, /certificate verify failed/],
            [
                { AWS_SECRET_ACCESS_KEY: "another" },
                /SignatureDoesNotMatch|Forbidden|403|Backup failed/,
            ],
        ] as const) {
            env = { ...own, ...change };
            const { status, output } = backUp(data, first, "backup-refused");
            env = own;
            assert.notEqual(status, 0);
            assert.match(output, said);
        }
        assert.equal(backups(first).length, 1);
    });

    it("keeps what the database does after the base backup", () => {
        const data = shop().at("data");
        shop().sql(data, "insert into kept values ('wanted')");
        const [now = ""] = shop().sql(data, "select now() + interval '1 second'").split("\n");
        at = new Date(now);
        shop().sql(data, "select pg_sleep(2)");
        shop().sql(data, "insert into kept values ('mistake'); drop table kept");
        shop().sql(data, "create table later (what text)");
        shop().sql(data, "select pg_switch_wal()");
        const [last = ""] = shop()
            .sql(data, "select pg_walfile_name(pg_current_wal_lsn() - 1)")
            .split("\n");
        for (let attempt = 0; attempt < 60; attempt += 1) {
            const archived = shop().sql(
                data,
                "select coalesce(last_archived_wal, '') from pg_stat_archiver",
            );
            if (archived >= last.slice(0, 24) || archived.startsWith(last)) {
                break;
            }
            shop().sql(data, "select pg_sleep(1)");
        }
        assert.equal(shop().sql(data, "select failed_count from pg_stat_archiver"), "0");
    });

    it("brings the database back to the second before a mistake", () => {
        const back = shop().at("back");
        const [backup] = backups(first);
        shop().must("barman-cloud-restore", [...where(first), backup?.backup_id ?? "", back], env);
        // The operator does both.
        fs.chmodSync(back, 0o700);
        fs.writeFileSync(path.join(back, "recovery.signal"), "");
        const settings = {
            archive_mode: "on",
            archive_command: archiving(second),
            restore_command: restoring(first),
            // cloudnative-pg/machinery: pkg/postgres/time; a configuration file knows no `Z`.
            recovery_target_time: at.toISOString().replace("T", " ").replace("Z", "+00"),
            recovery_target_action: "promote",
        };
        shop().start(back, settings, env);
        for (
            let attempt = 0;
            attempt < 60 && shop().sql(back, "select pg_is_in_recovery()") === "t";
            attempt += 1
        ) {
            shop().sql(back, "select pg_sleep(1)");
        }
        assert.equal(
            shop().sql(back, "select string_agg(what, ',' order by what) from kept"),
            "before,wanted",
        );
        assert.equal(shop().sql(back, "select to_regclass('later') is null"), "t");
    });

    it("is refused to the database that was restored, which has the next one", () => {
        const { status } = shop().run("barman-cloud-check-wal-archive", where(first), env);
        assert.notEqual(status, 0);
        const back = shop().at("back");
        const before = fs
            .readdirSync(shop().at("store", "home-backup"), { recursive: true })
            .filter((name) => String(name).includes(`/${first}/`)).length;
        shop().sql(back, "insert into kept values ('after'); select pg_switch_wal()");
        const { status: ended, output } = backUp(back, second, "backup-2");
        assert.equal(ended, 0, output);
        const names = fs
            .readdirSync(shop().at("store", "home-backup"), { recursive: true })
            .map(String);
        assert.equal(names.filter((name) => name.includes(`/${first}/`)).length, before);
        assert.ok(names.some((name) => name.includes(`/${second}/base/`)));
    });

    it("loses nothing that the retention keeps", () => {
        const days =
            /^(\d+)d$/.exec(spec.retentionPolicy)?.[1] ?? assert.fail(spec.retentionPolicy);
        shop().must(
            "barman-cloud-backup-delete",
            ["--retention-policy", `RECOVERY WINDOW OF ${days} DAYS`, ...where(first)],
            env,
        );
        assert.equal(backups(first).length, 1);
    });
});
