/**
 * What every system answers for itself, besides its objects. An answer is what the system has, or
 * why it has none; one that is missing does not compile.
 */
import type { Alert } from "./alert";
import type { Dashboard } from "./dashboard";
import type { Objective } from "./objective";
import type { AsClient, AtGateway } from "./oidc-client";
import type { Scrape } from "./scrape";

/** The system has none, and never will. */
export interface Without {
    /** One sentence; it stands in docs/systems.md. */
    readonly none: string;
}

/** The system has none until another one is there, which provides the capability. */
export interface Awaiting {
    /** Key below `systems` of the one that is awaited; once it exists, this answer is a fault. */
    readonly awaits: string;
    /** What it will have then. */
    readonly then: string;
}

/** The answer of a system that lacks something. */
export type Lack = Without | Awaiting;

/** Has none, with the reason. */
export function none(reason: string): Without {
    return { none: reason };
}

/** Has none until the named system is there. */
export function awaiting(system: string, then: string): Awaiting {
    return { awaits: system, then };
}

/** Whether an answer says that there is nothing. */
export function isLack(answer: unknown): answer is Lack {
    return (
        typeof answer === "object" && answer !== null && ("none" in answer || "awaits" in answer)
    );
}

/** How a system's size follows its load. */
export interface Sizing {
    /** What its replicas and requests follow, in one sentence. */
    readonly by: string;
}

/** How long something that the system keeps is kept. */
export interface Keeping {
    readonly what: string;
    /** Duration as the setting that decides it has it: `720h`, `30d`. */
    readonly for: string;
}

/** Something that anybody may open by its name; `trust/access.ts` says why. */
export interface PublicPage {
    readonly what: string;
    readonly guard: "public";
}

/** Something that people open by its name after they signed on at the gateway. */
export interface GuardedPage {
    readonly what: string;
    /** Label of its host name below the site's domain. */
    readonly host: string;
    /** What people show: a password, or a second factor as well. */
    readonly guard: "sign-on" | "second factor";
    /** Groups of the directory whose people get in. */
    readonly groups: readonly [string, ...string[]];
}

/** Something of the system that is reached by its name through the shared gateway. */
export type Page = PublicPage | GuardedPage;

/** What a system loses with its volumes, and who keeps a copy. */
export interface Backup {
    /** Key below `systems` of who keeps it. */
    readonly by: string;
    /** What is kept, and for how long. */
    readonly what: string;
}

/**
 * A volume that may be full for a while, to see what then holds: what lies in it is missed by nobody
 * for long.
 */
export interface SpareVolume {
    /** Value of the label `job` of the pods that mount it. */
    readonly job: string;
    readonly container: string;
    /** Where it is mounted. */
    readonly path: string;
    /** What is lost if it goes wrong, and why that is nothing dear. */
    readonly because: string;
}

/** The answers of one system. */
export interface Capabilities {
    /** Where it offers metrics; each gets a monitor and its flow. */
    readonly metrics: readonly Scrape[] | Lack;
    /** Each has its runbook in `docs/runbooks/`. */
    readonly alerts: readonly Alert[] | Lack;
    /** What it promises to those who use it; absent where nobody waits for it. */
    readonly objectives?: readonly Objective[];
    /** Absent where every volume is dear, or there is none. */
    readonly spareVolume?: SpareVolume;
    readonly dashboards: readonly Dashboard[] | Lack;
    /** How people and programs reach it by its name. */
    readonly routes: readonly Page[] | Lack;
    /** How people sign on to it. */
    readonly signOn: AsClient | AtGateway | Lack;
    /** What is lost with its volumes, and who keeps a copy. */
    readonly backup: Backup | Lack;
    readonly sizing: Sizing | Lack;
    /** Who talks to it: `declared` in its namespace and by connections. */
    readonly flows: "declared" | Lack;
    readonly retention: readonly Keeping[] | Lack;
}

/** The answers of a system that is CRDs alone. */
export const ofDefinitions: Capabilities = {
    metrics: none("CRDs run nothing"),
    alerts: none("CRDs run nothing"),
    dashboards: none("CRDs run nothing"),
    routes: none("CRDs serve nothing"),
    signOn: none("nobody signs on to CRDs"),
    backup: none("the program writes them anew"),
    sizing: none("CRDs run nothing"),
    flows: none("CRDs talk to nobody"),
    retention: none("CRDs keep nothing"),
};

/** Whether what a system promises may be tried by breaking its pods on purpose. */
export function isTried({ objectives = [], spareVolume }: Capabilities): boolean {
    return (
        spareVolume !== undefined ||
        objectives.some(({ spared }) => spared === undefined || "butKilled" in spared)
    );
}

/** The pages of a system for which people sign on at the gateway. */
export function guardedPages({ routes }: Pick<Capabilities, "routes">): GuardedPage[] {
    return isLack(routes) ? [] : routes.filter((page) => page.guard !== "public");
}
