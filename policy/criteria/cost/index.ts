/** Category COST: cost. */
import type { Criterion } from "../../kernel/criterion";
import { budget } from "./budget";
import { prices } from "./prices";
import { rightSizing } from "./right-sizing";
import { requestsMatchNodes } from "./utilization";

export const cost: readonly Criterion[] = [prices, requestsMatchNodes, rightSizing, budget];
