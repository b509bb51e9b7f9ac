/** Category TEN: multi-tenancy. */
import type { Criterion } from "../../kernel/criterion";
import { quotaAdmits } from "./quota-admits";
import { quotas } from "./quota-and-limits";
import { tenantsApart } from "./tenants";
import { virtualClusters } from "./virtual-clusters";

export const multiTenancy: readonly Criterion[] = [
    quotas,
    tenantsApart,
    virtualClusters,
    quotaAdmits,
];
