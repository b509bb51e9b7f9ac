/** Who is let in at pods of the mesh and is outside of it: strict TLS refuses them. */
import { PROBE_ADDRESS } from "../../../operators/ambient";
import type { LabelledPods } from "../references/pods";
import type { Network } from "../reachability/network";
import type { PolicyPeer, Rule } from "../reachability/rules";
import type { End } from "../reachability/places";

/** Whether an end shows no certificate of the mesh. */
export function isOutside(end: End): boolean {
    return !("namespace" in end) || end.mesh === "out";
}

/** Somebody in a peer who is outside of the mesh, as messages name them. */
function outsiderIn({ pods, block, places }: PolicyPeer): string | undefined {
    if (block !== undefined) {
        return block.cidr === PROBE_ADDRESS ? undefined : block.cidr;
    }
    return places?.[0] ?? pods?.list().find((one) => one.mesh === "out")?.key;
}

/** Somebody outside of the mesh whom a rule lets in by TCP; undefined where there is none. */
export function outsiderOf({ peers = [], ports }: Rule): string | undefined {
    const isTcp = ports?.some(({ protocol }) => protocol !== "UDP") ?? true;
    return isTcp ? peers.map(outsiderIn).find((outsider) => outsider !== undefined) : undefined;
}

/** The rules that let somebody in at pods. */
function* entries({ policies }: Network): Generator<readonly [Rule, readonly LabelledPods[]]> {
    for (const { own, unsure, rules } of policies) {
        for (const rule of rules.ingress ?? []) {
            yield [rule, [...own, ...unsure]];
        }
    }
}

/** Whether some rule lets somebody in at pods who is outside of the mesh. */
export function isCalledPastMesh(network: Network, pods: LabelledPods): boolean {
    for (const [rule, own] of entries(network)) {
        if (own.includes(pods) && (rule.peers === undefined || outsiderOf(rule) !== undefined)) {
            return true;
        }
    }
    return false;
}

/** Rules that let outsiders in at pods that take only the mesh, with both. */
export function refusedByMesh(
    network: Network,
): { readonly rule: Rule; readonly outsider: string; readonly pods: LabelledPods }[] {
    return [...entries(network)].flatMap(([rule, own]) => {
        const pods = own.find(({ mesh }) => mesh === "in");
        const outsider = pods === undefined ? undefined : outsiderOf(rule);
        return pods === undefined || outsider === undefined ? [] : [{ rule, outsider, pods }];
    });
}
