/** Stacks with which the criteria about systems of their own are content. */
import { auditLog } from "../../policy/criteria/compliance/audit-log";
import { benchmark } from "../../policy/criteria/compliance/benchmark";
import { reports } from "../../policy/criteria/compliance/reports";
import { prices } from "../../policy/criteria/cost/prices";
import { rightSizing } from "../../policy/criteria/cost/right-sizing";
import { delivery } from "../../policy/criteria/delivery";
import { backupAlerts } from "../../policy/criteria/disaster-recovery/alerts";
import { coverage } from "../../policy/criteria/disaster-recovery/coverage";
import { databaseBackups } from "../../policy/criteria/disaster-recovery/databases";
import { backupEncryption } from "../../policy/criteria/disaster-recovery/encryption";
import { etcdSnapshots } from "../../policy/criteria/disaster-recovery/etcd";
import { locations } from "../../policy/criteria/disaster-recovery/locations";
import { recoveryObjectives } from "../../policy/criteria/disaster-recovery/objectives";
import { restoreTests } from "../../policy/criteria/disaster-recovery/restore-tests";
import { backupTiers } from "../../policy/criteria/disaster-recovery/tiers";
import { alertRunbooks } from "../../policy/criteria/documentation/alert-runbooks";
import { documentCriteria } from "../../policy/criteria/documentation/documents";
import type { Criterion } from "../../policy/kernel/criterion";
import { alertRouting } from "../../policy/criteria/observability/alert-routing";
import { alertQuality } from "../../policy/criteria/observability/alert-quality";
import { dashboards } from "../../policy/criteria/observability/dashboards";
import { expiryAlerts } from "../../policy/criteria/observability/expiry";
import { logs } from "../../policy/criteria/observability/logs";
import { metricsStorage } from "../../policy/criteria/observability/metrics-storage";
import { namedAlerts } from "../../policy/criteria/observability/named-alerts";
import { scraping } from "../../policy/criteria/observability/scraping";
import { serviceLevels } from "../../policy/criteria/observability/service-levels";
import { traces } from "../../policy/criteria/observability/traces";
import { routeExposure } from "../../policy/criteria/security/exposure";
import { keyRenewal } from "../../policy/criteria/security/key-renewal";
import { listeners } from "../../policy/criteria/security/listeners";
import { mesh } from "../../policy/criteria/security/mesh";
import { runtimeDetection } from "../../policy/criteria/security/runtime";
import { scans } from "../../policy/criteria/security/scans";
import type { Parts } from "./change";
import { platform } from "./harness";
import { databaseParts, repositoryPassword, snapshotJob, veleroParts } from "./sound-backups";
import { restoreParts } from "./sound-restores";
import { gatewayParts } from "./sound-gateway";
import { loggedParts } from "./sound-logs";
import { tracedParts } from "./sound-traces";
import {
    allAlerts,
    libraryOf,
    prometheusParts,
    routedParts,
    runbooks,
    scrapedParts,
} from "./sound-monitoring";
import { dashboardParts, serviceLevelParts } from "./sound-observability";
import {
    benchmarkParts,
    collectorParts,
    deliveryParts,
    falcoParts,
    meshParts,
    priceParts,
    reportParts,
    scannerParts,
    sealingController,
    sizingParts,
} from "./sound-systems";

interface SoundStack {
    readonly criteria: readonly Criterion[];
    readonly parts: Parts;
}

/** By what they hold. */
export const soundStacks: Readonly<Record<string, SoundStack>> = {
    backups: {
        criteria: [
            backupTiers,
            coverage,
            backupEncryption,
            locations,
            recoveryObjectives(runbooks),
        ],
        parts: { ...veleroParts, secret: repositoryPassword },
    },
    "databases and etcd": {
        criteria: [databaseBackups, etcdSnapshots, recoveryObjectives(runbooks), backupAlerts],
        parts: { ...databaseParts, ...prometheusParts, job: snapshotJob, alerts: allAlerts },
    },
    restores: {
        criteria: [restoreTests],
        parts: { ...veleroParts, ...databaseParts, ...prometheusParts, ...restoreParts },
    },
    dashboards: { criteria: [dashboards], parts: dashboardParts },
    "service levels": { criteria: [serviceLevels], parts: serviceLevelParts },
    monitoring: {
        criteria: [
            metricsStorage,
            alertQuality(runbooks),
            alertRunbooks(runbooks),
            expiryAlerts,
            namedAlerts,
        ],
        parts: { ...prometheusParts, platform: platform(), alerts: allAlerts },
    },
    "routed alerts": { criteria: [alertRouting], parts: routedParts },
    "scraped pods": { criteria: [scraping], parts: scrapedParts },
    "a gateway": { criteria: [listeners, routeExposure({})], parts: gatewayParts },
    "a mesh": { criteria: [mesh], parts: meshParts },
    "a scanner": { criteria: [scans], parts: scannerParts },
    "a sensor": { criteria: [runtimeDetection], parts: falcoParts },
    "sealed secrets": {
        criteria: [keyRenewal],
        parts: { controller: sealingController("--key-renew-period", "720h") },
    },
    delivery: { criteria: delivery, parts: deliveryParts },
    "collected logs": { criteria: [auditLog], parts: collectorParts },
    "logs that are read once": { criteria: [logs], parts: loggedParts },
    "traces that are sampled whole": { criteria: [traces], parts: tracedParts },
    "a benchmark": { criteria: [benchmark], parts: benchmarkParts },
    reports: { criteria: [reports], parts: reportParts },
    prices: { criteria: [prices], parts: priceParts },
    recommendations: { criteria: [rightSizing], parts: sizingParts },
};

/** Ids of the criteria that are judged there, and of those about documents. */
export const criteriaOfSystems: ReadonlySet<string> = new Set(
    [
        ...Object.values(soundStacks).flatMap(({ criteria }) => criteria),
        ...documentCriteria(libraryOf({})),
    ].map(({ id }) => id),
);
