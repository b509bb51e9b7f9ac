import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { recoverCommand } from "../../../operate/recover/command";
import { filled, inOneLine, openWords } from "../../../operate/recover/names";
import { procedureOf } from "../../../operate/recover/runbook";
import { repository } from "../../fixtures/stack-files";
import { withoutStackTraces } from "../../fixtures/stack-traces";

const PAGE = `# Restore

RTO: 1 h for all.

## Steps

1. Look at [it](other.md) (10 min): \`kubectl get nodes\`, not \`Ready\`.

   \`\`\`sh
   aws s3 cp a \\
     b # with a remark
   echo no program of ours
   \`\`\`

   - Check: \`kubectl get pods\` is empty.
2. Bring it back (50 min; patience).

       talosctl -n <node> bootstrap
3. Write it down.

## Other

1. Nothing (99 min).
`;

describe("the steps of a runbook", () => {
    const { steps, rto } = procedureOf(PAGE, "Steps");

    it("are read with time, commands and checks, and with the time that the page promises", () => {
        assert.equal(rto, 60);
        assert.deepEqual(steps, [
            {
                title: "Look at it: `kubectl get nodes`, not `Ready`.",
                minutes: 10,
                commands: ["kubectl get nodes", "aws s3 cp a b"],
                checks: ["`kubectl get pods` is empty."],
            },
            {
                title: "Bring it back.",
                minutes: 50,
                commands: ["talosctl -n <node> bootstrap"],
                checks: [],
            },
            { title: "Write it down.", minutes: undefined, commands: [], checks: [] },
        ]);
    });

    it("are none below a heading that is not there", () => {
        assert.deepEqual(procedureOf(PAGE, "Elsewhere").steps, []);
    });

    it("are filled in, once for each of several names, and say what is left to a person", () => {
        const names = { node: ["w-1"], "each address": ["a", "b"] };
        assert.deepEqual(filled("x <node> <each address> <id>", names), [
            "x w-1 a <id>",
            "x w-1 b <id>",
        ]);
        assert.equal(inOneLine("<each address> of <node>", names), "a, b of w-1");
        assert.deepEqual(openWords(["<b> <a> 2 < 3", "<b>"]), ["<a>", "<b>"]);
        assert.deepEqual(filled("<toString> <constructor>", names), ["<toString> <constructor>"]);
    });
});

describe("every procedure of make recover", () => {
    const places = {
        "restore-tiers.md": "Steps",
        "restore-database.md": "The database itself",
        "restore-etcd.md": "Steps",
        "rebuild-cluster.md": "Steps",
    };
    for (const [file, heading] of Object.entries(places)) {
        it(`adds up to the time that it promises: ${file}`, () => {
            const text = fs.readFileSync(path.join(repository, "docs/runbooks", file), "utf8");
            const { steps, rto } = procedureOf(text, heading);
            const minutes = steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0);
            assert.equal(minutes, rto);
            assert.ok(steps.length >= 5);
        });
    }
});

describe("npm run recover", function () {
    this.timeout(120_000);
    const run = (...args: readonly string[]) =>
        withoutStackTraces(() => recoverCommand(["--stack", "prod", ...args], repository));

    it("prints the commands of a lost etcd with addresses and bucket, and what to fill in", async () => {
        const text = await run("--what", "etcd");
        assert.match(
            text,
            /aws --endpoint-url https:\/\/s3\.backup\.example\.org s3 ls s3:\/\/home-backup\/prod\/etcd\//,
        );
        for (const address of ["101", "102", "106"]) {
            assert.ok(text.includes(`talosctl -n 192.168.68.${address} service etcd`));
        }
        assert.match(text, /Together 90 min; RTO 90 min\.\nTo fill in: <file>/);
    });

    it("prints one document about a lost host, without a name that is left open", async () => {
        const document = JSON.parse(await run("--what", "host", "--name", "pve-2", "--json")) as {
            steps: { commands: string[] }[];
            fillIn: string[];
        };
        const commands = document.steps.flatMap((step) => step.commands);
        assert.ok(commands.includes("kubectl delete node worker-5"));
        assert.ok(commands.some((command) => command.includes("VmLegacy::ctrl-1'")));
        assert.ok(!commands.some((command) => command.includes("worker-1")));
        assert.deepEqual(document.fillIn, []);
    });

    it("tells a mistake in one sentence with what is allowed", async () => {
        const mistakes = {
            "There is nothing called etdc to recover; allowed: tier0, database, etcd, node, host, cluster; did you mean etcd?":
                ["--what", "etdc"],
            "--name is needed: which host; allowed: pve-1, pve-2, pve-3.": ["--what", "host"],
            "There is no database n8n-bd; allowed: apps-db, identity-db, ml-db, n8n-db, platform-db; did you mean n8n-db?":
                ["--what", "database", "--name", "n8n-bd"],
        };
        for (const [message, args] of Object.entries(mistakes)) {
            await assert.rejects(run(...args), { message });
        }
    });
});
