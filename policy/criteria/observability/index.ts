/** Category OBS: observability. */
import type { Criterion } from "../../kernel/criterion";
import { alertRouting } from "./alert-routing";
import { alerts } from "./alert-quality";
import { expiryAlerts } from "./expiry";
import { hubble } from "./hubble";
import { logs } from "./logs";
import { metricsStorage } from "./metrics-storage";
import { namedAlerts } from "./named-alerts";
import { scraping } from "./scraping";

export const observability: readonly Criterion[] = [
    scraping,
    metricsStorage,
    logs,
    alerts,
    alertRouting,
    hubble,
    expiryAlerts,
    namedAlerts,
];
