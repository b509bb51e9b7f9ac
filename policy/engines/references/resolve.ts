/** Whether a name leads to something, and what was probably meant when it does not. */
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, ObjectOf } from "../../kernel/facts";
import { isUnknown } from "../../kernel/tree";
import type { Entry, Inventory } from "./inventory";
import { mayMake } from "./unknown-makers";

/** A name that must lead to something. */
export interface Reference {
    readonly fact: Fact;
    /** Where it stands, as messages name it. */
    readonly where: string;
    /** `<group>/<Kind>`. */
    readonly kind: string;
    /** Not looked at for kinds outside of namespaces. */
    readonly namespace: unknown;
    readonly name: unknown;
    /** Keys that a Secret or ConfigMap must have. */
    readonly keys?: readonly unknown[];
    /** Port that a Service must have: number or name. */
    readonly port?: unknown;
    /** `true` where Kubernetes goes on without it. */
    readonly optional?: unknown;
}

/** Finds what objects of one kind refer to. */
export type Finder = (fact: ObjectOf) => Reference[];
export const CORE_SERVICE = "/Service";

function perhaps(word: string, allowed: readonly string[]): string {
    const near = nearest(word, allowed);
    return near === undefined ? "" : `; perhaps ${near} is meant`;
}

function judgeKeys(reference: Reference, called: string, { keys, fact: owner }: Entry): Finding[] {
    const { fact, where, keys: wanted = [] } = reference;
    return wanted.flatMap((key) => {
        if (isUnknown(key) || (keys === undefined && owner !== undefined)) {
            return [notJudged(fact, `${where} takes a key of ${called} known only at the update`)];
        }
        // What a controller makes has the keys that its manual says, where its room does not.
        return keys === undefined || keys.includes(String(key))
            ? []
            : [
                  violated(
                      fact,
                      `${where} takes ${String(key)} of ${called}, which has ${keys.join(", ") || "no keys"}${perhaps(String(key), keys)}`,
                  ),
              ];
    });
}

function judgePort(reference: Reference, called: string, { service }: Entry): Finding[] {
    const { fact, where, port } = reference;
    if (port === undefined || port === null || service === undefined) {
        return [];
    }
    if (isUnknown(port) || service.unknown === true) {
        return [notJudged(fact, `${where} takes a port of ${called} known only at the update`)];
    }
    // A Service without pods of its own may say nothing of the ports behind it.
    if (service.ports.length === 0 && service.selector === undefined) {
        return [];
    }
    const found = service.ports.some((entry) => entry.port === port || entry.name === port);
    const names = service.ports.map(({ name, port: number }) =>
        name === undefined ? `${number}` : `${number} (${name})`,
    );
    return found
        ? []
        : [
              violated(
                  fact,
                  `${where} takes port ${JSON.stringify(port)} of ${called}, which has ${names.join(", ") || "no ports"}`,
              ),
          ];
}

/** What was probably meant: the name elsewhere or of a kind like it, or one written like it. */
function hint(kind: string, namespace: string, name: string, inventory: Inventory): string {
    const places = inventory.whereabouts(kind, name).map((other) => {
        const place = other === "" ? "outside of namespaces" : `in namespace ${other}`;
        return `one of that name ${place}`;
    });
    const others = inventory
        .namesakes(kind, namespace, name)
        .map((other) => `a ${shortOf(other)} of that name`);
    const elsewhere = [...places, ...others];
    return elsewhere.length > 0
        ? `; there is ${elsewhere.join(" and ")}`
        : perhaps(name, inventory.names(kind, namespace));
}

function shortOf(kind: string): string {
    return kind.slice(kind.indexOf("/") + 1);
}

/** Judges one reference. */
export function resolve(reference: Reference, inventory: Inventory): Finding[] {
    const { fact, where, kind, name, optional } = reference;
    const isInside = !inventory.isClusterScoped(kind);
    const namespace = isInside ? reference.namespace : "";
    if (isUnknown(name) || isUnknown(namespace)) {
        return [notJudged(fact, `${where} names a ${shortOf(kind)} known only at the update`)];
    }
    if (typeof name !== "string" || typeof namespace !== "string" || optional === true) {
        // Without a name the API server refuses it before anything dangles.
        return [];
    }
    if (isInside && namespace === "") {
        // Nothing says where its controller looks.
        return [];
    }
    const called = [shortOf(kind), namespace, name].filter((part) => part).join("/");
    const entry = inventory.find(kind, namespace, name);
    if (entry !== undefined) {
        return [...judgeKeys(reference, called, entry), ...judgePort(reference, called, entry)];
    }
    const chart = inventory.unseen(namespace);
    if (chart !== undefined) {
        const message = `${where} names ${called}; ${chart.key} was not rendered and may bring it`;
        return [notJudged(fact, message)];
    }
    const maker = inventory.unsure(kind, namespace);
    if (maker !== undefined) {
        const message = `${where} names ${called}; only the update knows whether ${maker.key} brings it`;
        return [notJudged(fact, message)];
    }
    const controller = inventory.unknownMakers.find(kind, namespace);
    if (controller !== undefined) {
        return [notJudged(fact, `${where} names ${called}; ${mayMake(controller)}`)];
    }
    return isUnknown(optional)
        ? [notJudged(fact, `whether ${where} needs ${called} is known only at the update`)]
        : [
              violated(
                  fact,
                  `${where} names ${called}, which nothing defines${hint(kind, namespace, name, inventory)}`,
              ),
          ];
}
