/** Pure arithmetic on IPv4 addresses and networks. */

/** The address as an unsigned 32-bit number. */
export function addressToNumber(address: string): number {
    return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** First and last address of a network in CIDR notation, as numbers. */
export function networkRange(cidr: string): { first: number; last: number } {
    const [base = "", bits = "32"] = cidr.split("/");
    const size = 2 ** (32 - Number(bits));
    const first = Math.floor(addressToNumber(base) / size) * size;
    return { first, last: first + size - 1 };
}

/** Whether a host may have the address: inside the network, and neither its first nor its last. */
export function isHostAddress(address: string, cidr: string): boolean {
    const { first, last } = networkRange(cidr);
    const value = addressToNumber(address);
    return value > first && value < last;
}

/** Whether two networks share an address. */
export function networksOverlap(left: string, right: string): boolean {
    const a = networkRange(left);
    const b = networkRange(right);
    return a.first <= b.last && b.first <= a.last;
}

/** The prefix length of a network: 24 for `192.168.68.0/24`. */
export function prefixLength(cidr: string): number {
    return Number(cidr.split("/")[1]);
}
