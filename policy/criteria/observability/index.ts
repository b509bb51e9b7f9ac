/** Category OBS: observability. */
import type { Criterion } from "../../kernel/criterion";
import { alertRouting } from "./alert-routing";
import { alerts } from "./alert-quality";
import { expiryAlerts } from "./expiry";
import { hubble } from "./hubble";
import { metricsStorage } from "./metrics-storage";
import { namedAlerts } from "./named-alerts";
import { scraping } from "./scraping";

export const observability: readonly Criterion[] = [
    scraping,
    metricsStorage,
    alerts,
    alertRouting,
    hubble,
    expiryAlerts,
    namedAlerts,
];
