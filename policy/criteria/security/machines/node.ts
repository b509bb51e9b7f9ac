/** What the configuration of one node must say (SEC-13). */
import { networkRange } from "../../../../components/addresses";
import { type Finding, violated } from "../../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../../kernel/expectation";
import type { Fact } from "../../../kernel/facts";
import { read, readList, readString, readTree, type Tree } from "../../../kernel/tree";
import { unlogged } from "./audit";
import { documentsOf, type MachineConfiguration } from "../../../engines/machines/configuration";
import { kernelParameters } from "./kernel";
import { strangers } from "./strangers";
import { switches } from "./switches";

/** What the stack says about a node's surroundings. */
export interface NodeSurroundings {
    readonly isControlPlane: boolean;
    /** Networks from which a node's own ports may be reached. */
    readonly allowed: readonly string[];
}

/** Ports that the public may reach: those of the gateway. */
const PUBLIC = new Set(["80", "443"]);

function isEncrypted(volume: Tree | undefined): boolean {
    const encryption = readTree(volume, "encryption");
    return (
        readString(encryption, "provider") === "luks2" && readList(encryption, "keys").length > 0
    );
}

/** Volumes besides Talos' own partitions; raw ones are for whoever encrypts them, such as Ceph. */
const FURTHER_VOLUMES = ["UserVolumeConfig", "SwapVolumeConfig"];

function judgeEncryption(fact: Fact, configuration: MachineConfiguration): Finding[] {
    const own = ["STATE", "EPHEMERAL"].filter(
        (name) =>
            !isEncrypted(
                documentsOf(configuration, "VolumeConfig").find(
                    (document) => document.name === name,
                ),
            ),
    );
    const further = FURTHER_VOLUMES.flatMap((kind) => documentsOf(configuration, kind)).filter(
        // A directory is on EPHEMERAL.
        (document) => document.volumeType !== "directory" && !isEncrypted(document),
    );
    return [
        ...own.map((name) =>
            violated(
                fact,
                `its partition ${name} is not encrypted; add a VolumeConfig with encryption and a key`,
            ),
        ),
        ...further.map(({ kind, name }) =>
            violated(
                fact,
                `encryption of its ${String(kind)} ${String(name)} is absent; set provider luks2 and a key`,
            ),
        ),
    ];
}

function isInside(subnet: string, networks: readonly string[]): boolean {
    const { first, last } = networkRange(subnet);
    return networks.some((network) => {
        const range = networkRange(network);
        return range.first <= first && last <= range.last;
    });
}

function judgeRule(fact: Fact, rule: Tree, allowed: readonly string[]): Finding[] {
    const ports = readList(rule, "portSelector", "ports").map(String);
    if (ports.length > 0 && ports.every((port) => PUBLIC.has(port))) {
        return [];
    }
    return readList(rule, "ingress")
        .map((entry) => readString(entry, "subnet") ?? "0.0.0.0/0")
        .filter((subnet) => !isInside(subnet, allowed))
        .map((subnet) =>
            violated(
                fact,
                `its firewall rule ${String(rule.name)} opens port ${ports.join(", ")} to ${subnet}; allow only ${allowed.join(", ")}`,
            ),
        );
}

function judgeFirewall(
    fact: Fact,
    configuration: MachineConfiguration,
    { allowed }: NodeSurroundings,
): Finding[] {
    const [action] = documentsOf(configuration, "NetworkDefaultActionConfig");
    const closed: Expectation = {
        what: "ingress of its NetworkDefaultActionConfig",
        reading: read(action, ["ingress"]),
        ...exactly("block"),
    };
    return [
        ...judgeExpectation(fact, closed),
        ...documentsOf(configuration, "NetworkRuleConfig").flatMap((rule) =>
            judgeRule(fact, rule, allowed),
        ),
    ];
}

/** The last word on a plugin counts: Talos merges entries of one name. */
function podSecurityDefaults(main: Tree): Tree {
    const plugins = readList(main, "cluster", "apiServer", "admissionControl").filter(
        (plugin) => readString(plugin, "name") === "PodSecurity",
    );
    return readTree(plugins.at(-1), "configuration", "defaults");
}

function controlPlaneDemands(main: Tree): Expectation[] {
    return [
        {
            what: "apiServer.auditPolicy.rules",
            reading: read(main, ["cluster", "apiServer", "auditPolicy", "rules"]),
            good: (rules) => unlogged(rules) === undefined,
            wanted: "log at least metadata",
        },
        {
            what: "enforce of the admission plugin PodSecurity",
            reading: read(podSecurityDefaults(main), ["enforce"]),
            good: (level) => level === "baseline" || level === "restricted",
            wanted: "set it to baseline or restricted",
        },
        {
            what: "cluster.secretboxEncryptionSecret",
            reading: read(main, ["cluster", "secretboxEncryptionSecret"]),
            good: () => false,
            wanted: "leave it to the generated secrets, which encrypt etcd",
            absentIsGood: true,
        },
    ];
}

/** Everything about one node's configuration. */
export function judgeNode(
    fact: Fact,
    configuration: MachineConfiguration,
    surroundings: NodeSurroundings,
): Finding[] {
    const { main } = configuration;
    const expectations: Expectation[] = [
        {
            what: "kubelet.extraArgs.rotate-server-certificates",
            reading: read(main, ["machine", "kubelet", "extraArgs", "rotate-server-certificates"]),
            good: (value) => String(value) === "true",
            wanted: "set it to true",
        },
        ...(surroundings.isControlPlane ? controlPlaneDemands(main) : []),
        ...switches(main, surroundings.isControlPlane),
        ...strangers(configuration, surroundings.isControlPlane),
        ...kernelParameters(main),
    ];
    return [
        ...judgeEncryption(fact, configuration),
        ...judgeFirewall(fact, configuration, surroundings),
        ...expectations.flatMap((expectation) => judgeExpectation(fact, expectation)),
    ];
}
