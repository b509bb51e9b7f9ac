/** The program of the dumps, with a stand-in for mysqldump that ends whole, in the middle, or badly. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const SCRIPT = path.join(__dirname, "../../../components/ml/scripts/dump-mysql.sh");

describe("dumps of the database of Kubeflow Pipelines", () => {
    let folder: string;
    let dumps: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubeflow-dump-"));
        dumps = path.join(folder, "dumps");
        fs.mkdirSync(dumps);
        fs.writeFileSync(path.join(dumps, "kubeflow-20260101T004500Z.sql"), "-- MySQL dump\n");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Runs it with a stand-in, and says how it ended and which files there are. */
    function run(standIn: string): { readonly status: number | null; readonly files: string[] } {
        const program = path.join(folder, "mysqldump");
        fs.writeFileSync(program, `#!/bin/sh\n${standIn}\n`, { mode: 0o755 });
        const { status } = spawnSync("sh", [SCRIPT], {
            env: {
                PATH: `${folder}:${process.env.PATH ?? ""}`,
                DATABASE_HOST: "mysql",
                DATABASE_USER: "kubeflow",
                DATABASES: "mlpipeline metadb",
                DUMPS: dumps,
            },
        });
        return { status, files: fs.readdirSync(dumps).sort() };
    }

    it("takes the place of the one before when it is whole", () => {
        const { status, files } = run(
            'echo "-- MySQL dump for $*"; echo "-- Dump completed on 2026-01-02  0:45:03"',
        );
        assert.equal(status, 0);
        const [file = "", ...others] = files;
        assert.deepEqual(others, []);
        assert.match(file, /^kubeflow-\d{8}T\d{6}Z\.sql$/);
        const written = fs.readFileSync(path.join(dumps, file), "utf8");
        assert.match(written, /--databases mlpipeline metadb/);
        assert.match(written, /--single-transaction/);
    });

    for (const [how, standIn] of [
        ["ends in the middle", 'echo "-- MySQL dump"; echo "INSERT INTO `runs` VALUES (1"'],
        ["writes nothing", "exit 0"],
        ["fails", 'echo "-- MySQL dump"; echo "-- Dump completed"; exit 2'],
    ] as const) {
        it(`leaves the one before where a dump ${how}`, () => {
            const { status, files } = run(standIn);
            assert.notEqual(status, 0);
            assert.deepEqual(
                files.filter((file) => !file.startsWith(".")),
                ["kubeflow-20260101T004500Z.sql"],
            );
        });
    }
});
