/** Every criterion of the pack, in the order of the scorecard. */
import type { Criterion } from "./machinery/criterion";

export const criteria: readonly Criterion[] = [];
