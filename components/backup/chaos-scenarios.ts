/**
 * What is broken on purpose, and what must hold meanwhile. What there is to break follows from what
 * the systems promise: whoever adds an objective adds its scenarios. Pure.
 */
import { isLack } from "../base/capabilities";
import type { AnyDefinition } from "../base/definition";
import type { ScrapedPods } from "../base/foundation";
import { jobsOf, type Objective } from "../base/objective";

/** One way to break something. */
export interface Damage {
    /** Start of the names of its scenarios. */
    readonly name:
        "pod-killed" | "node-lost" | "cut-off" | "clock-wrong" | "names-gone" | "disk-full";
    readonly title: string;
    /** What happens, in one sentence. */
    readonly does: string;
    /** What it stands for in real life, and what it shows. */
    readonly shows: string;
    /** Where to look when something did not hold, in one sentence. */
    readonly look: string;
    /** Minutes that it lasts; 0 for what happens at once. */
    readonly minutes: number;
    /** It is also done to pods that keep data, because they lose none by it. */
    readonly sparesData: boolean;
}

/** How long a damage lasts: longer than a scrape, an election and a probe together. */
const LASTS = 5;

/** The ways, in the order of the page. */
export const damages = {
    podKilled: {
        name: "pod-killed",
        title: "A pod is killed",
        does: "One of the pods is deleted without a farewell.",
        shows: "A program that crashes, or is moved at a bad moment: another replica must take over before anybody notices.",
        look: "Is there a second replica on another node, does its readiness probe say the truth, and does whoever calls it try again?",
        minutes: 0,
        sparesData: true,
    },
    nodeLost: {
        name: "node-lost",
        title: "A node is lost",
        does: "All pods on one worker that may be broken are killed at the same moment.",
        shows: "A machine that stops: what it ran must not have had its replicas on it alone. Kubernetes may start the pods on the same node again, which a dead one does not allow: once a quarter stop the machine itself ([replace a node](runbooks/replace-node.md)).",
        look: "Which workload had all its replicas there: `kubectl get pods -A -o wide --field-selector spec.nodeName=<worker>`; its topology spread constraints are wrong, or its database and itself failed over at the same time.",
        minutes: 0,
        sparesData: true,
    },
    cutOff: {
        name: "cut-off",
        title: "A pod is cut off",
        does: "One of the pods can neither send nor receive anything.",
        shows: "A partition: probes must take the pod out of its Service, and whoever talked to it must turn to another.",
        look: "Does a probe ask the pod often enough, and does whoever called it have a timeout? The pod is not ready while it is cut off: `kubectl get endpointslices`.",
        minutes: LASTS,
        sparesData: false,
    },
    clockWrong: {
        name: "clock-wrong",
        title: "A clock is wrong",
        does: "The programs of one pod read a clock that is ten minutes slow.",
        shows: "A node whose time servers are gone: certificates, tokens and leases that are compared by time.",
        look: "Its log says `expired`, `not yet valid` or `lease`: which program compares a time that another one wrote?",
        minutes: LASTS,
        sparesData: false,
    },
    namesGone: {
        name: "names-gone",
        title: "Names are gone",
        does: "One of the pods gets no answer from the cluster's DNS.",
        shows: "DNS that fails: what is connected must stay so, and what asks for each request must leave its work to another.",
        look: "Its log says `no such host` or `i/o timeout`: does it look names up for each request, and does a probe notice?",
        minutes: LASTS,
        sparesData: false,
    },
    diskFull: {
        name: "disk-full",
        title: "A disk is full",
        does: "Whatever one of the pods writes to its volume fails as if there were no room.",
        shows: "A volume that ran full: the program must say so and go on with what it has.",
        look: "Its log says `no space left on device`: does it stop, and does VolumeAlmostFull come before that in real life?",
        minutes: LASTS,
        sparesData: false,
    },
} as const satisfies Readonly<Record<string, Damage>>;

/** Pods behind a promise, by the job that measures it. */
export interface Subject {
    /** Value of the label `job` of their metrics. */
    readonly job: string;
    /** Key below `systems` of who promises. */
    readonly system: string;
    /** What must hold: its critical alert must not fire. */
    readonly objectives: readonly Objective[];
    /** Further critical alerts of the system, none of which may fire. */
    readonly silent: readonly string[];
    /** Why nothing but killing is done to them. */
    readonly butKilled?: string;
    /** A volume of them that may be full for a while. */
    readonly volume?: { readonly container: string; readonly path: string };
}

