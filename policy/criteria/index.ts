/** Every criterion of the pack, in the order of the scorecard. */
import type { Criterion } from "../kernel/criterion";
import { knowingAbsence } from "./absence";
import { compliance } from "./compliance";
import { cost } from "./cost";
import { delivery } from "./delivery";
import { disasterRecovery } from "./disaster-recovery";
import { documentation } from "./documentation";
import { highAvailability } from "./high-availability";
import { infrastructureAsCode } from "./infrastructure-as-code";
import { multiTenancy } from "./multi-tenancy";
import { observability } from "./observability";
import { security } from "./security";

export const criteria: readonly Criterion[] = knowingAbsence([
    ...infrastructureAsCode,
    ...highAvailability,
    ...disasterRecovery,
    ...observability,
    ...security,
    ...delivery,
    ...multiTenancy,
    ...compliance,
    ...cost,
    ...documentation,
]);
