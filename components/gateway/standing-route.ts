/** A route as whoever asks it from outside sees it. Pure: no Pulumi. */

/** What a route answers to a question without any credentials, when all is well. */
export interface Answer {
    /** What is asked for; a path of the route. */
    readonly path: string;
    /** Codes of HTTP that say so. */
    readonly statuses: readonly number[];
    /** Regular expression (RE2) on the body. */
    readonly body?: string;
    /** Address of the login to which people are sent, as its browsers see it. */
    readonly login?: string;
}

/** A route that stands. */
export interface StandingRoute {
    readonly namespace: string;
    readonly name: string;
    readonly host: string;
    readonly answer: Answer;
}

/** Whoever has a public route that wants credentials of its own says so with 401. */
const OPEN = [200, 201, 202, 203, 204, 401];
/** What sends a browser elsewhere for now: after a GET, and after anything else. */
const ELSEWHERE = [302, 303];

/**
 * What a route answers unless it says otherwise.
 *
 * @param login where people sign on; undefined for a route that anybody may open
 */
export function usualAnswer(path: string, login: string | undefined): Answer {
    return login === undefined ? { path, statuses: OPEN } : { path, statuses: ELSEWHERE, login };
}
