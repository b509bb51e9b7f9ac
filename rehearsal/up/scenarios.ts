/** What is rehearsed, in the order in which it follows; each begins with what the one before left. */
import type { Scenario } from "./scenario";
import { KILLED, LOST } from "./scenarios-killed";
import { NODES } from "./scenarios-nodes";
import { OPERATIONS } from "./scenarios-operations";
import { FIRST, LAST } from "./scenarios-update";

/** Those that are run, in order. */
export const SCENARIOS: readonly Scenario[] = [
    ...FIRST,
    ...NODES,
    ...OPERATIONS,
    ...LOST,
    ...LAST,
    ...KILLED,
];
