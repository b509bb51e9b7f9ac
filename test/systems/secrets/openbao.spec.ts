import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import {
    configuratorRole,
    memberHosts,
    policyText,
    readerRole,
    serverConfiguration,
    snapshotRole,
} from "../../../components/secrets/openbao-configuration";
import { peoplePolicies } from "../../../components/secrets/openbao-people";
import { setupFiles, setupJob } from "../../../components/secrets/openbao-setup";
import { setupScript } from "../../../components/secrets/openbao-setup-script";
import { snapshotTarget } from "../../../components/secrets/openbao-snapshots";
import { temporaryFolder } from "../../../components/base/ending";
import type { RecordedStack } from "../../fixtures/stack";
import { sampleSite } from "../../fixtures/settings";
import { needsCharts, stack } from "../../fixtures/stack";

interface Mount {
    readonly mountPath: string;
    readonly readOnly?: boolean;
}

const roles = [configuratorRole, readerRole, snapshotRole];
const people = {
    ...{ issuer: "https://login.example.org", groupsClaim: "groups", hasAuthority: true },
    ...{ domain: "example.org", secretName: "openbao-client", revision: undefined },
};

/** Runs the set-up with a `bao` of ours that knows which members are what, and writes down calls. */
function setUp(members: Readonly<Record<string, "old" | "new" | "silent">>, signsOn = true) {
    const { folder, remove } = temporaryFolder("openbao-test");
    try {
        const files = (setupFiles(roles, people).data ?? {}) as Readonly<Record<string, string>>;
        const setup = path.join(folder, "setup");
        fs.mkdirSync(setup);
        Object.entries(files).forEach(([name, text]) => {
            fs.writeFileSync(path.join(setup, name), text);
        });
        fs.writeFileSync(path.join(folder, "token"), "a.b.c");
        Object.entries(members).forEach(([host, state]) => {
            fs.writeFileSync(path.join(folder, host), state);
        });
        const calls = path.join(folder, "calls");
        fs.writeFileSync(
            path.join(folder, "bao"),
            `#!/bin/sh
echo "$BAO_TOKEN|$*" >> ${calls}
host=\${BAO_ADDR#https://}; host=\${host%:8200}
case "$*" in
    "operator init -status") case $(cat "${folder}/$host") in old) exit 0;; new) exit 2;; *) exit 1;; esac;;
    "operator init"*) echo '{ "recovery_keys_b64": [], "root_token": "s.root" }';;
    *login*) ${signsOn ? "echo s.configurator" : "exit 2"};;
    *"list -format=json") echo '{}';;
esac
`,
            { mode: 0o755 },
        );
        fs.writeFileSync(path.join(folder, "sleep"), "#!/bin/sh\n", { mode: 0o755 });
        const script = setupScript
            .replaceAll("/setup/", `${setup}/`)
            .replaceAll('@"/token/token"', `@"${folder}/token"`);
        const { status, stderr } = spawnSync("/bin/sh", ["-c", script], {
            encoding: "utf8",
            env: {
                PATH: `${folder}:${process.env.PATH ?? ""}`,
                MEMBERS: Object.keys(members).join(" "),
                TRIES: "3",
                BAO_ADDR: "https://all:8200",
                KUBERNETES_SERVICE_HOST: "10.96.0.1",
                KUBERNETES_SERVICE_PORT: "443",
            },
        });
        const written = fs.readFileSync(calls, "utf8").trimEnd().split("\n");
        return { status, stderr, calls: written };
    } finally {
        remove();
    }
}

const began = ({ calls }: ReturnType<typeof setUp>) =>
    calls.filter((call) => call.includes("operator init -recovery-shares=0")).length;

describe("the set-up of OpenBao", () => {
    it("begins a cluster when every member is new, and gives the token with all rights back", () => {
        const done = setUp({ a: "new", b: "new", c: "new" });
        assert.equal(done.status, 0, done.stderr);
        assert.equal(began(done), 1);
        assert.equal(done.calls.at(-1), "s.root|token revoke -self");
        assert.doesNotMatch(done.stderr, /s\.root/);
    });

    for (const members of [
        { a: "new", b: "old", c: "old" },
        { a: "new", b: "silent", c: "old" },
        { a: "old", b: "silent", c: "silent" },
    ] as const) {
        it(`never begins a second one: ${JSON.stringify(members)}`, () => {
            const done = setUp(members);
            assert.equal(done.status, 0, done.stderr);
            assert.equal(began(done), 0);
            assert.ok(
                done.calls.some((call) =>
                    call.startsWith("s.configurator|policy write external-secrets "),
                ),
            );
        });
    }

    it("waits for a member that does not answer, and says in the end which", () => {
        const done = setUp({ a: "new", b: "silent", c: "new" });
        assert.equal(done.status, 1);
        assert.equal(began(done), 0);
        assert.match(done.stderr, /these do not answer: b/);
    });

    it("changes nothing when it may not sign on", () => {
        const done = setUp({ a: "old", b: "old", c: "old" }, false);
        assert.equal(done.status, 1);
        assert.match(done.stderr, /docs\/runbooks\/openbao-set-up\.md/);
        assert.deepEqual(
            done.calls.filter((call) => /write (?!-field)|enable/.test(call)),
            [],
        );
    });

    it("is another Job for another program, and the same for the same", () => {
        const job = (minutes: number) =>
            setupJob({
                ...{ image: "image", replicas: 3, certificate: "tls", people: undefined },
                files: setupFiles([{ ...readerRole, minutes }], undefined),
            }).metadata.name;
        assert.equal(job(20), job(20));
        assert.notEqual(job(20), job(30));
    });

    it("is another Job once the secret of its client was renewed", () => {
        const job = (revision: string | undefined) => {
            const told = { ...people, revision };
            return setupJob({
                ...{ image: "image", replicas: 3, certificate: "tls", people: told },
                files: setupFiles(roles, told),
            }).metadata.name;
        };
        assert.equal(job(undefined), job(undefined));
        assert.notEqual(job(undefined), job("2"));
    });
});

