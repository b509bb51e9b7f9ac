import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { identityBytes, recipientBytes } from "../../../components/age-recipient";
import { escrowDigest } from "../../../components/base/escrow";
import { encryptFor, openWith, publicHalf } from "../../../operate/escrow/age";
import { type Escrowed, judgeHanded } from "../../../operate/escrow/check";
import { escrowCommand } from "../../../operate/escrow/command";
import { readHanded } from "../../../operate/escrow/handed";
import { repository } from "../../fixtures/stack-files";
import { withoutStackTraces } from "../../fixtures/stack-traces";

/** Of age-keygen 1.2, made for this test. */
const pair = {
    secret: "AGE-SECRET-KEY-1GMU69EEPR96MEW59SMW0WJD6ED6S5C2076ZKT8DYNNFP36X4AT9STKCWV0",
    recipient: "age1aal3u2cufufv3f26x00p5qyamh6ssh5zue5t0jquatd55tced4tsh0xzea",
};

const opened = (identity: Uint8Array, file: Buffer) => {
    const result = openWith(identity, file);
    return "plain" in result ? result.plain.toString() : result.fault;
};

describe("a private key of age", () => {
    const identity = identityBytes(pair.secret);

    it("has the public half that age says", () => {
        assert.ok(identity);
        assert.deepEqual(publicHalf(identity), Buffer.from(recipientBytes(pair.recipient) ?? []));
    });

    it("is none with a letter that is wrong, in small letters, or cut off", () => {
        for (const text of [
            pair.secret.replace(/.$/, (last) => (last === "Q" ? "P" : "Q")),
            pair.secret.toLowerCase(),
            pair.secret.slice(0, -1),
            pair.recipient,
            "",
        ]) {
            assert.equal(identityBytes(text), undefined);
        }
    });

    it("opens what was encrypted for it, and says why it does not open the rest", () => {
        const recipient = recipientBytes(pair.recipient);
        assert.ok(identity && recipient);
        const file = encryptFor(recipient, "a snapshot");
        assert.equal(opened(identity, file), "a snapshot");
        assert.equal(opened(randomBytes(32), file), "was encrypted for another key");
        assert.equal(opened(identity, file.subarray(0, -3)), "is damaged or cut off");
        assert.equal(opened(identity, Buffer.from("PK zip")), "is no file of age");
        assert.equal(opened(identity, Buffer.alloc(0)), "is no file of age");
    });
});

describe("age itself", () => {
    const program = ["age", "/tmp/agetry/bin/age"].find(
        (name) => spawnSync(name, ["--version"]).status === 0,
    );
    const run = (args: readonly string[], input: Buffer) => {
        const { status, stdout, stderr } = spawnSync(program ?? "", args, {
            input,
            maxBuffer: 1e8,
        });
        assert.equal(status, 0, stderr.toString());
        return stdout;
    };

    before(function () {
        if (program === undefined) {
            console.log("    (age is not on the PATH: 2 comparisons skipped)");
            this.skip();
        }
    });

    it("writes files that are opened here, of no chunk, one, and several", () => {
        const identity = identityBytes(pair.secret);
        assert.ok(identity);
        for (const length of [0, 1, 65_535, 65_536, 65_537, 300_000]) {
            const plain = randomBytes(length);
            const result = openWith(identity, run(["-r", pair.recipient], plain));
            assert.ok("plain" in result && result.plain.equals(plain), String(length));
        }
    });

    it("opens files that are written here", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "escrow-"));
        const key = path.join(folder, "key.txt");
        fs.writeFileSync(key, `${pair.secret}\n`);
        const file = encryptFor(recipientBytes(pair.recipient) ?? assert.fail(), "hello");
        assert.equal(run(["-d", "-i", key], file).toString(), "hello");
        fs.rmSync(folder, { recursive: true });
    });
});

