import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect, type End } from "../base/connection";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { atGateway } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import type { SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { rookCeph } from "../storage/rook-ceph";
import type { Storage } from "../storage/ceph-cluster";
import { tektonParts, tektonPorts } from "../../operators/tekton-parts";
import { tektonAlerts, tektonScrapes } from "./tekton-alerts";
import { KEPT_DAYS, tektonConfig, tektonNamespaces } from "./tekton-config";
import {
    dashboard,
    dashboardAccess,
    dashboardPods,
    TEKTON_DASHBOARD,
    tektonPage,
} from "./tekton-dashboard";
import { tektonDashboards } from "./tekton-dashboards";
import { ofBuilds, ofOperator, ofPipelines } from "./tekton-namespaces";
import {
    operatorPods,
    operatorValues,
    operatorWebhookPods,
    patchedOperator,
} from "./tekton-operator";
import { pipeline, pruning } from "./tekton-pipeline";
import { routeBuilds } from "./tekton-routes";
import { buildSecretObjects, configuredSecrets } from "./tekton-secrets";
import { tektonFaults, tektonSettings } from "./tekton-settings";
import { stepPods } from "./tekton-steps";
import { tasks } from "./tekton-tasks";
import {
    buildAccess,
    eventListener,
    LISTENER,
    listenerPods,
    triggerTemplate,
} from "./tekton-triggers";

const NEEDS_BUILDS = "it needs a repository and a registry of yours (systems.tekton.builds)";

/** Images from commits. */
export const tekton = define({
    name: "tekton",
    layer: "delivery",
    purpose: "makes images of commits: tested, built without rights, scanned, signed, pushed",
    origin: "002.3.1: pipelines with scans and gates",
    charts: {
        tektonOperator: chart(
            "tekton-operator",
            "0.81.1",
            "oci://ghcr.io/tektoncd/operator/charts",
        ),
    },
    images: {
        dashboard: image(
            "ghcr.io/tektoncd/dashboard/dashboard-9623576a202fe86c8b7d1bc489905f86",
            "v0.71.0",
        ),
        clone: image("ghcr.io/tektoncd-catalog/git-clone", "v1.7.0"),
        builder: image("docker.io/paketobuildpacks/builder-jammy-base", "0.4.610"),
        run: image("docker.io/paketobuildpacks/run-jammy-base", "0.1.249"),
        scanner: image("ghcr.io/aquasecurity/trivy", "0.72.0"),
        cosign: image("ghcr.io/sigstore/cosign/cosign", "v3.0.4"),
        tkn: image(
            "ghcr.io/tektoncd/plumbing/tkn@sha256",
            "233de6c8b8583a34c2379fa98d42dba739146c9336e8d41b66030484357481ed",
        ),
    },
    // Without trivyOperator nobody answers the scan, and so no image is pushed.
    needs: [authelia, rookCeph],
    offIn: { dev: NEEDS_BUILDS, staging: NEEDS_BUILDS, prod: NEEDS_BUILDS },
    settings: tektonSettings,
    secrets: configuredSecrets,
    capabilities: {
        metrics: tektonScrapes,
        alerts: tektonAlerts,
        dashboards: tektonDashboards,
        routes: [
            { what: "webhooks of repositories, for their servers", guard: "public" },
            tektonPage,
        ],
        signOn: atGateway("it shows everybody who got in the same, and changes nothing"),
        backup: none("pipelines are written by the program; images are in their registry"),
        sizing: {
            by: "controllers follow the profile; the quota of the namespace bounds runs at a time",
        },
        flows: "declared",
        retention: [{ what: "runs of pipelines, with their logs", for: `${KEPT_DAYS}d` }],
    },
    check: (own) => tektonFaults(own),
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-13",
        resource: `EventListener/${tektonNamespaces.builds}/${LISTENER}`,
        reason: "Of the pod's template Triggers takes no class of priority (v0.37.0: pkg/reconciler/eventlistener/resources/deployment.go).",
        guard: "two listeners are on two nodes; a push that found none is sent again by hand from the page of its repository",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link Tekton}. */
export interface TektonArgs extends SystemContext<typeof tekton> {
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly storage: Storage;
}

/**
 * Tekton with a pipeline for each image: a push to a branch is fetched, tested, built as nobody,
 * scanned, signed and pushed. A critical vulnerability ends the run before the image has the name
 * that applications deploy from, so no sync can bring it into the cluster.
 */
export class Tekton extends System<typeof tekton> {
    /** Where people see runs. */
    readonly url: string;
    /** Pods that ask the scanner. */
    readonly scans: End;

    constructor(
        { gateway, guards, storage, ...context }: TektonArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        const operator = this.operator(replicas);
        const pipelines = this.pipelines(replicas);
        const builds = this.namespace(tektonNamespaces.builds, ofBuilds);
        const config = this.object(tektonConfig(replicas), {
            dependsOn: [
                ...this.definition("operator.tekton.dev/TektonConfig"),
                ...operator,
                ...pipelines.guardrails,
            ],
        });
        this.waitFor(config);
        const interceptors = connect("build-interceptors", {
            from: { namespace: builds, pods: listenerPods },
            to: {
                namespace: pipelines,
                pods: tektonParts.interceptors.labels,
                ports: [tektonPorts.webhook],
            },
        });
        const secrets = buildSecretObjects(builds, context, { parent: this });
        // Kinds of pipelines and triggers come with what the TektonConfig installs.
        const first = [...builds.guardrails, config];
        const write = (manifest: Manifest, ...needs: readonly pulumi.Resource[]) =>
            this.object(manifest, { dependsOn: [...first, ...needs] });
        const access = [...buildAccess, ...dashboardAccess].map((manifest) =>
            this.object(manifest, { dependsOn: [builds.object] }),
        );
        const images = {
            clone: tekton.images.clone.reference,
            builder: tekton.images.builder.reference,
            run: tekton.images.run.reference,
            scanner: tekton.images.scanner.reference,
            cosign: tekton.images.cosign.reference,
        };
        const steps = tasks(images, settings).map((manifest) => write(manifest, ...secrets));
        const templates = settings.builds.flatMap((build) => {
            const made = write(pipeline(build), ...steps);
            return [write(triggerTemplate(build, storage.storageClasses.block), made)];
        });
        const listener = write(
            eventListener(settings.builds, replicas),
            ...[...templates, ...secrets, ...access, ...interceptors, ...storage.ready],
        );
        this.budget(`el-${LISTENER}`, { namespace: builds, pods: listenerPods }, replicas);
        write(pruning(tekton.images.tkn.reference), ...access);
        for (const manifest of dashboard(tekton.images.dashboard.reference, replicas)) {
            write(manifest, ...access);
        }
        this.budget(TEKTON_DASHBOARD, { namespace: builds, pods: dashboardPods }, replicas);
        this.scans = { namespace: builds, pods: stepPods("scan") };
        this.url = routeBuilds({ site, gateway, guards }, builds, {
            parent: this,
            dependsOn: [listener],
        });
        this.observe(pipelines, builds);
    }

    /** The operator itself; returns what must run before anything is asked of it. */
    private operator(replicas: number): readonly pulumi.Resource[] {
        const namespace = this.namespace(tektonNamespaces.operator, ofOperator);
        this.budget("tekton-operator", { namespace, pods: operatorPods }, replicas);
        this.budget("tekton-operator-webhook", { namespace, pods: operatorWebhookPods }, replicas);
        return this.chart(tekton.charts.tektonOperator, {
            release: "tekton-operator",
            namespace,
            apiGroups: ["operator.tekton.dev"],
            patch: patchedOperator,
            values: operatorValues(replicas),
        }).ready;
    }

    /** Where the operator installs Tekton. */
    private pipelines(replicas: number): Namespace {
        const namespace = this.namespace(tektonNamespaces.pipelines, ofPipelines);
        for (const { name, labels } of Object.values(tektonParts)) {
            this.budget(name, { namespace, pods: labels }, replicas);
        }
        return namespace;
    }
}
