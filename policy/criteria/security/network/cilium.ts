/** Rules of Cilium's policies, for SEC-01. An empty rule is nobody's, one without peers everybody's. */
import { ciliumPorts, namesPeers, sideOf } from "../../../engines/reachability/cilium";
import { isAnyName } from "../../../engines/reachability/cilium-places";
import { type Direction, DIRECTIONS } from "../../../engines/reachability/rules";
import { endpoint } from "../../../engines/references/cilium-selectors";
import { stackViewOf } from "../../../engines/references/stack-view";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { holdsUnknown, read, readList, readString } from "../../../kernel/tree";
import type { AddressBlock } from "../../../kubernetes/address-space";
import { ANY_NAMESPACE, strangeNamespaces } from "../../../kubernetes/namespaces";
import { selects } from "../../../kubernetes/selectors";
import { found, gather, type OpenRules } from "./kubernetes";
import { type OpenRule, opensEveryPort } from "./openness";

/** The kinds of policies. */
export const CILIUM_POLICIES = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];

/** Where a policy of a namespace looks for pods; undefined for one of the cluster. */
export function homeOf({ object }: ObjectOf): string | undefined {
    return object.kind === "CiliumNetworkPolicy" ? (object.namespace ?? "") : undefined;
}

/** Who selectors of a rule select besides pods that it names. */
interface Selected {
    /** Every pod of the cluster. */
    readonly cluster: boolean;
    /** Everything outside of it. */
    readonly world: boolean;
}

function selectedBy(facts: Facts, fact: ObjectOf, rule: unknown, side: string): Selected {
    const { clusterName } = stackViewOf(facts);
    const compiled = readList(rule, `${side}Endpoints`).map((selector) =>
        endpoint(selector, homeOf(fact), clusterName),
    );
    const entities = readList(rule, `${side}Entities`);
    return {
        cluster:
            entities.includes("cluster") ||
            compiled.some(
                ({ inNamespace, pods, isAccount }) =>
                    strangeNamespaces(facts).some((labels) => inNamespace(ANY_NAMESPACE, labels)) &&
                    isAccount("any-other-account") &&
                    selects(pods, {}) === true,
            ),
        world:
            entities.includes("world") ||
            ["world-ipv4", "world-ipv6"].every((entity) => entities.includes(entity)) ||
            compiled.some(({ isReserved }) => isReserved(["world"])),
    };
}

/** The addresses of a CIDR set, through the CiliumCIDRGroups that it names or selects. */
function toBlocks(facts: Facts, set: unknown): AddressBlock[] {
    const except = readList(set, "except").map(String);
    const cidr = readString(set, "cidr");
    const group = readString(set, "cidrGroupRef");
    const selector = read(set, ["cidrGroupSelector"]);
    const groups = facts
        .objects("cilium.io", "CiliumCIDRGroup")
        .filter(
            ({ object: { name, labels } }) => name === group || selects(selector, labels) === true,
        );
    return [
        ...(cidr === undefined ? [] : [cidr]),
        ...groups.flatMap(({ inputs }) => readList(inputs, "spec", "externalCIDRs").map(String)),
    ].map((network) => ({ cidr: network, except }));
}

function judgeNames(fact: ObjectOf, direction: Direction, rule: unknown): Finding[] {
    return readList(rule, `${sideOf(direction)}FQDNs`)
        .filter(isAnyName)
        .map((entry) => {
            const name = readString(entry, "matchPattern") ?? readString(entry, "matchName");
            return violated(
                fact,
                `an ${direction} rule allows hosts of any name (${name ?? ""}); name the hosts, or their domain`,
            );
        });
}

function judgeEntities(
    { fact, direction, ports }: Pick<OpenRule, "fact" | "direction" | "ports">,
    rule: unknown,
    { cluster, world }: Selected,
): Finding[] {
    if (readList(rule, `${sideOf(direction)}Entities`).includes("all") || (cluster && world)) {
        return [violated(fact, `an ${direction} rule allows everybody; name the peers`)];
    }
    return world && opensEveryPort({ ports })
        ? [
              violated(
                  fact,
                  `an ${direction} rule allows the world on every port; name the ports, or the addresses`,
              ),
          ]
        : [];
}

function readRule(
    facts: Facts,
    fact: ObjectOf,
    spec: unknown,
    direction: Direction,
    rule: unknown,
): OpenRules {
    const side = sideOf(direction);
    const ports = ciliumPorts(rule);
    if (!namesPeers(rule, direction)) {
        const wanted = "names no peer and so allows everybody; name the peers";
        return ports === undefined
            ? gather([])
            : found(violated(fact, `an ${direction} rule ${wanted}`));
    }
    const selected = selectedBy(facts, fact, rule, side);
    const opening: OpenRule = {
        fact,
        direction,
        ports,
        isClusterWide: selected.cluster && !selected.world,
        blocks: [
            ...readList(rule, `${side}CIDR`).map((cidr) => ({ cidr: String(cidr), except: [] })),
            ...readList(rule, `${side}CIDRSet`).flatMap((set) => toBlocks(facts, set)),
        ],
        subject: JSON.stringify([homeOf(fact), read(spec, ["endpointSelector"])]),
    };
    return {
        rules: [opening],
        findings: [...judgeEntities(opening, rule, selected), ...judgeNames(fact, direction, rule)],
    };
}

/** The rules of a policy of Cilium, those for nodes included. */
export function readCiliumPolicy(facts: Facts, fact: ObjectOf): OpenRules {
    const specs = [fact.inputs.spec, ...readList(fact.inputs, "specs")];
    return gather(
        specs
            .filter((spec) => spec !== undefined && spec !== null)
            .map((spec) =>
                holdsUnknown(spec)
                    ? found(notJudged(fact, "part of its rules is known only at the update"))
                    : gather(
                          DIRECTIONS.flatMap((direction) =>
                              readList(spec, direction).map((rule) =>
                                  readRule(facts, fact, spec, direction, rule),
                              ),
                          ),
                      ),
            ),
    );
}
