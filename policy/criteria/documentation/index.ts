/** Category DOC: documentation. */
import type { Criterion } from "../../kernel/criterion";
import { runbooksOfAlerts } from "./alert-runbooks";
import { documents } from "./documents";

export const documentation: readonly Criterion[] = [runbooksOfAlerts, ...documents];