/** As Pulumi writes `encryptionsalt`. */
function saltOf(passphrase: string): string {
    const [salt, nonce] = [randomBytes(8), randomBytes(12)];
    const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update("pulumi"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${salt.toString("base64")}:v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

describe("what a person keeps", function () {
    this.timeout(20_000);
    const value = "vqZ8m2LkP0wXc7Rt5Yb1Nf4Gh9Js3Da6";
    const kept = [
        { name: "velero-repository/repository-password", opens: "backups", from: "kubectl" },
        {
            name: "backup.ageRecipient",
            opens: "snapshots",
            from: "age-keygen",
            recipient: pair.recipient,
        },
    ];
    let of: Escrowed;
    const verdicts = async (text: string, changes: Partial<Escrowed> = {}) =>
        (await judgeHanded({ ...of, ...changes }, readHanded(text))).map(({ verdict }) => verdict);
    const all = `# kept\nvelero-repository/repository-password = ${value}\npassphrase: correct horse battery\n# public key: ${pair.recipient}\n${pair.secret}\n`;

    before(async () => {
        of = {
            stack: "prod",
            kept,
            encryptionSalt: saltOf("correct horse battery"),
            digests: {
                [kept[0]?.name ?? ""]: await escrowDigest("prod", kept[0]?.name ?? "", value),
            },
            files: [],
        };
    });

    it("opens, when it is what is in use: value, key of age and passphrase", async () => {
        const content = encryptFor(recipientBytes(pair.recipient) ?? assert.fail(), "etcd");
        const files = [{ name: "etcd.snap.age", content }];
        assert.deepEqual(await verdicts(all, { files }), ["opens", "opens", "opens", "opens"]);
    });

    it("is told apart: missing, wrong, weak, not checked, damaged", async () => {
        assert.deepEqual(await verdicts(""), ["missing", "missing", "missing"]);
        assert.deepEqual(await verdicts(all.replace(value, "another-vqZ8m2LkP0wXc7Rt5")), [
            "wrong",
            "opens",
            "opens",
        ]);
        assert.deepEqual(await verdicts(all.replace(value, "password")), [
            "weak",
            "opens",
            "opens",
        ]);
        assert.deepEqual(await verdicts(all.replace(value, "a".repeat(40))), [
            "weak",
            "opens",
            "opens",
        ]);
        assert.deepEqual(await verdicts(all.replace("horse", "cow")), ["opens", "opens", "wrong"]);
        assert.deepEqual(await verdicts(all, { digests: undefined }), [
            "not checked",
            "opens",
            "opens",
        ]);
        const other = kept.map((one) =>
            "recipient" in one
                ? {
                      ...one,
                      recipient: "age1lnesmpgkk63ljgzzdv2e5lq0njsywtsjyhsj0x67hq2gcdamcsysart0gf",
                  }
                : one,
        );
        assert.deepEqual(await verdicts(all, { kept: other }), ["opens", "wrong", "opens"]);
        const files = [{ name: "x", content: Buffer.from("no") }];
        assert.deepEqual((await verdicts(all, { files })).at(-1), "wrong");
    });

    it("is compared by a digest that another stack or name does not share", async () => {
        const digest = await escrowDigest("prod", "a", value);
        assert.notEqual(await escrowDigest("dev", "a", value), digest);
        assert.notEqual(await escrowDigest("prod", "b", value), digest);
        assert.ok(!digest.includes(value));
    });

    it("is asked for line by line, and no line is ever repeated", () => {
        const { faults } = readHanded(
            `${value}\nname = x\nname = ${value}\nAGE-SECRET-KEY-1NONE\n`,
        );
        assert.equal(faults.length, 3);
        assert.ok(!faults.join().includes(value) && !faults.join().includes("NONE"));
    });
});

describe("npm run escrow", function () {
    this.timeout(60_000);
    let folder = "";
    const run = (...args: readonly string[]) =>
        withoutStackTraces(() => escrowCommand(["--stack", "prod", ...args], repository));
    const write = (name: string, text: string) => {
        fs.writeFileSync(path.join(folder, name), text);
        return path.join(folder, name);
    };

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "escrow-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("lists what the program says must be kept, with what each opens and where it is read", async () => {
        const { text, code } = await run();
        assert.equal(code, 0);
        for (const name of [
            "velero-repository/repository-password",
            "openbao-seal/key",
            "backup.ageRecipient",
            "backupSecretKey",
        ]) {
            assert.ok(text.includes(`\n${name}\n  opens  `), name);
        }
        assert.match(
            text,
            /kubectl -n openbao get secret openbao-seal -o jsonpath='\{\.data\.key\}' \| base64 -d/,
        );
    });

    it("ends with 1 and names what is not proved", async () => {
        const value = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        const digests = write(
            "digests.json",
            JSON.stringify({
                "openbao-seal/key": await escrowDigest("prod", "openbao-seal/key", value),
            }),
        );
        const { text, code } = await run(
            "--check",
            write("kept", `openbao-seal/key = ${value}\n`),
            "--digests",
            digests,
        );
        assert.equal(code, 1);
        assert.match(text, /^openbao-seal\/key +opens: it is the one in use$/m);
        assert.match(text, /^Not proved: .*authelia-storage\/storage, backup\.ageRecipient,/m);
        assert.ok(!text.includes(value));
    });

    it("tells a mistake in one sentence", async () => {
        const mistakes = {
            "--check: openbao-seal/kee is nothing that is kept; did you mean openbao-seal/key?.": [
                "--check",
                write("typo", "openbao-seal/kee = 0123456789abcdef0123\n"),
            ],
            [`--check: ${folder}/none does not exist.`]: ["--check", `${folder}/none`],
            "--backup and --digests need --check.": ["--backup", "x"],
        };
        for (const [message, args] of Object.entries(mistakes)) {
            await assert.rejects(run(...args), { message });
        }
    });
});
