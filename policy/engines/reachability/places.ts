/** The two ends of a flow: pods, or addresses outside of the pod network. */
import { networkRange } from "../../../components/addresses";
import { ciliumSettings } from "../../kubernetes/cilium";
import type { Fact, Facts } from "../../kernel/facts";
import { holdsUnknown, isTree, read, readList, readString } from "../../kernel/tree";
import type { LabelledPods } from "../references/pods";

/** Names of the places that are no pods. */
export type PlaceName = "api-server" | "nodes" | "internet" | "gateway";

/** Somewhere outside of the pod network. */
export interface Place {
    readonly place: PlaceName | "addresses";
    /** Networks that all must be let through; undefined when nobody can say which. */
    readonly addresses: readonly string[] | undefined;
    /** Name of the host on the internet that is meant, where only one is. */
    readonly host?: string;
}

/** One end of a flow. */
export type End = LabelledPods | Place;

export function isPods(end: End): end is LabelledPods {
    return "namespace" in end;
}

/** What an end is called in messages and in the matrix. */
export function endName(end: End): string {
    if (isPods(end)) {
        return end.key;
    }
    return end.place === "addresses" ? (end.addresses ?? []).join(", ") : end.place;
}

/** Where the places of this stack are. */
export interface Places {
    readonly apiServer: Place;
    readonly nodes: Place;
    readonly internet: Place;
    /** Cilium's Gateway: its proxy has an identity of its own and no address to allow. */
    readonly gateway: Place;
    readonly apiServerPort: number;
}

/** Anything that is nobody's private network: what lets these through lets the internet through. */
const PUBLIC = ["1.0.0.1/32", "203.0.112.1/32"];

function addressesOf(facts: Facts, list: string): readonly string[] | undefined {
    const inputs = facts.platform()?.inputs;
    const reading = read(inputs, [list]);
    const network = readString(inputs, "nodeNetwork");
    if (reading.state === "unknown" || (reading.state === "known" && holdsUnknown(reading.value))) {
        return undefined;
    }
    const found = readList(inputs, list)
        .filter(isTree)
        .flatMap(({ address }) => (typeof address === "string" ? [`${address}/32`] : []));
    // Without a node list they are somewhere in the network of the nodes.
    return found.length > 0 ? found : network === undefined ? undefined : [network];
}

/**
 * Whether addresses in rules can mean nodes. Cilium leaves nodes out of them unless its settings
 * say otherwise; undefined where these are known only at the update.
 */
function nodesHaveAddresses(settings: Fact | undefined): boolean | undefined {
    const mode = read(settings?.inputs, ["data", "policy-cidr-match-mode"]);
    if (mode.state === "unknown") {
        return undefined;
    }
    return settings === undefined || (mode.state === "known" && mode.value === "nodes");
}

/** Reads the places from what the root component and Cilium's settings say. */
export function placesOf(facts: Facts): Places {
    const port = read(facts.platform()?.inputs, ["apiServerPort"]);
    const [settings] = ciliumSettings(facts);
    const areMeant = nodesHaveAddresses(settings);
    const at = (list: string) => (areMeant === false ? [] : areMeant && addressesOf(facts, list));
    return {
        apiServer: { place: "api-server", addresses: at("controlPlanes") },
        nodes: { place: "nodes", addresses: at("nodes") },
        internet: { place: "internet", addresses: PUBLIC },
        gateway: { place: "gateway", addresses: [] },
        apiServerPort: port.state === "known" && typeof port.value === "number" ? port.value : 6443,
    };
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/;

/** Whether a network lies inside another; of IPv6 only the same text is the same network. */
export function contains(outer: string, inner: string): boolean {
    if (!IPV4.test(outer) || !IPV4.test(inner)) {
        return outer === inner;
    }
    const whole = networkRange(outer);
    const part = networkRange(inner);
    return whole.first <= part.first && part.last <= whole.last;
}
