/** The platform's own DAG as Airflow reads it, where Airflow is on the PATH. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";

const CHECKS = 1;
const DAG = path.join(__dirname, "../../../components/ml/scripts/platform_check.py");
const READ = `
import json, sys
from airflow.dag_processing.dagbag import DagBag
read = DagBag(dag_folder=sys.argv[1], include_examples=False)
print("READ " + json.dumps([read.import_errors, {k: sorted(v.task_ids) for k, v in read.dags.items()}]))
`;

describe("Airflow's own DAG", function () {
    this.timeout(120_000);
    const airflow = findExecutable("airflow", (process.env.PATH ?? "").split(path.delimiter));
    let home: string;

    before(function () {
        if (airflow === undefined) {
            console.log(`    (not on the PATH: airflow; ${CHECKS} check of DAGs skipped)`);
            this.skip();
        }
        home = fs.mkdtempSync(path.join(os.tmpdir(), "airflow-"));
    });
    after(() => {
        if (airflow !== undefined) {
            fs.rmSync(home, { recursive: true });
        }
    });

    it("is read without a fault, with both tasks", () => {
        const { stdout, stderr } = spawnSync(
            path.join(path.dirname(airflow ?? ""), "python"),
            ["-c", READ, DAG],
            { encoding: "utf8", env: { PATH: process.env.PATH, AIRFLOW_HOME: home, HOME: home } },
        );
        const line = stdout.split("\n").find((one) => one.startsWith("READ "));
        assert.ok(line !== undefined, stderr.slice(-1000));
        assert.deepEqual(JSON.parse(line.slice("READ ".length)), [
            {},
            { platform_check: ["compare", "count"] },
        ]);
    });
});
