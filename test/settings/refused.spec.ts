import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { isTold } from "./fixture";
import { edited, inFolder, sayOf, shipped } from "./stack-folder";

/** Files that are no stack, each with the sentence that is said. */
const refusals: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
    "an empty file": ["", /^Pulumi\.prod\.yaml has no settings; allowed: config:/],
    "a file of comments": ["# nothing\n", /has no settings/],
    "what pulumi stack init leaves": ["encryptionsalt: v1:abc=\n", /has no settings/],
    "an empty config": ["config:\n", /has no settings/],
    "a misspelt config": [
        shipped.replace("config:", "confg:"),
        /: confg is an unknown key; .*did you mean config\?$/,
    ],
    "settings outside of config": [
        shipped.replace("config:\n", "").replace(/^ {2}/gm, ""),
        /settings stand below config:/,
    ],
    "one setting outside of config": [
        `${shipped}platform:charts: {}\n`,
        /platform:charts is an unknown key; .*below config:/,
    ],
    "two documents": [`${shipped}---\nconfig: {}\n`, /holds 2 documents; allowed: one/],
    "a list": ["- config\n", /holds a list/],
    "a text": ["config\n", /holds a single value/],
    "a list of settings": ["config:\n  - platform:profile: prod\n", /config holds a list/],
    "a text for settings": ["config: prod\n", /config holds a single value/],
    "a key that stands there twice": [
        `${shipped}  platform:profile: dev\n`,
        /line \d+: a key stands there twice/,
    ],
    "a key that stands there with and without its project": [
        `${shipped}  profile: dev\n`,
        /platform:profile stands there twice/,
    ],
    "a tab": [edited(["    source: proxmox", "\tsource: proxmox"]), /line \d+: a tab/],
    "an open bracket": ["config: [\n", /line \d+: something is missing/],
    "a wrong indentation": [edited(["    name: prod", "      name: prod"]), /line \d+:/],
    "an alias without its anchor": [edited(["source: proxmox", "source: *nobody"]), /whose anchor/],
    "a tag of somebody else's": [edited(["source: proxmox", "source: !env X"]), /a tag/],
    "a character that wants quotes": [edited(["name: prod", "name: @prod"]), /line 7: /],
};

/** Entries that are told by their own names. */
const entries: Readonly<Record<string, readonly [text: string, key: string, says: RegExp]>> = {
    "a misspelt project": [
        shipped.replace("platform:network", "platfrom:network"),
        "platfrom:network",
        /namespace.*platform:network/,
    ],
    "another case of the project": [
        shipped.replace("platform:network", "Platform:network"),
        "Platform:network",
        /namespace.*platform:network/,
    ],
    "a secret in plain text": [
        `${shipped}  platform:proxmoxApiToken: root@pam!x=1\n`,
        "platform:proxmoxApiToken",
        /plain text.*pulumi config set --secret proxmoxApiToken/,
    ],
    "an empty secret": [
        `${shipped}  platform:proxmoxApiToken: ""\n`,
        "platform:proxmoxApiToken",
        /an empty secret/,
    ],
    "a secret without a value": [
        `${shipped}  platform:proxmoxApiToken:\n`,
        "platform:proxmoxApiToken",
        /an empty secret/,
    ],
    "an encrypted nothing": [
        `${shipped}  platform:proxmoxApiToken: { secure: "" }\n`,
        "platform:proxmoxApiToken",
        /an empty secret/,
    ],
    "a misspelt secret": [
        `${shipped}  platform:proxmoxApiTokn: { secure: "v1:x" }\n`,
        "platform:proxmoxApiTokn",
        /did you mean proxmoxApiToken\?/,
    ],
    "an encrypted setting": [
        edited(["domain: home.example.org", "domain: { secure: v1:x }"]),
        "platform:domain",
        /an encrypted value.*plain text/,
    ],
    "an encrypted part of a setting": [
        edited(["name: prod", "name: { secure: v1:x }"]),
        "platform:cluster",
        /an encrypted value.*plain text/,
    ],
    "a text for charts": [
        `${shipped}  platform:charts: mirror\n`,
        "platform:charts",
        /an object with any of mirror/,
    ],
    "a list for charts": [
        `${shipped}  platform:charts: [mirror]\n`,
        "platform:charts",
        /a list.*an object/,
    ],
    "a folder of charts that is not there": [
        `${shipped}  platform:charts: { mirror: /not/there }\n`,
        "platform:charts.mirror",
        /a folder that is there/,
    ],
    "a key of every object": [
        `${shipped}  platform:constructor: x\n`,
        "platform:constructor",
        /an unknown key/,
    ],
    "a host twice": [
        edited(["- name: pve-2", "- name: pve-1\n      - name: pve-2"]),
        "platform:proxmox.hosts[1].name",
        /each host once/,
    ],
    "a value left empty": [
        edited([/domain: .*/, "domain:"]),
        "platform:domain",
        /nothing.*a DNS name/,
    ],
};

