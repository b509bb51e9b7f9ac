import type * as pulumi from "@pulumi/pulumi";
import { runPods } from "../../operators/argo-workflows";
import { none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { GeneratedSecret } from "../base/secret";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { kubeflow, pipelinesImages, pipelinesPage } from "./kubeflow-definition";
import { kubeflowControllers, kubeflowExceptions } from "./kubeflow-exceptions";
import { dumpChecks, dumpClaim, dumpJob } from "./kubeflow-dumps";
import { mysqlChecks, mysqlConfiguration, mysqlServer } from "./kubeflow-mysql";
import { launcherConfiguration, proxyConfiguration } from "./kubeflow-pipelines-configuration";
import {
    DATABASE_SECRET,
    databaseKeys,
    parts,
    PIPELINES,
    pipelinesPods,
    pipelinesPorts,
    pipelinesServices,
    workflowControllerPods,
} from "./kubeflow-pipelines-names";
import {
    pipelinesDeployment,
    pipelinesServiceObjects,
    replicasOf,
} from "./kubeflow-pipelines-objects";
import { pipelinesRights } from "./kubeflow-pipelines-rights";
import { pipelinesApi, pipelinesFlows, pipelinesWays } from "./kubeflow-pipelines-ways";
import { torchRuntime } from "./kubeflow-runtime";
import {
    jobSetPatch,
    jobSetPods,
    jobSetValues,
    TRAINER,
    TRAINER_NAMESPACE,
    trainerCertificates,
    trainerPatch,
    trainerPods,
    trainerPorts,
    trainerValues,
} from "./kubeflow-trainer";
import { WORKFLOWS, workflowPatch, workflowValues } from "./kubeflow-workflows";

/** Arguments of {@link Kubeflow}. */
export interface KubeflowArgs extends SystemContext<typeof kubeflow> {
    /** The authority of the webhooks, and what writes it into them. */
    readonly certificates: readonly pulumi.Resource[];
    readonly storage: Storage;
    /** Where its page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/**
 * Trainer with JobSet, which runs what it makes, and a runtime for PyTorch; and Pipelines with the
 * controller of Argo Workflows (docs/models.md). Istio, Dex, Knative and whatever else Kubeflow's
 * distribution brings along are not here: the platform has its own.
 */
export class Kubeflow extends System<typeof kubeflow> {
    /** Where programs write pipelines and begin runs. */
    readonly api: Endpoint;
    /** Where people find Pipelines; undefined where they cannot. */
    readonly url: string | undefined;

    constructor(args: KubeflowArgs, opts: pulumi.ComponentResourceOptions) {
        const { certificates, gateway, guards, ...context } = args;
        super(context, { exceptions: kubeflowExceptions, controllers: kubeflowControllers }, opts);
        const { site } = context;
        const isRouted = gateway !== undefined && guards !== undefined;
        const training = this.training(certificates, site.replicas("serving"));
        const namespace = this.place(context.settings, isRouted);
        this.api = pipelinesApi(namespace);
        this.pipelines(args, namespace);
        this.observe(namespace, training);
        if (isRouted) {
            this.url = new Route(
                "kubeflow-pipelines",
                {
                    ...{ site, gateway, paths: ["/"] },
                    host: `${pipelinesPage.host}.${site.domain}`,
                    guard: { signOn: guards, page: pipelinesPage },
                    ...{ service: pipelinesServices.page, port: 80 },
                    to: {
                        namespace,
                        pods: pipelinesPods("ml-pipeline-ui"),
                        ports: [pipelinesPorts.page],
                    },
                },
                { parent: this },
            ).url;
        }
        this.registerOutputs({ url: this.url });
    }

    /** Trainer, JobSet and the runtime. */
    private training(certificates: readonly pulumi.Resource[], replicas: number): Namespace {
        const { jobSet, torch } = kubeflow.images;
        const namespace = this.namespace(TRAINER_NAMESPACE, {
            tier: "platform",
            backup: none("its controllers keep nothing"),
            flows: [
                toApiServer(),
                ...[trainerPods, jobSetPods].map((pods) => ({
                    name: "webhook",
                    pods,
                    from: "api-server" as const,
                    ports: [trainerPorts.webhook],
                })),
            ],
        });
        const signed = trainerCertificates.map((certificate) =>
            this.object(certificate, { dependsOn: [...certificates, namespace.object] }),
        );
        const jobs = this.chart(kubeflow.charts.jobSet, {
            release: "jobset",
            namespace,
            apiGroups: ["jobset.x-k8s.io"],
            needs: signed,
            patch: jobSetPatch,
            values: jobSetValues(replicas, { name: jobSet.repository, tag: jobSet.tag }),
        });
        const trainer = this.chart(kubeflow.charts.trainer, {
            release: TRAINER,
            namespace,
            apiGroups: ["trainer.kubeflow.org"],
            // It watches JobSets from its first moment.
            needs: [...signed, ...jobs.ready, ...jobs.definitions.values()],
            patch: trainerPatch,
            values: trainerValues(replicas),
        });
        this.waitFor(
            this.object(torchRuntime(torch.reference), {
                dependsOn: [...trainer.ready, ...trainer.definitions.values()],
            }),
        );
        this.budget(TRAINER, { namespace, pods: trainerPods }, replicas);
        this.budget("jobset", { namespace, pods: jobSetPods }, replicas);
        return namespace;
    }

    /** The namespace of Pipelines, with room for its parts, one more of each during an update, and steps. */
    private place({ runs, steps, memory }: KubeflowArgs["settings"], routed: boolean): Namespace {
        const pods = runs * steps;
        return this.namespace(PIPELINES, {
            tier: "app",
            backup: 1,
            restoreCheck: [...mysqlChecks, ...dumpChecks],
            routed,
            quota: {
                pods: `${24 + pods}`,
                "requests.cpu": `${Math.ceil(2 + pods * 0.25)}`,
                "requests.memory": `${6 + pods}Gi`,
                "limits.memory": `${16 + pods * (memory + 1)}Gi`,
            },
            flows: pipelinesFlows,
        });
    }

    /** The database, its dumps, the controller of workflows and the parts of Pipelines. */
    private pipelines({ storage, ...context }: KubeflowArgs, namespace: Namespace): void {
        const { site, settings, pods } = context;
        const { images } = kubeflow;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const first = { dependsOn: [namespace.object] };
        const kept = site.protect ? { protect: true, retainOnDelete: true } : {};
        const credentials = new GeneratedSecret(
            "kubeflow-mysql",
            {
                namespace,
                secretName: DATABASE_SECRET,
                generate: {
                    [databaseKeys.user]: { length: 40 },
                    [databaseKeys.root]: { length: 40 },
                },
                rotation: { owner: "platform-admin", days: 3650 },
                renewal: {
                    how: "by hand",
                    why: "MySQL reads both when it is empty, and from then on knows their digests",
                    runbook: "docs/runbooks/rotate-secrets.md",
                },
            },
            inside,
        );
        const bucket = new Bucket(
            "kubeflow-artifacts",
            {
                ...{ ...context, namespace, storage },
                clients: [pipelinesPods("ml-pipeline"), pipelinesPods("ml-pipeline-ui"), runPods],
                size: settings.artifacts,
                retention: { deletedBy: "people, who delete what they no longer want to look at" },
            },
            inside,
        );
        const database = {
            image: images.mysql.reference,
            size: settings.database,
            storageClass: storage.storageClasses.block,
        };
        const needs = [
            ...[...pods, ...namespace.guardrails, ...pipelinesWays(namespace)],
            ...[credentials.object, ...bucket.ready, ...storage.ready],
            ...[
                ...[mysqlConfiguration, ...pipelinesServiceObjects],
                ...[launcherConfiguration(bucket), proxyConfiguration],
                ...pipelinesRights(bucket.accessKey.secretName),
            ].map((manifest) => this.object(manifest, first)),
        ];
        const server = this.object(mysqlServer(database), { ...kept, dependsOn: needs });
        const dumps = this.object(dumpClaim(database), { ...kept, dependsOn: needs });
        this.object(dumpJob(database), { dependsOn: [server, dumps] });
        const kinds = this.chart(kubeflow.charts.pipelines, {
            apiGroups: ["kubeflow.org"],
            values: {},
        });
        const workflows = this.chart(kubeflow.charts.workflows, {
            release: WORKFLOWS,
            namespace,
            apiGroups: ["argoproj.io"],
            needs,
            patch: workflowPatch,
            values: workflowValues({ ...settings, replicas, launcher: pipelinesImages.launcher }),
        });
        this.budget(WORKFLOWS, { namespace, pods: workflowControllerPods }, replicas);
        const of = {
            bucket,
            replicas,
            images: pipelinesImages,
        };
        const dependsOn = [
            server,
            ...kinds.definitions.values(),
            ...workflows.definitions.values(),
        ];
        for (const part of parts) {
            this.waitFor(this.object(pipelinesDeployment(of, part), { dependsOn }));
            this.budget(part, { namespace, pods: pipelinesPods(part) }, replicasOf(part, replicas));
        }
    }
}
