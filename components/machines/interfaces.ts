/** The network interfaces of a node, for the VM and for the system inside it. Pure. */
import { prefixLength } from "../addresses";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";

/** A further interface of a node. */
export interface FurtherInterface {
    /** Name in Talos: `net1`, `net2` ... */
    readonly link: string;
    readonly macAddress: string;
    readonly bridge?: string;
    readonly vlan?: number;
    /** Address with the length of its network's prefix. */
    readonly address?: string;
    readonly mtu?: number;
}

/**
 * A hardware address that follows from the VM's id, so that Talos finds the interface by it. The
 * second bit of the first byte says that nobody's factory gave it (IEEE 802, locally administered).
 */
export function macAddress(vmId: number, position: number): string {
    const bytes = [2, position, vmId >>> 24, vmId >>> 16, vmId >>> 8, vmId].map((byte) =>
        (byte & 0xff).toString(16).padStart(2, "0"),
    );
    return bytes.join(":");
}

/** The interfaces of a node besides its first one. */
export function furtherInterfaces({ vmId = 0, interfaces }: NodeSettings): FurtherInterface[] {
    return interfaces.map((one, index) => ({
        ...one,
        link: `net${index + 1}`,
        macAddress: macAddress(vmId, index + 1),
    }));
}

/** The first interface's address with the length of its network's prefix, and its gateway. */
export function mainAddress(
    { network }: Site,
    node: NodeSettings,
): { address: string; gateway: string } {
    return {
        address: `${node.address}/${prefixLength(network.nodes)}`,
        gateway: node.gateway ?? network.gateway,
    };
}

/** Every address of a node. */
export function addressesOf({ address, interfaces }: NodeSettings): string[] {
    const further = interfaces.flatMap((one) =>
        one.address === undefined ? [] : [one.address.split("/")[0] ?? ""],
    );
    return [address, ...further];
}
