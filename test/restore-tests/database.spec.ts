/**
 * Restore tests of a database in the hands of the programs that make an archive and read it: the
 * program of the pod, PostgreSQL, the tools of Barman and an S3 server; what could go wrong goes
 * wrong, and the source stays as it was.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../components/base/object";
import { SCRATCH } from "../../components/backup/restore-tests-plan";
import { freePort, missingPrograms, rehearsalPrograms, Workshop } from "../archives/programs";
import { type RecordedStack, stack } from "../fixtures/stack";
import { CopyOperator } from "./operator";
import { planOf, Rehearsal, type Run, shortPatience } from "./rehearsal";
import { turnBit, zeroPage } from "./tar";

const CHECKS = 14;
const TEST = "database-identity-db";
const SERVER = "identity-db-1";
const KEY = { id: "archiver", secret: "archiver-secret-part" };

interface StoreSpec {
    readonly configuration: {
        readonly destinationPath: string;
        readonly wal: { readonly compression: string };
        readonly data: { readonly compression: string };
    };
    readonly instanceSidecarConfiguration: {
        readonly env: readonly { readonly name: string; readonly value: string }[];
    };
}

interface TableCheck {
    readonly database: string;
    readonly table: string;
    readonly rows: number;
}

describe("a restore test of a database", function () {
    this.timeout(240_000);
    const missing = missingPrograms(rehearsalPrograms.database);
    let workshop: Workshop | undefined;
    let recorded: RecordedStack;
    let rehearsal: Rehearsal;
    let operator: CopyOperator;
    let plan: Record<string, unknown>;
    let tables: readonly TableCheck[];
    let base: string;
    let users: string;
    let archive: string;

    const shop = () => workshop ?? assert.fail("no workshop");

    /** Digest of everything that the archive holds. */
    const fingerprint = () => {
        const hash = createHash("sha256");
        const root = shop().at("store", "home-backup");
        for (const name of fs.readdirSync(root, { recursive: true }).map(String).sort()) {
            const file = path.join(root, name);
            if (fs.statSync(file).isFile()) {
                hash.update(name).update(fs.readFileSync(file));
            }
        }
        return hash.digest("hex");
    };

    /** The test failed for this reason, and nothing is left of it. */
    const failed = ({ status, output }: Run, reason: RegExp) => {
        assert.equal(status, 1, output);
        const report = rehearsal.report(TEST);
        assert.equal(report.verdict, "failed");
        assert.match(report.reason ?? "", reason);
        assert.deepEqual(rehearsal.left(), []);
        assert.equal(rehearsal.holder(), "");
    };

    const passed = ({ status, output }: Run) => {
        assert.equal(status, 0, output);
        assert.equal(rehearsal.report(TEST).verdict, "restored");
        assert.deepEqual(rehearsal.left(), []);
        assert.equal(rehearsal.holder(), "");
    };

    /** Runs with the base damaged, and mends it. */
    const damaged = async (damage: (archive: Buffer) => Buffer): Promise<Run> => {
        const whole = fs.readFileSync(base);
        fs.writeFileSync(base, damage(whole));
        try {
            return await rehearsal.run(plan);
        } finally {
            fs.writeFileSync(base, whole);
        }
    };

    /** The same inside of the compressed archive. */
    const damagedInside = (damage: (archive: Buffer, name: string) => void) =>
        damaged((compressed) => {
            const options = { input: compressed, maxBuffer: 1 << 30 };
            const plain = execFileSync("lz4", ["-d", "-c", "-q"], options);
            damage(plain, users);
            return execFileSync("lz4", ["-c", "-q"], { ...options, input: plain });
        });

    before(async function () {
        if (missing.length > 0) {
            console.log(
                `    (not on the PATH: ${missing.join(", ")}; ${CHECKS} checks of restores skipped)`,
            );
            this.skip();
        }
        recorded = await stack("prod");
        const store: Manifest = recorded.object(`ObjectStore/${SCRATCH}/identity-db-archive`);
        const { configuration, instanceSidecarConfiguration } = store.spec as StoreSpec;
        workshop = new Workshop();
        const certificates = workshop.certificates();
        const endpoint = await workshop.store("home-backup", KEY, certificates);
        const access = {
            options: [
                ...["--endpoint-url", endpoint, "--cloud-provider", "aws-s3"],
                configuration.destinationPath,
            ],
            env: {
                ...Object.fromEntries(
                    instanceSidecarConfiguration.env.map(({ name, value }) => [name, value]),
                ),
                AWS_ACCESS_KEY_ID: KEY.id,
                AWS_SECRET_ACCESS_KEY: KEY.secret,
                AWS_CA_BUNDLE: certificates.authority,
            },
        };
        const port = await freePort();
        operator = new CopyOperator(workshop, access, port, certificates);
        rehearsal = new Rehearsal(workshop, recorded, [operator], certificates);
        operator.server = rehearsal.server;
        await rehearsal.start();
        plan = {
            ...planOf(recorded, TEST),
            patience: shortPatience,
            server: { host: "localhost", port },
        };
        tables = plan.tables as readonly TableCheck[];

        const source = workshop.at("source");
        workshop.must("initdb", ["-D", source, "-U", "postgres", "-A", "trust", "-k"]);
        const where = [...access.options, SERVER].join(" ");
        const archiving = `barman-cloud-wal-archive --${configuration.wal.compression} ${where} %p`;
        const settings = { archive_mode: "on", archive_command: archiving, wal_level: "logical" };
        workshop.start(source, settings, access.env);
        const sql = (text: string, database?: string) => shop().sql(source, text, 5432, database);
        for (const database of new Set(tables.map((one) => one.database))) {
            sql(`create database "${database}"`);
        }
        for (const { database, table } of tables) {
            sql(
                `create table "${table}" (id int primary key, what text);` +
                    ` insert into "${table}" select n, repeat('x', 100) from generate_series(1, 2000) n`,
                database,
            );
            sql(`vacuum (freeze) "${table}"`, database);
        }
        users = sql("select pg_relation_filepath('users')", "lldap");
        sql("checkpoint");
        const backUp = [
            "--user",
            "postgres",
            "--name",
            "base",
            `--${configuration.data.compression}`,
        ];
        workshop.must("barman-cloud-backup", [...backUp, ...access.options, SERVER], {
            ...access.env,
            PGHOST: workshop.sockets(source),
        });
        workshop.stop(source);
        const root = workshop.at("store", "home-backup");
        const found = fs
            .readdirSync(root, { recursive: true })
            .map(String)
            .find((name) => /\/base\/.*data\.tar/.test(name));
        base = path.join(root, found ?? assert.fail("no base"));
        archive = fingerprint();
    });

    afterEach(function () {
        if (workshop !== undefined && this.currentTest?.isPending() !== true) {
            operator.mend();
            assert.equal(fingerprint(), archive, "the archive was changed");
        }
    });

    after(() => {
        if (missing.length === 0) {
            rehearsal.server.close();
            operator.deleted();
        }
        workshop?.close();
    });

    it("finds that what is whole is restored, with the rows that it must hold", async () => {
        passed(await rehearsal.run(plan));
        const check = rehearsal.report(TEST).steps.find(({ step }) => step === "check it");
        const { databases, tables: counted } = check?.found as {
            databases: string[];
            tables: string[];
        };
        assert.ok(["authelia", "keycloak", "lldap"].every((name) => databases.includes(name)));
        assert.ok(counted.includes("lldap.users: 2000 rows"), counted.join());
    });

    it("asks for nothing where the data comes from", () => {
        assert.deepEqual(rehearsal.askedIn(), ["restore-scratch", "restore-tests", "velero"]);
    });

    it("fails by an archive that is cut short", async () => {
        const run = await damaged((whole) => whole.subarray(0, Math.floor(whole.length / 2)));
        failed(run, /^the archive cannot be restored: full-recovery: Error: /);
    });

    it("fails by an archive with other bytes in it", async () => {
        const run = await damaged((whole) => {
            const other = Buffer.from(whole);
            other.fill(0x5a, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 4096);
            return other;
        });
        failed(run, /^the archive cannot be restored: /);
    });

    it("fails by a bit that is turned inside of a page", async () => {
        failed(
            await damagedInside(turnBit),
            /lldap.*(damaged|invalid page)|damaged: .*(users|lldap)/,
        );
    });

    it("fails by a page of zeros, which passes every checksum", async () => {
        failed(
            await damagedInside(zeroPage),
            /^database lldap: rows are lost: users, page 1 is empty$/,
        );
    });

    it("fails by a key that the store refuses", async () => {
        const { options, env } = operator.access;
        operator.access = { options, env: { ...env, AWS_SECRET_ACCESS_KEY: "another" } };
        failed(
            await rehearsal.run(plan),
            /^the archive cannot be restored: .*(SignatureDoesNotMatch|Forbidden|403)/,
        );
    });

    it("fails by tables that are not there, or hold too little", async () => {
        for (const [check, reason] of [
            [
                { database: "lldap", table: "users", rows: 2001 },
                /table users has 2000 rows, and must/,
            ],
            [{ database: "lldap", table: "none", rows: 1 }, /database lldap: .*"public.none"/],
            [{ database: "none", table: "users", rows: 1 }, /^there is no database none$/],
        ] as const) {
            failed(await rehearsal.run({ ...plan, tables: [check] }), reason);
        }
    });

    it("fails by a disk that is full", async function () {
        const disk = shop().at("disk");
        fs.mkdirSync(disk);
        const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=777", "none", disk]);
        if (mount.status !== 0) {
            console.log("    (no file system can be mounted; 1 check of restores skipped)");
            this.skip();
        }
        try {
            operator.disk = disk;
            failed(await rehearsal.run(plan), /No space left on device/);
        } finally {
            spawnSync("umount", [disk]);
        }
    });

    it("says that it was interrupted half way, and leaves nothing", async () => {
        operator.hangs = true;
        const running = rehearsal.begin(plan);
        await rehearsal.copies();
        running.signal("SIGTERM");
        failed(await running.ended, /^it was interrupted, and is tried again$/);
    });

    it("removes what one left that was killed, and passes", async () => {
        operator.hangs = true;
        const running = rehearsal.begin(plan, { POD: "again" });
        await rehearsal.copies();
        running.signal("SIGKILL");
        await running.ended;
        assert.ok(rehearsal.left().length > 0);
        operator.mend();
        passed(await rehearsal.run(plan, { POD: "again" }));
    });

    it("waits for the one before it, and touches nothing of that when it takes too long", async () => {
        operator.hangs = true;
        const first = rehearsal.begin({ ...plan, test: "first" });
        await rehearsal.copies();
        const before = rehearsal.left();
        const { status } = await rehearsal.run(plan);
        assert.equal(status, 1);
        assert.match(
            rehearsal.report(TEST).reason ?? "",
            /^another restore test is still going on/,
        );
        assert.deepEqual(rehearsal.left(), before);
        first.signal("SIGTERM");
        await first.ended;
        assert.deepEqual(rehearsal.left(), []);
    });

    it("trusts no clock that is wrong", async () => {
        for (const [ahead, side] of [
            [3600, "behind"],
            [-3600, "ahead of"],
        ] as const) {
            rehearsal.server.ahead = ahead;
            const run = await rehearsal.run(plan);
            rehearsal.server.ahead = 0;
            failed(
                run,
                new RegExp(`^the clock of this node is 3[56]\\d\\d s ${side} that of the API`),
            );
        }
    });

    it("fails by a database whose pages have no checksums", () => {
        // Said by the check itself; a copy has those of its source.
        const script = [
            "import check_database, outcome",
            "class Server:",
            "    def ask(self, statement, database=None): return ['off']",
            "try: check_database.check(Server(), [])",
            "except outcome.Failed as failure: print(failure)",
        ].join("\n");
        const said = execFileSync("python3", ["-B", "-c", script], {
            cwd: path.join(__dirname, "../../components/backup/scripts"),
            encoding: "utf8",
        });
        assert.match(said, /^the database has no checksums of pages/);
    });
});