describe("a stack file", () => {
    for (const [title, [text, says]] of Object.entries(refusals)) {
        it(`is refused in one sentence for ${title}`, () => {
            const { refused } = inFolder({ "Pulumi.prod.yaml": text }, sayOf);
            assert.match(refused ?? "read", says);
            assert.doesNotMatch(refused ?? "", /\n|Error|undefined|\bat .*:\d+:\d+/);
        });
    }

    for (const [title, [text, key, says]] of Object.entries(entries)) {
        it(`is told about ${title} by its own name`, () => {
            const { refused, faults } = inFolder({ "Pulumi.prod.yaml": text }, sayOf);
            assert.equal(refused, undefined);
            assert.deepEqual(
                faults.map((fault) => fault.key),
                [key],
            );
            assert.ok(faults.every(isTold), JSON.stringify(faults));
            assert.match(`${faults[0]?.found} ${faults[0]?.allowed}`, says);
            assert.doesNotMatch(JSON.stringify(faults), /root@pam/);
        });
    }

    it("must be a file", () => {
        const said = inFolder({}, (folder) => {
            fs.mkdirSync(path.join(folder, "Pulumi.prod.yaml"));
            return sayOf(folder);
        });
        assert.equal(said.refused, "Pulumi.prod.yaml is a folder; a file is wanted.");
    });

    it("must belong to a project", () => {
        const without = (project: string) =>
            inFolder({ "Pulumi.yaml": project, "Pulumi.prod.yaml": shipped }, sayOf).refused;
        assert.match(without("runtime: nodejs\n") ?? "", /^Pulumi\.yaml has no name/);
        assert.match(without("[") ?? "", /^Pulumi\.yaml is not valid YAML/);
        const missing = inFolder({ "Pulumi.prod.yaml": shipped }, (folder) => {
            fs.rmSync(path.join(folder, "Pulumi.yaml"));
            return sayOf(folder);
        });
        assert.match(missing.refused ?? "", /^Pulumi\.yaml is missing in /);
    });
});

describe("the secrets that are not set", () => {
    const backup = ["backupAccessKey", "backupSecretKey"];
    const ofPeople = [
        ...["smtpPassword", ...backup],
        ...["cloudflareApiToken", "buildRegistryPassword", "buildSigningKey"],
        ...["buildSigningPassword", "ntfyTopic", "deadMansSwitchUrl"],
    ];
    const missing = (text: string) => inFolder({ "Pulumi.prod.yaml": text }, sayOf).missingSecrets;

    it("are those that the stack needs", () => {
        assert.deepEqual(missing(shipped), ["proxmoxApiToken", ...ofPeople]);
        const internal = edited([/ {2}platform:mail:[^]*$/, ""]);
        assert.deepEqual(missing(internal), ["proxmoxApiToken", ...backup]);
        const existing = edited(
            [/ {2}platform:mail:[^]*$/, "  platform:systems: { cilium: { enabled: false } }\n"],
            ["source: proxmox", "source: existing\n    kubeconfig: ~/.kube/config"],
        );
        assert.deepEqual(missing(existing), backup);
    });

    it("are the password of mail where the platform sends some", () => {
        assert.ok(missing(shipped).includes("smtpPassword"));
        const silent = edited([/ {2}platform:mail:[^]*$/, ""]);
        assert.ok(!missing(silent).includes("smtpPassword"));
    });

    it("are not those that it sets", () => {
        const text = `${shipped}  platform:proxmoxApiToken: { secure: v1:x }\n`;
        assert.deepEqual(missing(text), ofPeople);
    });
});
