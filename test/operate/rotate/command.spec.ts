import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { rotateCommand } from "../../../operate/rotate/command";
import { chosen, refusal, secretsOf } from "../../../operate/rotate/secrets";
import { recordedStackFile, repository } from "../../fixtures/stack-files";
import { withoutStackTraces } from "../../fixtures/stack-traces";

describe("npm run rotate", function () {
    this.timeout(120_000);
    let folder = "";
    const file = () => path.join(folder, "Pulumi.prod.yaml");
    const rotate = (...args: readonly string[]) =>
        withoutStackTraces(() => rotateCommand(["--stack", "prod", ...args], folder));
    const today = new Date().toISOString().slice(0, 10);

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "rotate-"));
        for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml"]) {
            fs.copyFileSync(path.join(repository, name), path.join(folder, name));
        }
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("writes the next generation, and says owner, order and the next command", async () => {
        const text = await rotate("--secret", "authelia-keys");
        assert.match(
            text,
            /^authelia-keys: generation 1 -> 2\n {2}owner {5}platform-admin, every 365 days/,
        );
        assert.match(text, /1\. authelia-keys-session:2: is made/);
        assert.match(
            text,
            /Secret\/authelia\/authelia-keys: has the new value[^]*Deployment\/authelia\/authelia: its pods are replaced, one after the other/,
        );
        assert.match(text, /Next: npm run up -- --stack prod/);
        const added = { secret: "authelia-keys", generation: 2, since: today };
        assert.ok(
            fs
                .readFileSync(file(), "utf8")
                .includes(`- { secret: ${added.secret}, generation: 2, since: ${today} }`),
        );
        const { rotated } = JSON.parse(
            await rotate("--secret", "authelia-keys", "--dry-run", "--json"),
        ) as {
            rotated: { next: { generation: number } }[];
        };
        assert.equal(rotated[0]?.next.generation, 3, "the third follows the second");
    });

    it("tells who signs people on before the system that asks it", async () => {
        const text = await rotate("--secret", "authelia-clients-grafana", "--dry-run");
        const order = [
            "Secret/authelia/authelia-client-digests",
            "Deployment/authelia/authelia:",
            "Grafana/grafana/grafana:",
        ];
        const places = order.map((what) => text.indexOf(what));
        assert.deepEqual(
            [...places].sort((one, other) => one - other),
            places,
        );
        assert.ok(
            places.every((place) => place > 0),
            text,
        );
    });

    it("has Redis take both passwords before its clients come with the new one", async () => {
        const text = await rotate("--secret", "authelia-redis-password", "--dry-run");
        assert.match(
            text,
            /Job\/authelia\/authelia-redis-password-[0-9a-f]+: runs once, and is waited for[^]*Deployment\/authelia\/authelia: its pods are replaced/,
        );
        assert.match(text, /After the update, when everything is well:/);
        assert.doesNotMatch(text, /authelia-redis-password-password: is forgotten/);
    });

    it("writes nothing when asked what would happen, and for what is renewed otherwise", async () => {
        const before = fs.readFileSync(file(), "utf8");
        assert.match(
            await rotate("--secret", "lldap-sessions", "--dry-run"),
            /Nothing was written\.$/,
        );
        const setting = await rotate("--secret", "cloudflareApiToken");
        assert.match(setting, /pulumi config set --secret cloudflareApiToken --stack prod/);
        await assert.rejects(rotate("--secret", "lldap-sesions"), {
            message:
                /^There is no secret lldap-sesions; allowed: .*; did you mean lldap-sessions\?$/,
        });
        await assert.rejects(rotate("--secret", "lldap-sessions", "--done"), /a person sets/);
        await assert.rejects(rotate(), /--secret or --list is needed/);
        assert.equal(fs.readFileSync(file(), "utf8"), before);
    });

    it("notes for every Secret of a key that a person has set it", async () => {
        await rotate("--secret", "backupAccessKey", "--done");
        const text = fs.readFileSync(file(), "utf8");
        for (const name of ["velero-target", "talos-backup-target", "n8n-db-archive"]) {
            assert.ok(text.includes(`secret: ${name},`), name);
        }
    });

    it("lists every secret with owner, period, generation and way, and no value", async () => {
        await rotate("--secret", "lldap-sessions");
        const text = await rotate("--list");
        assert.match(
            text,
            /^lldap-sessions +platform-admin +365 days +2 +0 days, due in 365 +restart$/m,
        );
        assert.match(text, /^cloudflare-api-token .* set: cloudflareApiToken$/m);
        assert.doesNotMatch(text, /value of/);
        const { secrets } = JSON.parse(await rotate("--list", "--json")) as { secrets: unknown[] };
        assert.equal(secrets.length, text.split("\n").length - 3);
    });
});

describe("a secret that is not renewed by its generation", () => {
    let secrets: ReturnType<typeof secretsOf> = [];
    before(async () => {
        secrets = secretsOf(await recordedStackFile("prod"), []);
    });

    const refusals = {
        "openbao-seal":
            /^openbao-seal is renewed by hand, because .*: docs\/runbooks\/openbao-seal\.md\.$/,
        "velero/velero-repo-credentials": /^velero-repository is renewed by hand/,
        "grafana-client":
            /^grafana-client holds the value of authelia-clients-grafana: renew that\.$/,
        "thanos-objstore": /^thanos-objstore holds nothing secret/,
    };
    for (const [word, message] of Object.entries(refusals)) {
        it(`says how in one sentence: ${word}`, () => {
            const [secret] = chosen(secrets, word);
            assert.ok(secret);
            assert.match(refusal(secret) ?? "", message);
        });
    }

    it("names a procedure that there is", () => {
        for (const { name, renewal } of secrets) {
            if (renewal.how === "by hand") {
                assert.ok(fs.existsSync(path.join(repository, renewal.runbook)), name);
            }
        }
    });

    it("is found by no word that is far from every name", () => {
        assert.throws(() => chosen(secrets, "zzz"), {
            message: /^There is no secret zzz; allowed: [^;]*\.$/,
        });
    });
});
