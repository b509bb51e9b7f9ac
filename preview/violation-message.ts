/** What a policy says, without what the SDK and the engine put around it. */

/** A policy that did not run is reported so, as an advisory: pitfall P25. */
const BROKEN = "can't run policy";

/** Whether a message says that a policy did not run. */
export function isBroken(message: string): boolean {
    return message.includes(BROKEN);
}

/**
 * The message of a diagnostic. The SDK puts the policy's description and a line break before it,
 * but for a policy that could not run, whose reason may have several lines.
 */
export function messageOf(text: string): string {
    const trimmed = text.trim();
    return isBroken(trimmed)
        ? trimmed.slice(trimmed.indexOf(BROKEN)).replace(/\s+/g, " ")
        : (trimmed.split("\n").at(-1) ?? "");
}
