/**
 * What a rule lets through when it names nobody: the whole cluster, or the whole of the address
 * space. The same for every language in which such rules are written (SEC-01).
 */
import { clusterWidePeers } from "../../../../trust/network";
import { showPorts } from "../../../engines/reachability/allowances";
import type { Direction, PortRange } from "../../../engines/reachability/rules";
import { type Finding, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { memoize } from "../../../kernel/memoize";
import { readString } from "../../../kernel/tree";
import { type AddressBlock, isEverybody } from "../../../kubernetes/address-space";

const LAST_PORT = 65535;

/** A rule of a policy that lets through, read from whatever language it is written in. */
export interface OpenRule {
    readonly fact: ObjectOf;
    readonly direction: Direction;
    /** Undefined: every port. */
    readonly ports?: readonly PortRange[];
    /** One of its peers is every pod of the cluster. */
    readonly isClusterWide: boolean;
    /** Its address blocks. */
    readonly blocks: readonly AddressBlock[];
    /** Pods that it governs, as text: rules for the same ones count together. */
    readonly subject: string;
}

/** The network of pods, without which the rest of the cluster is nothing; else that of nodes. */
export const insideOf = memoize((facts): readonly string[] => {
    const inputs = facts.platform()?.inputs;
    const network = readString(inputs, "podNetwork") ?? readString(inputs, "nodeNetwork");
    return network === undefined ? [] : [network];
});

function isEveryPort({ port, endPort }: PortRange): boolean {
    return port === undefined || (typeof port === "number" && port <= 1 && endPort === LAST_PORT);
}

/** Whether a rule is for every port of some protocol. */
export function opensEveryPort({ ports }: Pick<OpenRule, "ports">): boolean {
    return ports?.some(isEveryPort) ?? true;
}

/** A peer that is every pod of the cluster is only for ports, and on purpose. */
function judgeClusterWide({ fact, direction, ports }: OpenRule): Finding[] {
    const what =
        direction === "ingress" ? "lets every pod of the cluster in" : "lets out to every pod";
    if (ports === undefined || ports.some(isEveryPort)) {
        return [
            violated(
                fact,
                `an ${direction} rule ${what} on every port; name the namespaces and the ports`,
            ),
        ];
    }
    const listed = clusterWidePeers[fact.key]?.ports ?? [];
    const isListed = ports.every(
        ({ port, endPort }) => port !== undefined && endPort === undefined && listed.includes(port),
    );
    return isListed
        ? []
        : [
              violated(
                  fact,
                  `an ${direction} rule ${what} on ${ports.map(showPorts).join(", ")}; name the namespaces, or list the policy with its ports and the reason in trust/network.ts`,
              ),
          ];
}

function showBlocks(blocks: readonly AddressBlock[]): string {
    return blocks
        .map(({ cidr, except }) =>
            except.length === 0 ? `${cidr} without except` : `${cidr} except ${except.join(", ")}`,
        )
        .join(", ");
}

const WANTED = "which is everybody; name the addresses, or except those inside the cluster";

/** Blocks that let everybody through, in one rule or in several for the same pods and ports. */
function judgeBlocks(facts: Facts, rules: readonly OpenRule[]): Finding[] {
    const groups = new Map<string, OpenRule[]>();
    for (const rule of rules.filter(({ blocks }) => blocks.length > 0)) {
        const { direction, subject, ports } = rule;
        const key = JSON.stringify([subject, direction, ports]);
        groups.set(key, [...(groups.get(key) ?? []), rule]);
    }
    return [...groups.values()].flatMap((group) => {
        // What Cilium calls an address is never a pod, so there the site's networks say nothing.
        const [{ fact }] = group as [OpenRule, ...OpenRule[]];
        const inside = fact.object.group === "cilium.io" ? [] : insideOf(facts);
        const alone = group.filter(({ blocks }) => isEverybody(blocks, inside));
        if (alone.length > 0) {
            return alone.map(({ fact: owner, direction, blocks }) =>
                violated(owner, `an ${direction} rule allows ${showBlocks(blocks)}, ${WANTED}`),
            );
        }
        const together = group.flatMap(({ blocks }) => blocks);
        const owners = new Map(group.map((rule) => [rule.fact.urn, rule]));
        return isEverybody(together, inside)
            ? [...owners.values()].map(({ fact: owner, direction }) =>
                  violated(
                      owner,
                      `${direction} rules for the same pods together allow ${showBlocks(together)}, ${WANTED}`,
                  ),
              )
            : [];
    });
}

/** What rules open to everybody. */
export function judgeOpenness(facts: Facts, rules: readonly OpenRule[]): Finding[] {
    return [
        ...rules.filter(({ isClusterWide }) => isClusterWide).flatMap(judgeClusterWide),
        ...judgeBlocks(facts, rules),
    ];
}
