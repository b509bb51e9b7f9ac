/**
 * Rules of Cilium that name hosts. They open nothing until the agent has seen the answer of the DNS
 * for the name, and it sees only lookups that a rule sends through its proxy.
 *
 * cilium v1.20: Documentation/security/policy/language.rst, "DNS based".
 */
import { ciliumSpecs } from "../../../engines/reachability/cilium";
import { toHostTest } from "../../../engines/reachability/cilium-places";
import { selectEndpoints, subject } from "../../../engines/references/cilium-selectors";
import { stackViewOf } from "../../../engines/references/stack-view";
import { ciliumSettings } from "../../../kubernetes/cilium";
import { selectsAll } from "../../../kubernetes/selectors";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { memoize } from "../../../kernel/memoize";
import { holdsUnknown, isTree, read, readList, readString, readTree } from "../../../kernel/tree";
import { CILIUM_POLICIES, homeOf } from "./cilium";

/** What one policy says of the names that its pods look up. */
interface Lookups {
    readonly fact: ObjectOf;
    readonly spec: unknown;
    readonly home: string | undefined;
    readonly pods: ReadonlySet<unknown>;
    /** Names that it lets the pods look up through the proxy. */
    readonly seen: readonly unknown[];
    readonly isUnknown: boolean;
}

const DNS_PORT = "53";

function seenBy(spec: unknown): unknown[] {
    return readList(spec, "egress")
        .flatMap((rule) => readList(rule, "toPorts"))
        .filter((list) =>
            readList(list, "ports").some((port) => {
                const number = read(port, ["port"]);
                return number.state === "known" && String(number.value) === DNS_PORT;
            }),
        )
        .flatMap((list) => readList(list, "rules", "dns"));
}

const lookupsOf = memoize((facts): readonly Lookups[] => {
    const view = stackViewOf(facts);
    return CILIUM_POLICIES.flatMap((kind) => facts.objects("cilium.io", kind)).flatMap((fact) =>
        ciliumSpecs(fact).map((spec): Lookups => {
            const home = homeOf(fact);
            const selector = readTree(spec, "endpointSelector");
            const { pods } = selectEndpoints(subject(selector, home, view.clusterName), view);
            const isHidden = holdsUnknown(spec);
            const seen = isHidden ? [] : seenBy(spec);
            return { fact, spec, home, pods: new Set(pods), seen, isUnknown: isHidden };
        }),
    );
});

/** Whether a policy governs every pod that another governs. */
function governs(other: Lookups, { home, spec, pods }: Lookups): boolean {
    const selector = read(other.spec, ["endpointSelector"]);
    const isNear = other.home === undefined || other.home === home;
    return (
        (isNear &&
            (selectsAll(selector) ||
                JSON.stringify(selector) === JSON.stringify(read(spec, ["endpointSelector"])))) ||
        (pods.size > 0 && [...pods].every((one) => other.pods.has(one)))
    );
}

/** A name that a pattern means. */
function nameOf(entry: unknown): string {
    const text = readString(entry, "matchName") ?? readString(entry, "matchPattern") ?? "";
    return text.replace(/^\*{2,}\./, "any.other.").replaceAll(/\*+/g, "any");
}

function judgeSpec(all: readonly Lookups[], own: Lookups): Finding[] {
    const names = readList(own.spec, "egress").flatMap((rule) => readList(rule, "toFQDNs"));
    const near = all.filter((other) => governs(other, own));
    const isSeen = toHostTest(near.flatMap(({ seen }) => seen));
    const blind = names
        .filter(isTree)
        .map(nameOf)
        .filter((name) => !isSeen(name));
    if (own.isUnknown || blind.length === 0) {
        return [];
    }
    const listed = blind.slice(0, 3).join(", ");
    return all.some(({ isUnknown }) => isUnknown)
        ? [notJudged(own.fact, `whether lookups of ${listed} are seen is known only at the update`)]
        : [
              violated(
                  own.fact,
                  `its toFQDNs never opens for ${listed}, since no rule of Cilium sends the lookups of its pods through the proxy; allow them to kube-dns on port 53 with rules.dns for the name`,
              ),
          ];
}

/** Judges every rule that names hosts. */
export function judgeLookups(facts: Facts): Finding[] {
    const all = lookupsOf(facts);
    const naming = all.filter(({ spec }) =>
        readList(spec, "egress").some((rule) => readList(rule, "toFQDNs").length > 0),
    );
    const [first] = naming;
    const off = ciliumSettings(facts).some(({ inputs }) => {
        const proxy = read(inputs, ["data", "enable-l7-proxy"]);
        return proxy.state === "known" && proxy.value === "false";
    });
    return first !== undefined && off
        ? [
              violated(
                  first.fact,
                  "its toFQDNs never opens, since enable-l7-proxy of Cilium is false",
              ),
          ]
        : naming.flatMap((own) => judgeSpec(all, own));
}
