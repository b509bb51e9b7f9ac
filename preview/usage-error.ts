/** Raised for a user's mistake; its message is all there is to say. */
export class UsageError extends Error {}
