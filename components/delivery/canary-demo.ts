import type * as pulumi from "@pulumi/pulumi";
import type { Alert } from "../base/alert";
import { type GuardedPage, none } from "../base/capabilities";
import { answering, type Dashboard, lines, rates, slowest } from "../base/dashboard";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import type { Scrape } from "../base/scrape";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { analysedMetrics } from "./analysis";
import { argoRollouts } from "./argo-rollouts";
import {
    CANARY_DEMO,
    canaryDemoPods,
    canaryDemoPorts,
    NEW_VERSION,
    rollout,
    service,
} from "./canary-demo-objects";

const page: GuardedPage = {
    what: "a page that goes out as a canary, which shows its version",
    host: "canary",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer"],
};

const scrapes: readonly Scrape[] = [
    {
        name: CANARY_DEMO,
        pods: canaryDemoPods,
        port: "metrics",
        number: canaryDemoPorts.metrics,
        metrics: [
            {
                source: "podinfo 6.14.1: pkg/api/http/metrics.go",
                names: Object.values(analysedMetrics),
            },
        ],
    },
];

const JOB = `job="${CANARY_DEMO}"`;

const alerts: readonly Alert[] = [
    {
        name: "CanaryDemoDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "The page that shows how new versions go out does not answer",
        description:
            "Nobody depends on it, but what stops it may stop others: it is an ordinary application.",
    },
];

const dashboards: readonly Dashboard[] = [
    {
        name: CANARY_DEMO,
        title: "A canary",
        purpose:
            "What the analysis of a new version sees: requests, errors and answers of each pod.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("Requests", `${analysedMetrics.requests}{${JOB}}`, "pod"),
                    lines(
                        "Part that failed",
                        `sum by (pod) (rate(${analysedMetrics.requests}{${JOB}, status=~"5.."}[$__rate_interval])) / sum by (pod) (rate(${analysedMetrics.requests}{${JOB}}[$__rate_interval]))`,
                        "{{ pod }}",
                        { unit: "percentunit" },
                    ),
                    slowest(
                        "Slowest of a hundred answers",
                        `${analysedMetrics.duration}{${JOB}}`,
                        "pod",
                    ),
                    answering(CANARY_DEMO),
                ],
            },
        ],
    },
];

/** An application that goes out as a canary. */
export const canaryDemo = define({
    name: "canaryDemo",
    layer: "delivery",
    purpose: "a page whose new versions go out as a canary, to see and to try that",
    charts: {},
    images: { podinfo: image("ghcr.io/stefanprodan/podinfo", "6.14.1") },
    needs: [argoRollouts, authelia],
    offIn: { dev: "argoRollouts is off there" },
    capabilities: {
        metrics: scrapes,
        alerts,
        dashboards,
        routes: [page],
        signOn: atGateway("nothing: it shows everybody the same page"),
        backup: none("it keeps nothing"),
        sizing: { by: "replicas follow the profile" },
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

/** Arguments of {@link CanaryDemo}. */
export interface CanaryDemoArgs extends SystemContext<typeof canaryDemo> {
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    /** Takes new versions out and back. */
    readonly rollouts: { readonly ready: readonly pulumi.Resource[] };
}

/**
 * podinfo as a Rollout: a new image or setting goes to 20, then 50 of a hundred requests, and comes
 * back when more than 5 of a hundred fail or answers are slow (`analysis.ts`).
 */
export class CanaryDemo extends System<typeof canaryDemo> {
    /** Where people open it. */
    readonly url: string;

    constructor(
        { gateway, guards, rollouts, ...context }: CanaryDemoArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(CANARY_DEMO, {
            tier: "app",
            backup: none("it keeps nothing"),
            routed: true,
            flows: [],
        });
        const services = [CANARY_DEMO, NEW_VERSION].map((name) =>
            // Rollouts adds the digest of one version to the selector.
            this.object(service(name), {
                dependsOn: [namespace.object],
                ignoreChanges: ["spec.selector"],
            }),
        );
        const own = { namespace, pods: canaryDemoPods };
        const route = new Route(
            CANARY_DEMO,
            {
                ...{ site, gateway, host: `${page.host}.${site.domain}`, paths: ["/"] },
                guard: { signOn: guards, page },
                ...{ service: CANARY_DEMO, port: 80, canary: NEW_VERSION },
                to: { ...own, ports: [canaryDemoPorts.page] },
            },
            { parent: this },
        );
        this.object(rollout(canaryDemo.images.podinfo.reference, replicas), {
            dependsOn: [
                ...namespace.guardrails,
                ...services,
                ...route.ready,
                ...rollouts.ready,
                ...context.pods,
            ],
        });
        this.budget(CANARY_DEMO, own, replicas);
        this.observe(namespace);
        this.url = route.url;
    }
}
