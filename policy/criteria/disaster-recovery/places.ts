/** Whether an object store is away from the cluster's own disks, and reached over TLS. */
import { addressToNumber, networkRange } from "../../../components/addresses";
import type { Facts } from "../../kernel/facts";
import { readList, readString } from "../../kernel/tree";

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

interface Range {
    readonly what: string;
    readonly first: number;
    readonly last: number;
}

function ofNetwork(what: string, cidr: string | undefined): Range[] {
    return cidr === undefined || !/^[\d.]+\/\d+$/.test(cidr)
        ? []
        : [{ what, ...networkRange(cidr) }];
}

function ofAddress(what: string, start: string | undefined, stop = start): Range[] {
    return start === undefined || stop === undefined
        ? []
        : [{ what, first: addressToNumber(start), last: addressToNumber(stop) }];
}

/** Addresses that lead into the cluster. */
function ownRanges(facts: Facts): Range[] {
    const platform = facts.platform()?.inputs;
    const nodes = [...readList(platform, "nodes"), ...readList(platform, "controlPlanes")];
    return [
        ...ofNetwork("the pod network", readString(platform, "podNetwork")),
        ...ofNetwork("the service network", readString(platform, "serviceNetwork")),
        ...ofAddress("the control plane", readString(platform, "virtualIp")),
        ...nodes.flatMap((node) => ofAddress("a node", readString(node, "address"))),
        ...facts
            .objects("cilium.io", "CiliumLoadBalancerIPPool")
            .flatMap(({ inputs }) => readList(inputs, "spec", "blocks"))
            .flatMap((block) => [
                ...ofNetwork("the load balancers", readString(block, "cidr")),
                ...ofAddress(
                    "the load balancers",
                    readString(block, "start"),
                    readString(block, "stop"),
                ),
            ]),
    ];
}

/** Host names that the stack publishes, wildcards included. */
function publishedNames(facts: Facts): string[] {
    return facts
        .all()
        .filter(
            ({ object }) =>
                object?.group === "gateway.networking.k8s.io" || object?.kind === "Ingress",
        )
        .flatMap(({ inputs }) => [
            ...readList(inputs, "spec", "hostnames"),
            ...readList(inputs, "spec", "rules").map((rule) => readString(rule, "host")),
        ])
        .filter((name) => typeof name === "string");
}

function isPublished(host: string, name: string): boolean {
    return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
}

/** Why a host is one of the cluster's own; undefined when it is elsewhere. */
function insideBecause(host: string, facts: Facts): string | undefined {
    if (ADDRESS.test(host)) {
        const value = addressToNumber(host);
        const range = ownRanges(facts).find(({ first, last }) => first <= value && value <= last);
        return host.startsWith("127.") ? "this very pod" : range?.what;
    }
    if (/(?:^|\.)svc(?:\.|$)|\.cluster\.local$|^localhost$|^[^.]+$/.test(host)) {
        return "a Service of the cluster";
    }
    const namespace = /^[^.]+\.([^.]+)$/.exec(host)?.[1];
    const isNamespace = facts
        .objects("", "Namespace")
        .some(({ object }) => object.name === namespace);
    return isNamespace
        ? "a Service of the cluster"
        : publishedNames(facts).some((name) => isPublished(host, name))
          ? "a route of the stack"
          : undefined;
}

/**
 * What is wrong with the address of an object store that must be elsewhere; undefined for a sound
 * one. A provider's own store, which needs no address, is elsewhere and encrypted.
 */
export function faultOfStore(address: string, facts: Facts): string | undefined {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || url.hostname === "") {
        return `${address} is no URL`;
    }
    if (url.protocol !== "https:") {
        return `${address} is not reached over TLS`;
    }
    const inside = insideBecause(url.hostname, facts);
    return inside === undefined ? undefined : `${address} leads to ${inside}`;
}
