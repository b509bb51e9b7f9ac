/** Pure arithmetic on IPv4 addresses and networks. */

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

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

/** The network that holds the address of a CIDR: `192.168.68.0/24` for `192.168.68.5/24`. */
export function networkOf(cidr: string): string {
    return `${toAddress(networkRange(cidr).first)}/${prefixLength(cidr)}`;
}

/** Whether a text is an IPv4 address; a leading zero is none, because some read it as octal. */
export function isAddress(text: string): boolean {
    return IPV4.test(text);
}

/** Whether a text is an IPv4 network in CIDR notation, with or without host bits. */
export function isNetwork(text: string): boolean {
    const [base = "", bits = "", ...more] = text.split("/");
    return more.length === 0 && isAddress(base) && /^(3[0-2]|[12]?\d)$/.test(bits);
}

/** Networks that no machine of a site has an address in: RFC 6890 and the IANA registry behind it. */
const UNUSABLE: readonly (readonly [network: string, what: string])[] = [
    ["0.0.0.0/8", "this network"],
    ["127.0.0.0/8", "loopback, every machine's own"],
    // Talos answers names at 169.254.116.108 on every node (siderolabs/docs, "Host DNS").
    ["169.254.0.0/16", "link-local, where Talos has its host DNS"],
    ["224.0.0.0/4", "multicast"],
    ["240.0.0.0/4", "reserved"],
];

/** What an address or network is that machines of a site cannot have, or undefined. */
export function unusable(addressOrNetwork: string): { network: string; what: string } | undefined {
    const [network, what] =
        UNUSABLE.find(([candidate]) => networksOverlap(candidate, addressOrNetwork)) ?? [];
    return network === undefined || what === undefined ? undefined : { network, what };
}

function toAddress(value: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/**
 * Address of the cluster's DNS in the network of Services: the tenth, by the convention of Talos and
 * kubeadm (talos v1.13.9: pkg/machinery/config/types/v1alpha1, DNSServiceIPs).
 */
export function dnsServiceAddress(services: string): string {
    return toAddress(networkRange(services).first + 10);
}

/**
 * The fewest networks that hold exactly these addresses and no other: rules that list nodes stay
 * short however many nodes there are, as long as their addresses are near each other.
 */
export function exactNetworks(addresses: readonly string[]): string[] {
    const values = [...new Set(addresses.map(addressToNumber))].sort((a, b) => a - b);
    const networks: string[] = [];
    let index = 0;
    while (index < values.length) {
        const first = values[index] ?? 0;
        let bits = 32;
        // A larger network must start here and have its last address in the run that starts here.
        for (let size = 2; first % size === 0 && values[index + size - 1] === first + size - 1;) {
            bits -= 1;
            size *= 2;
        }
        networks.push(`${toAddress(first)}/${bits}`);
        index += 2 ** (32 - bits);
    }
    return networks;
}
