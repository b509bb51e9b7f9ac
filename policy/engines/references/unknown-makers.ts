/**
 * Controllers of which nobody described what they make: custom resources without a room, and
 * programs whose roles let them make Secrets or pods as they like. What such a one may make is never
 * called missing.
 */
import { behaviours, inert } from "../../../operators";
import { deliverers, OPEN_PROJECT } from "../../../operators/argo-cd";
import { restorers } from "../../../operators/backup";
import type { Fact, ObjectOf } from "../../kernel/facts";
import type { Access, Makes } from "./access";
import { accountOf, madeByPods } from "./made-by-pods";
import { readList, readString } from "../../kernel/tree";
import { type Destinations, destinationsOf } from "../../kubernetes/argo-projects";
import { parseImage } from "../../kubernetes/images";
import type { LabelledPods } from "./pods";

/** API groups of which operators/ says what becomes of their kinds. */
const DESCRIBED: ReadonlySet<string> = new Set(
    [...behaviours.keys(), ...Object.keys(inert)]
        .map((kind) => kind.slice(0, kind.indexOf("/")))
        // Whoever writes the status of pods or nodes may make anything.
        .filter((group) => group !== ""),
);

/** Whether the pods run one of some programs. */
function runs({ podSpec }: LabelledPods, programs: readonly string[]): boolean {
    return readList(podSpec, "containers").some((container) =>
        programs.includes(parseImage(readString(container, "image") ?? "").repository),
    );
}

/**
 * Whether operators/ says what the pods make: they write the status of kinds that have a room, or
 * their arguments name the Secrets that they make.
 */
function isDescribed(pods: LabelledPods, access: Access, what: Makes): boolean {
    const account = accountOf(pods);
    return (
        pods.made !== undefined ||
        // They make again what was there, and nothing else.
        runs(pods, restorers) ||
        access.operatedGroups(account).some((group) => DESCRIBED.has(group)) ||
        (what === "secrets" && madeByPods(pods, access).length > 0)
    );
}

/** Pods, and what becomes some. */
const MAKING_PODS = /^(?:\/Pod|apps\/\w+|batch\/\w+)$/;

/** The controllers of a stack that nobody described. */
export class UnknownMakers {
    private readonly programs = new Map<string, Fact | undefined>();
    /** The stack has said of Argo CD's own project what it lets in. */
    private readonly isClosed: boolean;
    private readonly destinations: readonly Destinations[];

    /**
     * @param undescribed custom resources of kinds without a room
     * @param pods the pods of the stack, by namespace
     * @param projects those of Argo CD
     */
    constructor(
        private readonly undescribed: readonly ObjectOf[],
        private readonly pods: ReadonlyMap<string, readonly LabelledPods[]>,
        private readonly access: Access,
        projects: readonly ObjectOf[],
    ) {
        this.isClosed = projects.some(({ object }) => object.name === OPEN_PROJECT);
        this.destinations = projects.map(destinationsOf);
    }

    /** One that may make objects of the kind in the namespace. */
    find(kind: string, namespace: string): Fact | undefined {
        const resource = this.undescribed.find(
            ({ object }) => object.namespace === undefined || object.namespace === namespace,
        );
        const what = kind === "/Secret" ? "secrets" : MAKING_PODS.test(kind) ? "pods" : undefined;
        return resource ?? (what === undefined ? undefined : this.program(what, namespace));
    }

    /** Whether no project lets an application into the namespace. */
    private isKeptOut(namespace: string): boolean {
        return (
            this.isClosed && !this.destinations.some(({ hidden, has }) => hidden || has(namespace))
        );
    }

    private program(what: Makes, namespace: string): Fact | undefined {
        const key = `${what} ${namespace}`;
        if (!this.programs.has(key)) {
            const found = [...this.pods.values()]
                .flat()
                .find(
                    (pods) =>
                        pods.fact !== undefined &&
                        this.access.makes(what, accountOf(pods), namespace) &&
                        !(runs(pods, deliverers) && this.isKeptOut(namespace)) &&
                        !isDescribed(pods, this.access, what),
                );
            this.programs.set(key, found?.fact);
        }
        return this.programs.get(key);
    }
}

/** What a finding says of a controller that nobody described. */
export function mayMake({ key }: Fact): string {
    return `${key} may make it, and nobody described in operators/ what it makes`;
}
