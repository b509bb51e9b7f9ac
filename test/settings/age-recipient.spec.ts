import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { ageRecipientPhrase, isAgeRecipient } from "../../components/age-recipient";
import { findExecutable } from "../../components/base/helm";
import { changed, faultsOf } from "./fixture";

/** As `age-keygen` of age 1.2 printed them. */
const printed = [
    "age1lnesmpgkk63ljgzzdv2e5lq0njsywtsjyhsj0x67hq2gcdamcsysart0gf",
    "age1yj0um08psd0vv8uddzrug5wt3ejwyuk5d3zllual43wfdtea85rselfu8c",
    "age1dl07rvra09qw0yqdcptr4auvnw258yz86jmdalztgpz0g32prqlqsgfqp3",
    "age1khpnnl86pzx96ttyjmldptsl5yn2v9jgmmzcjcufvk00ttkph9zs0ytgec",
] as const;
const [sample] = printed;
const target = { endpoint: "https://s3.example.org", bucket: "home-backup" };

/** What the settings say of a recipient. */
function told(ageRecipient: unknown) {
    return faultsOf(changed({ backup: { ...target, ageRecipient } }));
}

describe("recipients of age", () => {
    for (const recipient of printed) {
        it(`are what age-keygen prints: ${recipient.slice(0, 12)}...`, () => {
            assert.ok(isAgeRecipient(recipient));
        });
    }

    it("have a checksum: no letter can be mistyped, left out, doubled or swapped", () => {
        const letters = Array.from<string>(sample);
        for (let index = 4; index < letters.length; index += 1) {
            const other = letters[index] === "q" ? "p" : "q";
            assert.equal(isAgeRecipient(letters.with(index, other).join("")), false);
            assert.equal(isAgeRecipient(letters.toSpliced(index, 1).join("")), false);
            assert.equal(isAgeRecipient(letters.toSpliced(index, 0, "q").join("")), false);
        }
    });

    for (const [title, wrong] of Object.entries({
        "capital letters": sample.toUpperCase(),
        "a blank": `${sample} `,
        "another prefix": sample.replace("age1", "agf1"),
        "a key of a plugin":
            "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
        "an SSH key":
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN",
        "nothing but the prefix": "age1",
        "an empty text": "",
        "a number": 1,
    })) {
        it(`are told when they are ${title}, in one sentence`, () => {
            const [fault, ...others] = told(wrong);
            assert.deepEqual(others, []);
            assert.equal(fault?.key, "backup.ageRecipient");
            assert.match(fault.allowed, /a public key of age/);
        });
    }

    it("are never private: that is told, and the key not shown", () => {
        const secret = `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`;
        for (const found of [secret, secret.toLowerCase(), `# created\n${secret}`]) {
            const [fault, ...others] = told(found);
            assert.deepEqual(others, []);
            assert.equal(fault?.found, "a private key");
            assert.match(fault.allowed, /keep the private one outside/);
            assert.doesNotMatch(JSON.stringify(fault), /QPZRY9/i);
        }
        assert.match(ageRecipientPhrase(sample), /age-keygen/);
    });

    it("are asked for in one sentence, by all who encrypt for them", () => {
        assert.deepEqual(told(undefined), [
            {
                key: "backup.ageRecipient",
                found: "nothing",
                allowed:
                    "a public key of age, because systems.openBao encrypts its snapshots for it and systems.etcdBackup encrypts snapshots of etcd for it (or turn those off)",
            },
        ]);
        const one = faultsOf(changed({ backup: target, "systems.etcdBackup": { enabled: false } }));
        assert.deepEqual(
            one.map(({ allowed }) => allowed),
            [
                "a public key of age, because systems.openBao encrypts its snapshots for it (or turn that off)",
            ],
        );
        const off = Object.fromEntries(
            ["etcdBackup", "openBao", "externalSecrets"].map((system) => [
                `systems.${system}`,
                { enabled: false },
            ]),
        );
        assert.deepEqual(faultsOf(changed({ backup: target, ...off })), []);
    });

    it("are taken by age itself, which opens with the private half alone", function () {
        const folders = (process.env.PATH ?? "").split(path.delimiter);
        const [age, keygen] = ["age", "age-keygen"].map((name) => findExecutable(name, folders));
        if (age === undefined || keygen === undefined) {
            console.log("    (age is not on the PATH: 1 check of recipients skipped)");
            this.skip();
        }
        const run = (program: string, args: readonly string[], input = "") =>
            spawnSync(program, args, { input, encoding: "latin1" });
        const identity = run(keygen, []).stdout;
        const [, recipient = ""] = /public key: (age1\S+)/.exec(identity) ?? [];
        assert.ok(isAgeRecipient(recipient), recipient);
        const sealed = run(age, ["--encrypt", "--armor", "--recipient", recipient], "snapshot");
        assert.doesNotMatch(sealed.stdout, /snapshot/);
        const open = (key: string) =>
            run(
                "sh",
                ["-c", `"${age}" --decrypt --identity /dev/fd/3 3<<'EOF'\n${key}\nEOF`],
                sealed.stdout,
            );
        assert.equal(open(identity).stdout, "snapshot");
        assert.notEqual(open(run(keygen, []).stdout).status, 0);
    });
});
