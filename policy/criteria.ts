/** Every criterion of the pack, in the order of the scorecard. */
import { quotaAdmits, requestsMatchNodes, spareNode, volumes } from "./capacity";
import { compliance } from "./compliance";
import { budget, prices, rightSizing } from "./cost";
import { delivery } from "./delivery";
import { disasterRecovery } from "./disaster-recovery";
import { documentation } from "./documentation";
import { highAvailability } from "./high-availability";
import { infrastructureAsCode } from "./infrastructure-as-code";
import type { Criterion } from "./machinery/criterion";
import { multiTenancy } from "./multi-tenancy";
import { observability } from "./observability";
import { references } from "./references";
import { security } from "./security";

export const criteria: readonly Criterion[] = [
    ...infrastructureAsCode,
    ...highAvailability,
    spareNode,
    volumes,
    references,
    ...disasterRecovery,
    ...observability,
    ...security,
    ...delivery,
    ...multiTenancy,
    quotaAdmits,
    ...compliance,
    prices,
    requestsMatchNodes,
    rightSizing,
    budget,
    ...documentation,
];