describe("the policies of OpenBao", () => {
    it("let nobody but the reader read a secret, and the reader change none", () => {
        const reads = roles.filter(({ policy }) =>
            Object.entries(policy).some(
                ([place, verbs]) => place.startsWith("platform/data") && verbs.includes("read"),
            ),
        );
        assert.deepEqual(reads, [readerRole]);
        const verbs = new Set(Object.values(readerRole.policy).flat());
        assert.deepEqual([...verbs].sort(), ["list", "read"]);
    });

    it("let those who run the platform read a value, and no other group of people", () => {
        const read = Object.entries(peoplePolicies).filter(([, policy]) =>
            Object.entries(policy).some(
                ([place, verbs]) => place.startsWith("platform/data") && verbs.includes("read"),
            ),
        );
        assert.deepEqual(
            read.map(([group]) => group),
            ["platform-admin"],
        );
    });

    it("let nobody change who may do what but the set-up", () => {
        const all = [...Object.values(peoplePolicies), readerRole.policy, snapshotRole.policy];
        const places = all.flatMap((policy) => Object.keys(policy));
        assert.deepEqual(
            places.filter((place) => /^(auth|identity|sys\/(auth|policies|mounts))/.test(place)),
            [],
        );
    });

    it("are written in its own language", () => {
        assert.equal(
            policyText(snapshotRole.policy),
            'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n',
        );
    });
});

describe("OpenBao", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("open-bao");
    });

    it("has three members that know each other by names which their certificate has", () => {
        const { retry_join } = serverConfiguration(3).storage.raft;
        const { spec } = prod.object("Certificate/openbao/openbao-tls");
        const { dnsNames } = spec as { dnsNames: readonly string[] };
        assert.equal(retry_join.length, 3);
        for (const { leader_api_addr, leader_tls_servername } of retry_join) {
            assert.ok(dnsNames.includes(leader_tls_servername), leader_tls_servername);
            assert.equal(leader_api_addr, `https://${leader_tls_servername}:8200`);
        }
        assert.deepEqual(
            retry_join.map(({ leader_tls_servername }) => leader_tls_servername),
            memberHosts(3),
        );
    });

    it("keeps the key of its seal, protected, and mounts it read-only", function () {
        needsCharts(this, prod);
        assert.equal(prod.resource("Secret/openbao/openbao-seal").protect, true);
        const { spec } = prod.object("StatefulSet/openbao/openbao");
        const { template } = spec as {
            template: { spec: { containers: [{ volumeMounts: Mount[] }] } };
        };
        const mount = template.spec.containers[0].volumeMounts.find(
            ({ mountPath }) => mountPath === "/openbao/userconfig/openbao-seal",
        );
        assert.equal(mount?.readOnly, true);
    });

    it("gives its set-up a token that the API server would refuse", () => {
        const job = prod.resources.find(({ name }) => name.includes(":Job/openbao/openbao-setup-"));
        assert.ok(job);
        const text = JSON.stringify(job.inputs);
        assert.match(text, /"audience":"openbao"/);
        assert.match(text, /"automountServiceAccountToken":false/);
    });

    it("saves the whole outside of the cluster, as often as its namespace is dear", () => {
        const job = prod.object("CronJob/openbao/openbao-snapshot");
        const { schedule } = job.spec as { schedule: string };
        assert.equal(schedule, "30 */6 * * *");
        const text = JSON.stringify(job.spec);
        assert.match(text, /"AGE_PUBLIC_KEYS","value":"age1/);
        assert.match(text, /"AWS_ENDPOINT_PROTO","value":"https"/);
        assert.match(text, /"automountServiceAccountToken":false/);
    });

    it("is reached by people through the gateway alone, which knows it by its certificate", () => {
        const { spec } = prod.object("BackendTLSPolicy/openbao/openbao");
        const { validation } = spec as { validation: { hostname: string } };
        const { spec: asked } = prod.object("Certificate/openbao/openbao-tls");
        const { dnsNames } = asked as { dnsNames: readonly string[] };
        assert.ok(dnsNames.includes(validation.hostname));
        assert.match(
            JSON.stringify(prod.object("SecurityPolicy/openbao/openbao").spec),
            /"failOpen":false/,
        );
    });
});

describe("the snapshots of OpenBao", () => {
    it("have no place without a target outside", () => {
        assert.equal(snapshotTarget(sampleSite({ backup: undefined })), undefined);
    });
});
