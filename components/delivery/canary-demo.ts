import type * as pulumi from "@pulumi/pulumi";
import { type GuardedPage, none } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { argoRollouts } from "./argo-rollouts";
import { canaryDemoAlerts, canaryDemoScrapes } from "./canary-demo-alerts";
import { canaryDemoDashboards } from "./canary-demo-dashboards";
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

/** An application that goes out as a canary. */
export const canaryDemo = define({
    name: "canaryDemo",
    layer: "delivery",
    purpose: "a page whose new versions go out as a canary, to see and to try that",
    origin: "004.5.3: the example of a canary",
    charts: {},
    images: { podinfo: image("ghcr.io/stefanprodan/podinfo", "6.14.1") },
    needs: [argoRollouts, authelia],
    offIn: { dev: "argoRollouts is off there" },
    capabilities: {
        metrics: canaryDemoScrapes,
        alerts: canaryDemoAlerts,
        dashboards: canaryDemoDashboards,
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