/** A promise whose pods nobody breaks. */
export interface SparedPromise {
    readonly system: string;
    readonly objective: string;
    readonly reason: string;
}

function criticalAlerts({ capabilities: { alerts } }: AnyDefinition): string[] {
    return isLack(alerts)
        ? []
        : alerts.filter(({ severity }) => severity === "critical").map(({ name }) => name);
}

/** What may be broken of one system. */
function subjectsOf(definition: AnyDefinition): Subject[] {
    const { objectives = [], spareVolume } = definition.capabilities;
    const tried = objectives.filter(({ spared }) => !(spared && "entirely" in spared));
    const jobs = new Set([
        ...tried.flatMap(jobsOf),
        ...(spareVolume === undefined ? [] : [spareVolume.job]),
    ]);
    return [...jobs].map((job) => {
        const own = tried.filter((objective) => jobsOf(objective).includes(job));
        const reasons = own.flatMap(({ spared }) =>
            spared && "butKilled" in spared ? [spared.butKilled] : [],
        );
        return {
            job,
            system: definition.name,
            objectives: own,
            silent: criticalAlerts(definition),
            ...(reasons.length === 0 ? {} : { butKilled: reasons.join("; ") }),
            ...(spareVolume?.job === job
                ? { volume: { container: spareVolume.container, path: spareVolume.path } }
                : {}),
        };
    });
}

/** What may be broken of some systems. */
export function subjects(definitions: readonly AnyDefinition[]): Subject[] {
    return definitions.flatMap(subjectsOf);
}

/** What nobody breaks, and why. */
export function sparedPromises(definitions: readonly AnyDefinition[]): SparedPromise[] {
    return definitions.flatMap(({ name: system, capabilities: { objectives = [] } }) =>
        objectives.flatMap(({ name, spared }) =>
            spared && "entirely" in spared
                ? [{ system, objective: name, reason: spared.entirely }]
                : [],
        ),
    );
}

/** What is done to the pods of a subject. */
export function damagesOf({ objectives, butKilled, volume }: Subject): Damage[] {
    const { podKilled, cutOff, clockWrong, namesGone, diskFull } = damages;
    return [
        ...(objectives.length === 0 ? [] : [podKilled, cutOff, clockWrong, namesGone]),
        ...(volume === undefined ? [] : [diskFull]),
    ].filter(({ sparesData }) => sparesData || butKilled === undefined);
}

/** Pods in one place to which something is done. */
export interface Victims {
    readonly namespaces: readonly string[];
    /** Absent: all pods of the namespaces. */
    readonly pods?: Readonly<Record<string, string>>;
    /** Only those on this node. */
    readonly node?: string;
}

/** One thing that is broken, as the stack has it. */
export interface Scenario {
    /** Name of its Schedule. */
    readonly name: string;
    readonly damage: Damage;
    readonly victims: Victims;
    /** The volume of {@link damages.diskFull}. */
    readonly volume?: Subject["volume"];
}

function scenarioName(damage: Damage, { namespace, monitor }: ScrapedPods): string {
    const place = namespace === monitor ? namespace : `${namespace}-${monitor}`;
    return `${damage.name}-${place}`;
}

/**
 * Every scenario of a stack, in the order of their names.
 *
 * @param scraped the pods of which metrics are collected: where each subject is
 * @param workers names of the nodes that may be lost
 */
export function scenarios(
    all: readonly Subject[],
    scraped: readonly ScrapedPods[],
    workers: readonly string[],
): Scenario[] {
    const placed = all.flatMap((subject) =>
        scraped
            .filter(({ job, tried }) => tried && job === subject.job)
            .map((place) => ({ subject, place })),
    );
    const namespaces = [...new Set(placed.map(({ place }) => place.namespace))].sort();
    return [
        ...placed.flatMap(({ subject, place }) =>
            damagesOf(subject).map((damage) => ({
                name: scenarioName(damage, place),
                damage,
                victims: { namespaces: [place.namespace], pods: place.pods },
                ...(damage === damages.diskFull ? { volume: subject.volume } : {}),
            })),
        ),
        ...(namespaces.length === 0
            ? []
            : workers.map((node) => ({
                  name: `${damages.nodeLost.name}-${node}`,
                  damage: damages.nodeLost,
                  victims: { namespaces, node },
              }))),
    ].sort((left, right) => (left.name < right.name ? -1 : 1));
}
