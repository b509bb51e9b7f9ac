import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart, image } from "../base/pins";
import { System } from "../base/system";
import { certManager } from "../security/cert-manager";
import { kubeflowAlerts, kubeflowDashboards, kubeflowScrapes } from "./kubeflow-alerts";
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

const OTHERS_DO = "MLflow, Airflow, KServe and JupyterHub train, track and serve models";

/** The parts of Kubeflow that stand by themselves. */
export const kubeflow = define({
    name: "kubeflow",
    layer: "ml",
    purpose: "trains models on several nodes at once, with Kubeflow's Trainer",
    origin: "002.4.2: Kubeflow or MLflow; trainings over several nodes",
    charts: {
        // The release that Trainer 2.2.1 is built against (its go.mod).
        jobSet: chart("jobset", "0.11.1", "oci://registry.k8s.io/jobset/charts"),
        trainer: chart("kubeflow-trainer", "2.2.1", "oci://ghcr.io/kubeflow/charts"),
    },
    images: {
        jobSet: image("registry.k8s.io/jobset/jobset", "v0.11.1"),
        // The one of Trainer's own runtime (kubeflow/trainer v2.2.1: torch_distributed.yaml).
        torch: image("docker.io/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime"),
    },
    needs: [certManager],
    offIn: { dev: OTHERS_DO, staging: OTHERS_DO, prod: OTHERS_DO },
    capabilities: {
        metrics: kubeflowScrapes,
        alerts: kubeflowAlerts,
        dashboards: kubeflowDashboards,
        routes: none("whoever trains writes a TrainJob"),
        signOn: none("nobody signs on to it"),
        backup: none("TrainJobs are with their teams, what they make in buckets of theirs"),
        sizing: none("one of two leads; each TrainJob says its nodes"),
        flows: "declared",
        retention: [{ what: "pods of trainings that have ended", for: "24h" }],
    },
});

/** Trainer with JobSet, which runs what it makes, and a runtime for PyTorch (docs/models.md). */
export class Kubeflow extends System<typeof kubeflow> {
    constructor(
        {
            certificates,
            ...context
        }: SystemContext<typeof kubeflow> & {
            /** The authority of the webhooks, and what writes it into them. */
            readonly certificates: readonly pulumi.Resource[];
        },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
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
        this.observe(namespace);
    }
}
