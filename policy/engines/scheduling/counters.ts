/**
 * Counts of pods by node and by topology, kept up to date as pods come and go: so a filter looks a
 * number up where the scheduler walks over all pods. Pure.
 */
import type { LabelSelector, Labels } from "./label-selector";
import type { Selectable } from "./label-selector";
import { type PodTerm, termMatches } from "./pod-terms";
import { type Template, wishesOf } from "./template";

/** The values of a label over the nodes, numbered. */
export interface Domains {
    /** By node: the number of its value, or -1 without the label. */
    readonly of: Int32Array;
    readonly size: number;
}

/** Numbers the values of a label. */
export function domainsOf(nodes: readonly Selectable[], topologyKey: string): Domains {
    const numbers = new Map<string, number>();
    const of = Int32Array.from(nodes, ({ labels }) => {
        const value = labels[topologyKey];
        if (value === undefined) {
            return -1;
        }
        const known = numbers.get(value) ?? numbers.size;
        numbers.set(value, known);
        return known;
    });
    return { of, size: numbers.size };
}

/** Pods that a selector selects in one namespace, by node. */
export interface NodeCount {
    readonly perNode: Int32Array;
}

/** Pods by topology. */
export interface DomainCount {
    readonly domains: Domains;
    readonly counts: Int32Array;
    /** In all domains together. */
    total: number;
}

export function addTo(count: DomainCount, node: number, change: number): void {
    const domain = count.domains.of[node] ?? -1;
    if (domain >= 0) {
        count.counts[domain] = (count.counts[domain] ?? 0) + change;
        count.total += change;
    }
}

/** Things that wait for pods with certain labels, found by one of the labels. */
export class LabelIndex<T> {
    private readonly byPair = new Map<string, T[]>();
    private readonly others: T[] = [];

    add(selector: LabelSelector, item: T): void {
        const { pair } = selector;
        if (pair === undefined) {
            this.others.push(item);
            return;
        }
        const found = this.byPair.get(pair);
        if (found === undefined) {
            this.byPair.set(pair, [item]);
        } else {
            found.push(item);
        }
    }

    /** Everything that may select the labels. */
    candidates(labels: Labels): T[] {
        return [
            ...this.others,
            ...Object.entries(labels).flatMap(
                ([key, value]) => this.byPair.get(`${key}=${value}`) ?? [],
            ),
        ];
    }
}

interface TermCount {
    readonly term: PodTerm;
    readonly count: DomainCount;
}

interface WishCount extends TermCount {
    readonly weight: number;
}

/** Terms that must all match before a pod counts for any of them. */
export interface AffinityCount {
    readonly terms: readonly PodTerm[];
    readonly counts: readonly DomainCount[];
}

/** All counts that the templates of a cluster ask for. */
export class Counters {
    private readonly domainsByKey = new Map<string, Domains>();
    private readonly nodeCounts = new Map<
        string,
        { count: NodeCount; namespace: string; selector: LabelSelector }
    >();
    private readonly nodeIndex = new LabelIndex<{
        count: NodeCount;
        namespace: string;
        selector: LabelSelector;
    }>();
    private readonly matched = new Map<string, TermCount>();
    private readonly matchedIndex = new LabelIndex<TermCount>();
    private readonly held = new Map<string, TermCount>();
    private readonly heldIndex = new LabelIndex<TermCount>();
    private readonly wished = new Map<string, WishCount>();
    private readonly wishIndex = new LabelIndex<WishCount>();
    private readonly affinities = new Map<string, AffinityCount>();
    private readonly affinityIndex = new LabelIndex<AffinityCount>();

    constructor(private readonly nodes: readonly Selectable[]) {}

    domains(topologyKey: string): Domains {
        const known = this.domainsByKey.get(topologyKey) ?? domainsOf(this.nodes, topologyKey);
        this.domainsByKey.set(topologyKey, known);
        return known;
    }

    private emptyCount(topologyKey: string): DomainCount {
        const domains = this.domains(topologyKey);
        return { domains, counts: new Int32Array(domains.size), total: 0 };
    }

    /** Pods of a namespace that a selector selects. */
    byNode(namespace: string, selector: LabelSelector): NodeCount {
        const id = `${namespace}|${selector.id}`;
        const known = this.nodeCounts.get(id);
        if (known !== undefined) {
            return known.count;
        }
        const entry = {
            count: { perNode: new Int32Array(this.nodes.length) },
            namespace,
            selector,
        };
        this.nodeCounts.set(id, entry);
        this.nodeIndex.add(selector, entry);
        return entry.count;
    }

    private byTerm(
        registry: Map<string, TermCount>,
        index: LabelIndex<TermCount>,
        term: PodTerm,
    ): DomainCount {
        const known = registry.get(term.id);
        if (known !== undefined) {
            return known.count;
        }
        const entry = { term, count: this.emptyCount(term.topologyKey) };
        registry.set(term.id, entry);
        index.add(term.selector, entry);
        return entry.count;
    }

    /** Pods that a term matches. */
    matching(term: PodTerm): DomainCount {
        return this.byTerm(this.matched, this.matchedIndex, term);
    }

    /** Pods that have a term as anti-affinity. */
    holding(term: PodTerm): DomainCount {
        return this.byTerm(this.held, this.heldIndex, term);
    }

    /** Pods that wish others near, or away with a negative weight. */
    wishing(weight: number, term: PodTerm): DomainCount {
        const id = `${weight}|${term.id}`;
        const known = this.wished.get(id);
        if (known !== undefined) {
            return known.count;
        }
        const entry = { weight, term, count: this.emptyCount(term.topologyKey) };
        this.wished.set(id, entry);
        this.wishIndex.add(term.selector, entry);
        return entry.count;
    }

    /** Pods that all of the terms match. */
    matchingAll(terms: readonly PodTerm[]): AffinityCount {
        const id = terms.map((term) => term.id).join("&");
        const known = this.affinities.get(id);
        const [first] = terms;
        if (known !== undefined || first === undefined) {
            return known ?? { terms, counts: [] };
        }
        const entry = {
            terms,
            counts: terms.map(({ topologyKey }) => this.emptyCount(topologyKey)),
        };
        this.affinities.set(id, entry);
        this.affinityIndex.add(first.selector, entry);
        return entry;
    }

    /** What changes when a pod of a template comes or goes; ask after all counts are known. */
    changedBy(template: Template): { perNode: NodeCount[]; perDomain: DomainCount[] } {
        const { labels, namespace } = template;
        return {
            perNode: this.nodeIndex
                .candidates(labels)
                .filter((entry) => entry.namespace === namespace && entry.selector.matches(labels))
                .map(({ count }) => count),
            perDomain: [
                ...this.matchedIndex
                    .candidates(labels)
                    .filter(({ term }) => termMatches(term, template))
                    .map(({ count }) => count),
                ...this.affinityIndex
                    .candidates(labels)
                    .filter(({ terms }) => terms.every((term) => termMatches(term, template)))
                    .flatMap(({ counts }) => counts),
                ...template.antiAffinity.map((term) => this.holding(term)),
                ...wishesOf(template).map(({ weight, term }) => this.wishing(weight, term)),
            ],
        };
    }

    /** The anti-affinities of others that keep a template's pods away. */
    repelling(template: Template): DomainCount[] {
        return this.heldIndex
            .candidates(template.labels)
            .filter(({ term }) => termMatches(term, template))
            .map(({ count }) => count);
    }

    /** The wishes of others about a template's pods. */
    wishesAbout(template: Template): WishCount[] {
        return this.wishIndex
            .candidates(template.labels)
            .filter(({ term }) => termMatches(term, template));
    }
}
