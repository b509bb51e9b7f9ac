/** Protocols of ports. */
import { readString } from "../kernel/tree";

/** What a port may speak. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** The protocol of a port of a container or a Service; TCP unless it says otherwise. */
export function protocolOf(port: unknown): Protocol {
    const protocol = readString(port, "protocol");
    return protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
}
