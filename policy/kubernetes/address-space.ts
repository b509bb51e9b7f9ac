/**
 * How much of the address space blocks of addresses cover together. What is public and what is
 * private is said by IANA's registries of special-purpose addresses (RFC 6890, RFC 1918, RFC 4193).
 */
import { isIPv4, isIPv6 } from "node:net";

/** Addresses with those that are left out, as `ipBlock` and Cilium's CIDR sets have them. */
export interface AddressBlock {
    readonly cidr: string;
    readonly except: readonly string[];
}

interface Range {
    readonly first: bigint;
    readonly last: bigint;
}

type Family = 4 | 6;
const BITS = { 4: 32, 6: 128 } as const;

function numberOf4(address: string): bigint {
    return address.split(".").reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function numberOf6(address: string): bigint {
    // The last 32 bits may be written as an IPv4 address.
    const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
    if (tail !== null) {
        const low = numberOf4(tail[2] ?? "");
        const groups = `${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
        return numberOf6(`${tail[1] ?? ""}${groups}`);
    }
    const [left = "", right] = address.split("::");
    const groups = (text: string) => (text === "" ? [] : text.split(":"));
    const [head, rest] = [groups(left), groups(right ?? "")];
    const zeros = Array<string>(8 - head.length - rest.length).fill("0");
    return [...head, ...(right === undefined ? [] : zeros), ...rest].reduce(
        (sum, group) => sum * 65536n + BigInt(`0x${group}`),
        0n,
    );
}

/** The addresses of a network in CIDR notation, or undefined if it is none. */
function toRange(cidr: string): (Range & { readonly family: Family }) | undefined {
    const [address = "", prefix] = cidr.trim().split("/");
    const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
    if (family === undefined) {
        return undefined;
    }
    const bits = prefix === undefined ? BITS[family] : Number(prefix);
    if (!Number.isInteger(bits) || bits < 0 || bits > BITS[family]) {
        return undefined;
    }
    const size = 1n << BigInt(BITS[family] - bits);
    const value = family === 4 ? numberOf4(address) : numberOf6(address);
    const first = (value / size) * size;
    return { family, first, last: first + size - 1n };
}

/** Ranges in order, those that touch each other joined. */
function joined(ranges: readonly Range[]): Range[] {
    const result: Range[] = [];
    for (const range of [...ranges].sort((left, right) => (left.first < right.first ? -1 : 1))) {
        const before = result.at(-1);
        if (before !== undefined && range.first <= before.last + 1n) {
            const last = range.last > before.last ? range.last : before.last;
            result[result.length - 1] = { first: before.first, last };
        } else {
            result.push(range);
        }
    }
    return result;
}

/** What of a range is outside of the holes. */
function without(range: Range, holes: readonly Range[]): Range[] {
    return holes.reduce<Range[]>(
        (parts, hole) =>
            parts.flatMap(({ first, last }) =>
                hole.last < first || hole.first > last
                    ? [{ first, last }]
                    : [
                          ...(hole.first > first ? [{ first, last: hole.first - 1n }] : []),
                          ...(hole.last < last ? [{ first: hole.last + 1n, last }] : []),
                      ],
            ),
        [range],
    );
}

function ofFamily(cidrs: readonly string[], family: Family): Range[] {
    return cidrs.flatMap((cidr) => {
        const range = toRange(cidr);
        return range?.family === family ? [range] : [];
    });
}

/** How many addresses of a range are in others, which do not overlap. */
function shared(range: Range, others: readonly Range[]): bigint {
    return others.reduce((sum, other) => {
        const first = other.first > range.first ? other.first : range.first;
        const last = other.last < range.last ? other.last : range.last;
        return first > last ? sum : sum + (last - first + 1n);
    }, 0n);
}

const size = ({ first, last }: Range) => last - first + 1n;

const PRIVATE = { 4: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], 6: ["fc00::/7"] } as const;
/** Everything from which packets of strangers come, private networks included for IPv4. */
const UNICAST = { 4: ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"], 6: ["2000::/3"] } as const;

/**
 * Whether ranges hold addresses of the cluster: a network that is known, or else every private
 * network between their ends, so that none was left out on purpose.
 */
function reachesInside(admitted: readonly Range[], inside: readonly string[], family: Family) {
    const known = ofFamily(inside, family);
    if (known.length > 0) {
        return known.some((network) => shared(network, admitted) > 0n);
    }
    const [first, last] = [admitted[0]?.first ?? 0n, admitted.at(-1)?.last ?? 0n];
    const between = ofFamily(PRIVATE[family], family).filter(
        (network) => network.first >= first && network.last <= last,
    );
    return (
        between.length > 0 &&
        between.every((network) => shared(network, admitted) === size(network))
    );
}

/**
 * Whether blocks together let everybody through: a quarter of the internet or more, which nobody
 * names by mistake, and the cluster's own addresses. The internet alone is not everybody.
 *
 * @param inside networks of pods and nodes, as far as known
 */
export function isEverybody(blocks: readonly AddressBlock[], inside: readonly string[]): boolean {
    return ([4, 6] as const).some((family) => {
        const admitted = joined(
            blocks.flatMap(({ cidr, except }) => {
                const [range] = ofFamily([cidr], family);
                return range === undefined ? [] : without(range, ofFamily(except, family));
            }),
        );
        const wholes = ofFamily(UNICAST[family], family);
        const all = wholes.reduce((sum, whole) => sum + size(whole), 0n);
        const found = wholes.reduce((sum, whole) => sum + shared(whole, admitted), 0n);
        return found * 4n >= all && reachesInside(admitted, inside, family);
    });
}
