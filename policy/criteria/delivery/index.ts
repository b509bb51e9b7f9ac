/** Category CI: delivery. */
import type { Criterion } from "../../kernel/criterion";
import { applications } from "./applications";
import { rollouts } from "./rollouts";

export const delivery: readonly Criterion[] = [applications, rollouts];
