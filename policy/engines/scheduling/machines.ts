/**
 * Virtual machines as they are made, held against the settings by which the spare node is proven:
 * a machine that is smaller, or that its host may shrink or leave off, is another one.
 *
 * What is absent is as in @muhlba91/pulumi-proxmoxve 8.6.0, `VmLegacyArgs`.
 */
import type { Finding } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import type { Fact, Facts } from "../../kernel/facts";
import { isMachine, machineSite, type NodeFact, nodesOf } from "../../kernel/site";
import { read, readList, readTree, type Reading } from "../../kernel/tree";

/** Modes in which what a guest was told is written is written. */
const CACHES = ["none", "directsync", "writethrough"];
const DEFAULTS = { memory: 512, cores: 1, size: 8 } as const;

function orDefault(reading: Reading, value: unknown): Reading {
    return reading.state === "absent" ? { state: "known", value } : reading;
}

/** A number that the settings say, and with which the proof reckons. */
function asSet(what: string, reading: Reading, wanted: unknown): Expectation {
    return {
        what,
        reading,
        good: (value) => Number(value) === Number(wanted),
        wanted: `the settings say ${String(wanted)}, and with that the spare node is proven`,
    };
}

function disksOf(machine: Fact, { tree }: NodeFact): Expectation[] {
    const wanted = readList(tree, "disks").map((disk) => readTree(disk).size);
    const disks = readList(machine.inputs, "disks");
    return disks.flatMap((disk, index): Expectation[] => [
        ...(index < wanted.length
            ? [
                  asSet(
                      `disks[${index}].size`,
                      orDefault(read(disk, ["size"]), DEFAULTS.size),
                      wanted[index],
                  ),
              ]
            : []),
        {
            what: `disks[${index}].cache`,
            reading: read(disk, ["cache"]),
            good: (value) => CACHES.includes(String(value)),
            wanted: "set it to none, or a power cut loses what was written",
            absentIsGood: true,
        },
    ]);
}

/** Settings list disks by purpose, machines with the system disk first. */
function systemFirst(node: NodeFact): NodeFact {
    const disks = readList(node.tree, "disks");
    const isSystem = (disk: unknown) => readTree(disk).purpose === "system";
    const sorted = [...disks.filter(isSystem), ...disks.filter((disk) => !isSystem(disk))];
    return { ...node, tree: { ...node.tree, disks: sorted } };
}

function expectationsOf(machine: Fact, node: NodeFact): Expectation[] {
    const { inputs } = machine;
    const cores = orDefault(read(inputs, ["cpu", "cores"]), DEFAULTS.cores);
    const sockets = orDefault(read(inputs, ["cpu", "sockets"]), 1);
    const all: Reading =
        cores.state === "known" && sockets.state === "known"
            ? { state: "known", value: Number(cores.value) * Number(sockets.value) }
            : { state: "unknown" };
    const disks = readList(inputs, "disks").length;
    const count = readList(node.tree, "disks").length;
    return [
        asSet(
            "memory.dedicated",
            orDefault(read(inputs, ["memory", "dedicated"]), DEFAULTS.memory),
            node.tree.memory,
        ),
        {
            what: "memory.floating",
            reading: read(inputs, ["memory", "floating"]),
            good: (value) => Number(value) === 0,
            wanted: "set it to 0, or its host takes memory away",
            absentIsGood: true,
        },
        asSet("cpu.cores", all, node.tree.cores),
        {
            what: "cpu.limit",
            reading: read(inputs, ["cpu", "limit"]),
            good: (value) => Number(value) === 0,
            wanted: "leave it out, or it gets less than its cores",
            absentIsGood: true,
        },
        ...(read(inputs, ["disks"]).state === "unknown"
            ? [asSet("disks", { state: "unknown" }, count)]
            : disks < count
              ? [asSet("the number of its disks", { state: "known", value: disks }, count)]
              : disksOf(machine, systemFirst(node))),
        ...["onBoot", "started"].map((field) => ({
            what: field,
            reading: read(inputs, [field]),
            ...exactly(true),
            absentIsGood: true as const,
        })),
    ];
}

/** What machines differ in from the settings; nothing where these are unknown. */
export function judgeMachines(facts: Facts): {
    readonly machines: readonly Fact[];
    readonly findings: readonly Finding[];
} {
    const site = machineSite(facts);
    const nodes = site === undefined ? "unknown" : nodesOf(site);
    const machines = facts
        .all()
        .filter((fact) => isMachine(fact) && fact.type.endsWith(":VmLegacy"))
        .flatMap((fact) => {
            const list = nodes === "unknown" ? [] : nodes;
            const node = list.find(({ name }) => name === fact.name);
            return node === undefined ? [] : [{ fact, node }];
        });
    return {
        machines: machines.map(({ fact }) => fact),
        findings: machines.flatMap(({ fact, node }) =>
            expectationsOf(fact, node).flatMap((expectation) =>
                judgeExpectation(fact, expectation),
            ),
        ),
    };
}
