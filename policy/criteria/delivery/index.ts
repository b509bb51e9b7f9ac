/** Category CI: delivery. */
import type { Criterion } from "../../kernel/criterion";
import { applications } from "./applications";
import { ownership } from "./ownership";
import { rollouts } from "./rollouts";

export const delivery: readonly Criterion[] = [applications, rollouts, ownership];
