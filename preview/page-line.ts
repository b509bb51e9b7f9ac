/** Who may open what by its name, as both previews tell of it. */
import { isRecord } from "../components/base/object";

/** Paths of a host, and who may open them. */
export interface PageLine {
    readonly host: string;
    readonly paths: readonly string[];
    /** What people show first: nothing, a password, or a second factor as well; or a certificate. */
    readonly guard: string;
    /** Groups of the directory whose people get in; none where everybody does. */
    readonly groups: readonly string[];
    /** Why everybody does. */
    readonly reason?: string;
}

/** Types of the components that stand for routes; behind the latter TLS ends. */
const ROUTES: ReadonlySet<string> = new Set([
    "platform:gateway:Route",
    "platform:gateway:PassthroughRoute",
]);

/** Whether a component stands for something that is reached by its name. */
export function isPage(type: string): boolean {
    return ROUTES.has(type);
}

function texts(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : [];
}

/** The line of a route component, from its inputs. */
export function toPageLine(inputs: Readonly<Record<string, unknown>>): PageLine {
    const access = isRecord(inputs.access) ? inputs.access : {};
    return {
        host: String(inputs.host),
        paths: texts(inputs.paths),
        guard: String(access.guard),
        groups: texts(access.groups),
        ...(typeof access.reason === "string" ? { reason: access.reason } : {}),
    };
}

const SHOWN: Readonly<Record<string, string>> = {
    "sign-on": "with their password",
    "second factor": "with their password and a second factor",
    certificate: "with the certificate in their kubeconfig",
};

/** Who may open it and how, in words. */
export function whoMayOpen({ guard, groups, reason }: PageLine): string {
    if (guard === "public") {
        return `anybody: ${reason ?? "no reason is given"}`;
    }
    const people = groups.map((group) => `\`${group}\``).join(" or ");
    return `people of ${people} ${SHOWN[guard] ?? `(${guard})`}`;
}

/** Where it is: the host, and its paths unless they are all. */
export function placeOf({ host, paths }: PageLine): string {
    return paths.length === 1 && paths[0] === "/"
        ? host
        : paths.map((path) => `${host}${path}`).join(", ");
}
