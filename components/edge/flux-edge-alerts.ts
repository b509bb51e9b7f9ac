/** What Flux on edge sites tells, and what is alerted on. Pure. */
import type { Alert } from "../base/alert";
import { type Dashboard, rates } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { intakePods, intakePorts } from "./edge-intake-manifests";
import { edgeJobs, SITE_LABEL } from "./edge-names";

const JOB = `job="${edgeJobs.flux}"`;
const errors = (matchers = "") => `controller_runtime_reconcile_errors_total{${JOB}${matchers}}`;

export const fluxEdgeScrapes: readonly Scrape[] = [
    {
        name: edgeJobs.flux,
        pods: intakePods,
        port: "remote-write",
        number: intakePorts.metrics,
        pushed: true,
        metrics: [
            {
                source: "controller-runtime v0.23: pkg/internal/controller/metrics/metrics.go",
                names: [
                    "controller_runtime_reconcile_errors_total",
                    "controller_runtime_reconcile_total",
                ],
            },
        ],
    },
];

export const fluxEdgeAlerts: readonly Alert[] = [
    {
        name: "EdgeDeliveryFailing",
        expression: `sum by (${SITE_LABEL}, controller) (increase(${errors()}[30m])) > 2`,
        for: "30m",
        severity: "warning",
        summary: `The edge site {{ $labels.${SITE_LABEL} }} does not deploy: {{ $labels.controller }}`,
        description:
            "What it has goes on. What is new in Git does not come to it: the repository cannot be read, " +
            "or what is in the site's folder cannot be applied.",
    },
];

export const fluxEdgeDashboards: readonly Dashboard[] = [
    {
        name: "edge-delivery",
        title: "Delivery to edge sites",
        purpose: "Whether sites read their repository and apply what is in it.",
        rows: [
            {
                title: "Flux",
                panels: [
                    rates(
                        "Reconciliations",
                        `controller_runtime_reconcile_total{${JOB}}`,
                        `${SITE_LABEL}, controller`,
                    ),
                    rates("Failures", errors(), `${SITE_LABEL}, controller`),
                ],
            },
        ],
    },
];
