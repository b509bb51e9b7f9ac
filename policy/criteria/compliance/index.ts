/** Category CMP: compliance. */
import type { Criterion } from "../../kernel/criterion";
import { auditLog } from "./audit-log";
import { benchmark } from "./benchmark";
import { labels } from "./labels";
import { reports } from "./reports";
import { retention } from "./retention";

export const compliance: readonly Criterion[] = [auditLog, benchmark, reports, labels, retention];
