import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { getFileInfo } from "prettier";
import { secretStandIns } from "../../components/systems";
import { readStackFile, stackNames, UsageError } from "../../preview/stack-file";

const repository = path.join(__dirname, "..", "..");

describe("the stack file", () => {
    let folder: string;
    const write = (name: string, text: string) => {
        fs.writeFileSync(path.join(folder, name), text);
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
        write("Pulumi.yaml", "name: platform\nruntime: nodejs\n");
        write("Pulumi.prod.yaml", "config:\n  platform:profile: prod\n");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const failure = (stack: string): string => {
        try {
            readStackFile(folder, stack);
        } catch (error) {
            assert.ok(error instanceof UsageError);
            return error.message;
        }
        return assert.fail("it was read");
    };

    it("gives values by full key, structured ones as JSON", () => {
        write(
            "Pulumi.dev.yaml",
            "config:\n  platform:profile: dev\n  platform:nodes:\n    - name: a\n  platform:limit: 3\n",
        );
        const { project, stack, values } = readStackFile(folder, "dev");
        assert.deepEqual([project, stack], ["platform", "dev"]);
        assert.equal(values["platform:profile"], "dev");
        assert.equal(values["platform:nodes"], '[{"name":"a"}]');
        assert.equal(values["platform:limit"], "3");
    });

    it("never decrypts a secret, and says which values are", () => {
        write(
            "Pulumi.dev.yaml",
            "config:\n  platform:proxmoxApiToken:\n    secure: v1:cipher\n  platform:other:\n    secure: v1:cipher\n",
        );
        const { values, encrypted } = readStackFile(folder, "dev");
        assert.ok(!Object.values(values).some((value) => value.includes("cipher")));
        assert.deepEqual(
            ["platform:proxmoxApiToken", "platform:other", "platform:cloudflareApiToken"].filter(
                (key) => !encrypted.includes(key),
            ),
            [],
        );
    });

    it("has for a secret with a form a stand-in of that form, whether it is set or not", () => {
        assert.ok(Object.keys(secretStandIns).length > 0);
        for (const [key, standIn] of Object.entries(secretStandIns)) {
            for (const line of ["", `  platform:${key}:\n    secure: v1:cipher\n`]) {
                write("Pulumi.dev.yaml", `config:\n  platform:profile: dev\n${line}`);
                const { values, encrypted } = readStackFile(folder, "dev");
                assert.equal(values[`platform:${key}`], standIn);
                assert.ok(encrypted.includes(`platform:${key}`));
            }
            write("Pulumi.dev.yaml", `config:\n  platform:${key}:\n    secure: ""\n`);
            assert.equal(readStackFile(folder, "dev").values[`platform:${key}`], "");
        }
    });

    it("names the nearest stack for one that does not exist", () => {
        assert.match(
            failure("prdo"),
            /There is no stack prdo: .*allowed: prod; did you mean prod\?/,
        );
        assert.doesNotMatch(failure("something-else"), /did you mean/);
    });

    it("names the file that is not YAML", () => {
        write("Pulumi.dev.yaml", "config: [");
        assert.match(failure("dev"), /^Pulumi\.dev\.yaml is not valid YAML/);
    });

    it("lists the stacks in order", () => {
        write("Pulumi.dev.yaml", "");
        assert.deepEqual(stackNames(folder), ["dev", "prod"]);
    });

    it("is left to Pulumi: nobody else formats it", async () => {
        const { ignored } = await getFileInfo(path.join(repository, "Pulumi.prod.yaml"), {
            ignorePath: path.join(repository, ".prettierignore"),
        });
        assert.ok(ignored);
    });
});
