import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { AnyDefinition } from "../components/base/definition";
import { criterionIds } from "../components/criterion-ids";
import { appsDb } from "../components/data/apps-db";
import { parseConfiguration, type Settings, toSettings } from "../components/settings";
import { criteria } from "../policy/criteria";
import { secretDescriptions, systems } from "../components/systems";
import { EVERYTHING, stackNames } from "./fixtures/stack-files";
import { extensionsForAll, leastSettings, nodesForAll, sampleEdge } from "./fixtures/every-system";

type Raw = Record<string | number, unknown>;
const ALL_SECRETS: ReadonlySet<string> = new Set(Object.keys(secretDescriptions));

function stackFile(stack: string): Raw {
    const text = fs.readFileSync(path.join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    const { config } = yaml.load(text) as { config: Raw };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("platform:", ""), value]),
    );
}

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The prod configuration with some values replaced. */
function broken(...changes: Change[]): Raw {
    const raw = structuredClone(stackFile("prod"));
    for (const [where, value] of changes) {
        const parent = where
            .slice(0, -1)
            .reduce<Raw>((tree, part) => tree[part] as Record<string | number, unknown>, raw);
        parent[where.at(-1) ?? ""] = value;
    }
    return raw;
}

function parsed(raw: Raw) {
    const result = parseConfiguration(raw, ALL_SECRETS);
    assert.ok("configuration" in result, JSON.stringify(result));
    return result;
}

/** The settings of a configuration without faults; none of its secrets may be read. */
function settingsOf(raw: Raw): Settings {
    return toSettings(parsed(raw).configuration, "test", () => {
        throw new Error("no secret is read");
    });
}

function faultsOf(raw: Raw, secrets: ReadonlySet<string> = ALL_SECRETS) {
    const result = parseConfiguration(raw, secrets);
    return "faults" in result ? result.faults : [];
}

/** Everything that a system needs, directly or through others. */
function needsOf({ needs }: AnyDefinition): AnyDefinition[] {
    return [...new Set([...needs, ...needs.flatMap(needsOf)])];
}

/** Everything that needs a system, directly or through others. */
function dependents(definition: AnyDefinition): AnyDefinition[] {
    const needs = ({ needs: direct }: AnyDefinition): boolean =>
        direct.includes(definition) || direct.some(needs);
    return systems.filter(needs);
}

function excludeEachOther(one: AnyDefinition, other: AnyDefinition): boolean {
    return one.excludes.includes(other) || other.excludes.includes(one);
}

/** Systems without which new machines do not work. */
const required: ReadonlySet<string> = new Set(["cilium"]);

const acme: Change = [["systems"], { certManager: { acme: { email: "admin@example.org" } } }];

describe("settings", () => {
    for (const stack of [...stackNames, EVERYTHING]) {
        it(`accepts Pulumi.${stack}.yaml`, () => {
            assert.deepEqual(faultsOf(stackFile(stack)), []);
        });
    }

    it("has every system on in Pulumi.everything.yaml", () => {
        const { isOn } = settingsOf(stackFile(EVERYTHING));
        assert.deepEqual(
            systems.filter((system) => !isOn(system)).map(({ name }) => name),
            [],
        );
    });

    it("reports more copies of data than nodes for them", () => {
        const without = [7, 8].map((index): Change => [
            ["nodes", index, "disks"],
            [{ purpose: "system", size: 100 }],
        ]);
        const [fault] = faultsOf(broken([["storage"], { replication: 5 }], ...without));
        assert.equal(fault?.key, "storage.replication");
        assert.match(fault.allowed, /nodes with a ceph disk \(4\)/);
    });

    it("reports a missing secret with the command that sets it", () => {
        const [fault] = faultsOf(stackFile("prod"), new Set(["cloudflareApiToken"]));
        assert.equal(fault?.key, "proxmoxApiToken");
        assert.match(fault.allowed, /pulumi config set --secret proxmoxApiToken/);
    });

    it("reports every fault at once", () => {
        const sameId = [0, 1, 2, 3, 4, 5, 6].map((index): Change => [
            ["nodes", index, "vmId"],
            100,
        ]);
        const raw = broken([["cluster", "virtualIp"], "10.0.0.1"], ...sameId);
        assert.ok(faultsOf(raw).length >= 7);
    });

    it("checks the rest in the same run when a key is unknown", () => {
        const raw = broken([["domian"], "x"], [["cluster", "virtualIp"], "192.168.68.101"]);
        assert.deepEqual(
            faultsOf(raw).map(({ key }) => key),
            ["domian", "cluster.virtualIp"],
        );
    });

    it("know every criterion that the pack judges, and no other", () => {
        const judged = criteria.map(({ id }) => id);
        assert.deepEqual([...criterionIds].sort(), judged.sort());
    });

    it("gives a value that cannot be changed", () => {
        const { site, systems } = settingsOf(stackFile("prod"));
        assert.throws(() => Object.assign(site.network, { gateway: "10.0.0.1" }), TypeError);
        assert.throws(() => Object.assign(systems.n8n, { workers: 9 }), TypeError);
        assert.equal(site.controlPlanes.length, 3);
        assert.equal(site.workers.length, 6);
    });

    it("tries in staging the machines of prod", () => {
        const shapes = (stack: string) => {
            const { nodes, storage } = settingsOf(stackFile(stack)).site;
            return {
                replication: storage.replication,
                nodes: nodes.map(({ name, role, host, cores, memory, disks }) => ({
                    ...{ name, role, host, cores, memory, disks },
                })),
            };
        };
        assert.deepEqual(shapes("staging"), shapes("prod"));
    });

    it("has two workers on each of prod's hosts, and two of 24 GiB in dev", () => {
        const workers = (stack: string) => settingsOf(stackFile(stack)).site.workers;
        assert.deepEqual(
            workers("prod").map(({ host, cores, memory }) => [host, cores, memory]),
            [1, 2, 3, 1, 2, 3].map((number) => [`pve-${number}`, 8, 32768]),
        );
        assert.deepEqual(
            workers("dev").map(({ memory }) => memory),
            [24576, 24576],
        );
    });

    it("chooses replicas by profile and importance", () => {
        const replicas = (stack: string) => {
            const { site } = settingsOf(stackFile(stack));
            return [site.replicas("critical"), site.replicas("serving")];
        };
        assert.deepEqual(replicas("prod"), [3, 2]);
        assert.deepEqual(replicas("dev"), [1, 1]);
    });

    it("asks for a secret only when the settings of its system need it", () => {
        const without = new Set([...ALL_SECRETS].filter((key) => key !== "cloudflareApiToken"));
        const [fault, ...others] = faultsOf(broken(acme), without);
        assert.deepEqual(others, []);
        assert.equal(fault?.key, "cloudflareApiToken");
        assert.match(fault.allowed, /because systems\.certManager\.acme is set/);
        assert.deepEqual(faultsOf(broken([["systems"], {}]), without), []);
    });

    it("reads an address of charts from the environment before that of the configuration", () => {
        const { configuration } = parsed(broken([["charts"], { mirror: "/in/the/file" }]));
        const secret = () => assert.fail("no secret is read");
        const mirror = (environment: Record<string, string>) =>
            toSettings(configuration, "test", secret, environment).site.charts.mirror;
        assert.equal(mirror({}), "/in/the/file");
        assert.equal(mirror({ CHART_MIRROR: "/of/the/shell" }), "/of/the/shell");
    });
});

