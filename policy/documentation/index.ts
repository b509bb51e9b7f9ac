/** Category DOC: documentation. */
import type { Criterion } from "../machinery/criterion";
import { runbooksOfAlerts } from "./alert-runbooks";
import { documents } from "./documents";

export const documentation: readonly Criterion[] = [runbooksOfAlerts, ...documents];
