/**
 * Restore tests of volumes: the program of the pod and that of the check, on data that kopia brings
 * back from a repository of this machine; what could go wrong goes wrong.
 */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { boltHeader } from "../../components/base/restore-check";
import { missingPrograms, rehearsalPrograms, Workshop } from "../archives/programs";
import { stack } from "../fixtures/stack";
import { guardOf } from "./guard";
import { planOf, Rehearsal, type Run, shortPatience } from "./rehearsal";
import { backupOf, CheckRunner, Repository, VeleroServer } from "./velero";

const CHECKS = 10;
const TEST = "tier-0";

interface Volumes {
    readonly namespace: string;
    readonly claims: Readonly<Record<string, string>>;
    readonly files: readonly {
        readonly path: string;
        readonly bytes?: number;
        readonly begins?: string;
    }[];
}

describe("a restore test of volumes", function () {
    this.timeout(180_000);
    const missing = missingPrograms(rehearsalPrograms.volume);
    let workshop: Workshop | undefined;
    let rehearsal: Rehearsal;
    let velero: VeleroServer;
    let repository: Repository;
    let plan: Record<string, unknown>;
    let volumes: readonly Volumes[];

    const shop = () => workshop ?? assert.fail("no workshop");

    const failed = ({ status, output }: Run, reason: RegExp) => {
        assert.equal(status, 1, output);
        const report = rehearsal.report(TEST);
        assert.equal(report.verdict, "failed");
        assert.match(report.reason ?? "", reason);
        assert.deepEqual(rehearsal.left(), []);
        assert.equal(rehearsal.holder(), "");
    };

    /** A file that passes a check; a pattern becomes the name that it matches. */
    const write = (folder: string, name: string, bytes: Buffer) => {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, bytes);
    };

    /** Backs up what every claim of the plan must hold, as the systems write it. */
    const backUp = (
        change: (name: string, bytes: Buffer) => Buffer | undefined = (_, bytes) => bytes,
    ) => {
        velero.forget();
        for (const { namespace, claims, files } of volumes) {
            const claim = `data-${namespace}-0`;
            const folder = shop().at("sources", claim);
            fs.rmSync(folder, { recursive: true, force: true });
            fs.mkdirSync(folder, { recursive: true });
            for (const { path: pattern, begins = "" } of files) {
                const name = pattern.replace("**/", "").replace("*", "one");
                const start = Buffer.from(begins, "hex");
                const bytes = change(name, Buffer.concat([start, Buffer.alloc(50_000, name)]));
                if (bytes !== undefined) {
                    write(folder, name, bytes);
                }
            }
            const snapshot = repository.save(folder);
            velero.volumes.push({ namespace, claim, labels: claims, snapshot });
        }
    };

    before(async function () {
        if (missing.length > 0) {
            console.log(
                `    (not on the PATH: ${missing.join(", ")}; ${CHECKS} checks of restores skipped)`,
            );
            this.skip();
        }
        const recorded = await stack("prod");
        workshop = new Workshop();
        repository = new Repository(workshop);
        repository.create();
        velero = new VeleroServer(workshop, repository);
        const checks = new CheckRunner(workshop, velero);
        rehearsal = new Rehearsal(
            workshop,
            recorded,
            [velero, checks],
            workshop.certificates(),
            guardOf(recorded),
        );
        velero.server = rehearsal.server;
        checks.server = rehearsal.server;
        await rehearsal.start();
        plan = { ...planOf(recorded, TEST), patience: shortPatience };
        volumes = plan.volumes as readonly Volumes[];
        rehearsal.server.put("velero.io", "backups", backupOf(TEST, "yesterday", "Completed", 9e4));
        rehearsal.server.put("velero.io", "backups", backupOf(TEST, "last"));
        rehearsal.server.put("velero.io", "backups", backupOf(TEST, "torn", "PartiallyFailed", 60));
        rehearsal.server.put("velero.io", "backups", backupOf("tier-1", "other", "Completed", 60));
    });

    after(() => {
        if (missing.length === 0) {
            rehearsal.server.close();
        }
        workshop?.close();
    });

    it("finds that volumes are restored with what they must hold, one namespace after the other", async () => {
        backUp();
        const { status, output } = await rehearsal.run(plan);
        assert.equal(status, 0, output);
        const report = rehearsal.report(TEST) as unknown as { verdict: string; backup: string };
        assert.equal(report.verdict, "restored");
        assert.equal(report.backup, "last", "the newest complete one of the tier");
        assert.deepEqual(rehearsal.left(), []);
        for (const { namespace } of volumes) {
            assert.match(output, new RegExp(`data-${namespace}-0: \\d+ files, \\d+ bytes`));
        }
    });

    it("asks for nothing where the data comes from", () => {
        assert.deepEqual(rehearsal.askedIn(), ["restore-scratch", "restore-tests", "velero"]);
    });

    it("fails by a file that is not there, is empty or is of another format", async () => {
        for (const [change, reason] of [
            [() => undefined, /^volume data-openbao-0: there is no file vault\.db/],
            [() => Buffer.alloc(0), /vault\.db has 0 bytes, and must have 1/],
            [
                (bytes: Buffer) => Buffer.concat([Buffer.alloc(20), bytes.subarray(20)]),
                new RegExp(`vault\\.db begins with 0{40}, not ${boltHeader}`),
            ],
        ] as const) {
            backUp((name, bytes) => (name === "vault.db" ? change(bytes) : bytes));
            failed(await rehearsal.run(plan), reason);
        }
    });

    it("fails by a volume that was never backed up", async () => {
        backUp();
        const index = velero.volumes.findIndex(({ namespace }) => namespace === "openbao");
        velero.volumes.splice(index, 1);
        failed(await rehearsal.run(plan), /^backup last has no such volume of openbao$/);
    });

    it("is content without volumes that people make, while there are none", async () => {
        backUp();
        const index = velero.volumes.findIndex(({ namespace }) => namespace === "openbao");
        velero.volumes.splice(index, 1);
        const volumes = (plan.volumes as { namespace: string }[]).map((one) =>
            one.namespace === "openbao" ? { ...one, mayBeNone: true } : one,
        );
        assert.equal((await rehearsal.run({ ...plan, volumes })).status, 0);
    });

    it("fails by a repository with other bytes in it", async () => {
        backUp();
        // Data is in packs, each in folders that its name begins with (repo/blob/sharded).
        const packs = fs
            .readdirSync(repository.folder, { recursive: true })
            .map(String)
            .filter((name) => /^p[/0-9a-f].*\.f$/.test(name))
            .map((name) => path.join(repository.folder, name));
        assert.ok(packs.length > 0);
        const whole = packs.map((name) => fs.readFileSync(name));
        try {
            packs.forEach((name, index) => {
                const other = Buffer.from(whole[index] ?? assert.fail());
                other.fill(0x5a, 64, other.length - 64);
                fs.writeFileSync(name, other);
            });
            failed(await rehearsal.run(plan), /^Velero says PartiallyFailed: /);
        } finally {
            packs.forEach((name, index) => {
                fs.writeFileSync(name, whole[index] ?? "");
            });
        }
    });

    it("fails by a key that does not open the repository", async () => {
        backUp();
        repository.password = "another";
        const run = await rehearsal.run(plan);
        repository.password = "right";
        failed(run, /^Velero says PartiallyFailed: .*invalid repository password/);
    });

    it("fails by a tier without a complete backup, or with one of tomorrow", async () => {
        const schedule = "tier-none";
        failed(
            await rehearsal.run({ ...plan, schedule }),
            /^there is no complete backup of tier-none$/,
        );
        rehearsal.server.put("velero.io", "backups", backupOf(schedule, "next", "Completed", -9e4));
        failed(await rehearsal.run({ ...plan, schedule }), /backup next is from the future/);
    });

    it("is refused whatever else Velero could be told to restore", async () => {
        const guard = guardOf(await stack("prod"));
        const spec = {
            backupName: "last",
            includedNamespaces: ["openbao"],
            namespaceMapping: { openbao: "restore-scratch" },
            includedResources: ["persistentvolumeclaims"],
            includeClusterResources: false,
            existingResourcePolicy: "none",
        };
        const of = (change: object) => ({
            apiVersion: "velero.io/v1",
            kind: "Restore",
            metadata: { name: "restore-test", namespace: "velero" },
            spec: { ...spec, ...change },
        });
        assert.equal(await guard(of({})), undefined);
        for (const change of [
            { namespaceMapping: undefined },
            { namespaceMapping: {} },
            { namespaceMapping: { openbao: "openbao" } },
            { namespaceMapping: { other: "restore-scratch" } },
            { namespaceMapping: { openbao: "restore-scratch", n8n: "n8n" } },
            { includedNamespaces: undefined },
            { includedNamespaces: ["*"] },
            { includedNamespaces: ["openbao", "n8n"] },
            { includedNamespaces: ["n8n"] },
            { includedResources: undefined },
            { includedResources: ["*"] },
            { includedResources: ["persistentvolumeclaims", "secrets"] },
            { includeClusterResources: true },
            { includeClusterResources: undefined },
            { existingResourcePolicy: "update" },
            { hooks: { resources: [] } },
        ]) {
            const told = JSON.parse(JSON.stringify(of(change))) as ReturnType<typeof of>;
            assert.notEqual(await guard(told), undefined, JSON.stringify(change));
        }
        const anybody = of({ namespaceMapping: {} });
        assert.equal(await guard(anybody, "system:serviceaccount:velero:velero"), undefined);
    });

    it("removes what it restored when it is interrupted", async () => {
        backUp();
        const running = rehearsal.begin(plan);
        await running.says("check volumes of");
        running.signal("SIGTERM");
        failed(await running.ended, /^it was interrupted/);
    });

    it("says why nothing comes where copies are refused", async () => {
        const { server } = rehearsal;
        server.take("batch", "cronjobs", "restore-scratch", "check-volume");
        const run = await rehearsal.run(plan);
        server.put(
            "batch",
            "cronjobs",
            (await stack("prod")).object("CronJob/restore-scratch/check-volume"),
        );
        failed(run, /^the template of the check, CronJob check-volume, is not there$/);
    });
});