describe("the choice of systems", () => {
    const nodes = stackFile("prod").nodes as { role: string; disks: object[] }[];
    const choose = (profile: string, enabled: Record<string, boolean>) =>
        broken(
            [["profile"], profile],
            // Sites are what edge systems are on for.
            [["edge"], enabled.k3sEdge === true ? sampleEdge : undefined],
            // A node with a GPU is what the plugin is on for.
            ...(enabled.nvidiaDevicePlugin === true
                ? ([
                      [["talosExtensions"], extensionsForAll],
                      [["nodes"], nodesForAll(nodes)],
                  ] as const)
                : []),
            [
                ["systems"],
                Object.fromEntries(
                    Object.entries(enabled).map(([name, value]) => [
                        name,
                        { enabled: value, ...(value ? leastSettings[name] : {}) },
                    ]),
                ),
            ],
        );
    const names = systems.map(({ name }) => name);

    for (const profile of ["dev", "staging", "prod"] as const) {
        it(`leaves out in ${profile} what says so with a reason, and nothing else`, () => {
            const { isOn, site } = settingsOf(choose(profile, {}));
            const off = systems.filter((definition) => !isOn(definition));
            const needed = systems.filter(isOn).flatMap(({ needs }: AnyDefinition) => needs);
            const declared = systems.filter(
                (definition: AnyDefinition) =>
                    profile in definition.offIn ||
                    definition.offWithout(site) !== undefined ||
                    (definition.offUnlessNeeded && !needed.includes(definition)),
            );
            assert.deepEqual(off, declared);
        });
    }

    it("switches on what is there for others with the first that needs it, and off on demand", () => {
        const enabledIn = (systemsOn: Readonly<Record<string, boolean>>) =>
            settingsOf(choose("dev", systemsOn));
        assert.equal(enabledIn({}).isOn(appsDb), false);
        assert.equal(enabledIn({ appsDb: true }).isOn(appsDb), true);
        for (const definition of systems.filter(({ needs }: AnyDefinition) =>
            needs.includes(appsDb),
        )) {
            const all = Object.fromEntries(
                [definition, ...needsOf(definition)]
                    .filter((each) => each !== appsDb)
                    .map(({ name }) => [name, true]),
            );
            assert.equal(enabledIn(all).isOn(appsDb), true);
        }
    });

    it("switches everything on by name, in every profile", () => {
        const chosen = systems.filter((definition: AnyDefinition, index) =>
            systems
                .slice(0, index)
                .every((other: AnyDefinition) => !excludeEachOther(definition, other)),
        );
        const all = Object.fromEntries(chosen.map(({ name }) => [name, true]));
        for (const profile of ["dev", "staging", "prod"]) {
            const { isOn } = settingsOf(choose(profile, all));
            assert.ok(chosen.every(isOn));
        }
    });

    for (const definition of systems as readonly AnyDefinition[]) {
        it(`switches ${definition.name} off with what needs it, and names what does`, () => {
            const above = dependents(definition);
            const off = Object.fromEntries([definition, ...above].map(({ name }) => [name, false]));
            const expected = required.has(definition.name)
                ? [`systems.${definition.name}.enabled`]
                : [];
            assert.deepEqual(
                faultsOf(choose("prod", off)).map(({ key }) => key),
                expected,
            );
            for (const { name } of above) {
                const faults = faultsOf(choose("prod", { ...off, [name]: true }));
                assert.ok(
                    faults.some(({ allowed }) => allowed.includes(`because ${name} needs it`)),
                    name,
                );
            }
        });
    }

    it("switches off whatever a cluster has that exists already", () => {
        const off = Object.fromEntries(names.map((name) => [name, false]));
        const raw = choose("prod", off);
        raw.cluster = { source: "existing", name: "home", kubeconfig: "~/.kube/config" };
        assert.ok(!systems.some(settingsOf(raw).isOn));
    });
});
