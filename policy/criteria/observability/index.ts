/** Category OBS: observability. */
import type { Criterion } from "../../kernel/criterion";
import { alertRouting } from "./alert-routing";
import { alerts } from "./alert-quality";
import { dashboards } from "./dashboards";
import { expiryAlerts } from "./expiry";
import { hubble } from "./hubble";
import { logs } from "./logs";
import { metricsStorage } from "./metrics-storage";
import { namedAlerts } from "./named-alerts";
import { scraping } from "./scraping";
import { serviceLevels } from "./service-levels";
import { traces } from "./traces";

export const observability: readonly Criterion[] = [
    scraping,
    dashboards,
    metricsStorage,
    logs,
    traces,
    alerts,
    alertRouting,
    serviceLevels,
    hubble,
    expiryAlerts,
    namedAlerts,
];
