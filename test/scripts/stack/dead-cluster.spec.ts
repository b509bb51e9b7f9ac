import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deadClusterWarning, withoutObjects } from "../../../scripts/stack/dead-cluster";
import { forgetObjects } from "../../../scripts/stack/destroy";

const secret = { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "v1:x" };
const state = {
    version: 3,
    deployment: {
        manifest: { time: "t" },
        secrets_providers: { type: "passphrase" },
        resources: [
            { urn: "stack", type: "pulumi:pulumi:Stack" },
            { urn: "vm", type: "proxmoxve:index/vmLegacy:VmLegacy", custom: true, protect: true },
            { urn: "dns", type: "platform:network:ExternalDns", parent: "stack" },
            { urn: "secret", type: "kubernetes:core/v1:Secret", custom: true, parent: "dns" },
            { urn: "crd", type: "platform:base:CustomResourceDefinition", custom: true },
            { urn: "provider", type: "pulumi:providers:kubernetes", custom: true },
            {
                ...{ urn: "password", type: "random:index/randomPassword:RandomPassword" },
                outputs: { result: secret },
                dependencies: ["vm", "secret"],
                propertyDependencies: { length: ["secret"], keepers: ["vm"] },
                deletedWith: "secret",
            },
        ],
    },
};

interface Exported {
    readonly version: number;
    readonly deployment: {
        readonly secrets_providers: object;
        readonly resources: readonly Readonly<Record<string, unknown>>[];
    };
}
const exported = (value: unknown) => value as Exported;
const urns = (value: unknown) => exported(value).deployment.resources.map(({ urn }) => urn);

describe("the state of a dead cluster", () => {
    it("keeps everything that is outside of it, with its secrets as they are", () => {
        const { state: left, objects } = withoutObjects(state);
        assert.ok(!urns(left).includes("secret"));
        assert.deepEqual(urns(left).slice(0, 3), ["stack", "vm", "dns"]);
        assert.ok(objects >= 1);
        const { version, deployment } = exported(left);
        assert.equal(version, 3);
        assert.deepEqual(deployment.secrets_providers, { type: "passphrase" });
        assert.deepEqual(deployment.resources.at(-1)?.outputs, { result: secret });
    });

    it("names nothing that is gone, or pulumi would refuse it", () => {
        const password = exported(withoutObjects(state).state).deployment.resources.at(-1);
        assert.deepEqual(password?.dependencies, ["vm"]);
        assert.deepEqual(password.propertyDependencies, { length: [], keepers: ["vm"] });
        assert.equal("deletedWith" in password, false);
    });

    it("leaves the state that it was given, and one without objects, as they are", () => {
        const before = structuredClone(state);
        withoutObjects(state);
        assert.deepEqual(state, before);
        const again = withoutObjects(withoutObjects(state).state);
        assert.equal(again.objects, 0);
        assert.equal(withoutObjects({}).objects, 0);
        assert.equal(withoutObjects(undefined).objects, 0);
    });

    it("is told with what stays outside of it", () => {
        const text = deadClusterWarning(withoutObjects(state));
        assert.match(text, /DNS records at Cloudflare.*\(externalDns\)/);
        assert.doesNotMatch(text, /tailnet/);
        const bare = { deployment: { resources: state.deployment.resources.slice(0, 2) } };
        assert.match(deadClusterWarning(withoutObjects(bare)), /0 objects.*\nNo system/);
    });
});

describe("a state that is written", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "dead-cluster-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function pulumi(end: string): string {
        const file = path.join(folder, "pulumi");
        const lines = ["#!/bin/sh", `echo "$*" > ${folder}/call`, end, ""];
        fs.writeFileSync(file, lines.join("\n"), { mode: 0o755 });
        return file;
    }

    it("goes to pulumi through a pipe", async () => {
        const remainder = withoutObjects(state);
        await forgetObjects(pulumi(`cat > ${folder}/state`), "prod", remainder);
        const written: unknown = JSON.parse(fs.readFileSync(path.join(folder, "state"), "utf8"));
        assert.deepEqual(written, remainder.state);
        const call = fs.readFileSync(path.join(folder, "call"), "utf8");
        assert.equal(call, "stack import --stack prod\n");
    });

    it("is said to be as it was when pulumi does not take it, even before it has read it", async () => {
        await assert.rejects(
            forgetObjects(pulumi("exit 3"), "prod", withoutObjects(state)),
            /pulumi ended with 3\); it is as it was/,
        );
    });
});
