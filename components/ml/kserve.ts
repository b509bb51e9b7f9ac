import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { awaitingAuthority } from "../base/webhooks";
import { certManager } from "../security/cert-manager";
import { kserveAlerts, kserveDashboards, kserveScrapes } from "./kserve-alerts";
import {
    KSERVE,
    kservePatch,
    kservePods,
    kservePorts,
    kserveValues,
    runtimePatch,
    runtimeValues,
} from "./kserve-values";

/** Models behind an address. */
export const kserve = define({
    name: "kserve",
    layer: "ml",
    purpose: "serves models: a Deployment, a Service and a size that follows the load for each",
    origin: "002.4.2: serving, two versions against each other",
    charts: {
        crds: chart("kserve-crd", "v0.20.0", "oci://ghcr.io/kserve/charts"),
        controller: chart("kserve-resources", "v0.20.0", "oci://ghcr.io/kserve/charts"),
        runtimes: chart("kserve-runtime-configs", "v0.20.0", "oci://ghcr.io/kserve/charts"),
    },
    needs: [certManager],
    offIn: { dev: "a small site has no room for models" },
    capabilities: {
        metrics: kserveScrapes,
        alerts: kserveAlerts,
        dashboards: kserveDashboards,
        routes: none("whoever publishes a model writes its route, which says who gets in"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: models are in buckets, InferenceServices with their teams"),
        sizing: none("one of two leads; each model has a size of its own"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

/** Arguments of {@link KServe}. */
export interface KServeArgs extends SystemContext<typeof kserve> {
    /** The authority of the webhook's certificate, and what writes it into the webhooks. */
    readonly certificates: readonly pulumi.Resource[];
}

/** KServe's controllers and the runtimes that models may name (docs/models.md). */
export class KServe extends System<typeof kserve> {
    constructor({ certificates, ...context }: KServeArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(KSERVE, {
            tier: "platform",
            backup: none("it keeps nothing"),
            flows: [
                toApiServer(kservePods),
                {
                    name: "webhook",
                    pods: kservePods,
                    from: "api-server",
                    ports: [kservePorts.webhook],
                },
            ],
        });
        const crds = this.chart(kserve.charts.crds, {
            release: "kserve-crd",
            namespace,
            apiGroups: ["serving.kserve.io"],
            values: {},
        });
        const controller = this.chart(kserve.charts.controller, {
            release: KSERVE,
            namespace,
            needs: [...certificates, ...crds.ready, ...crds.definitions.values()],
            patch: (manifest) => {
                const patched = kservePatch(manifest, replicas);
                return patched?.kind.endsWith("WebhookConfiguration") === true
                    ? awaitingAuthority(patched)
                    : patched;
            },
            values: kserveValues(site.domain),
        });
        // Its webhook judges runtimes.
        this.chart(kserve.charts.runtimes, {
            release: "kserve-runtimes",
            namespace,
            needs: [...controller.ready, ...crds.definitions.values()],
            patch: runtimePatch,
            values: runtimeValues(),
        });
        this.budget(KSERVE, { namespace, pods: kservePods }, replicas);
        this.observe(namespace);
    }
}
