import { kept } from "../base/backup-tier";
import type { GuardedPage } from "../base/capabilities";
import { define } from "../base/definition";
import { atGateway } from "../base/oidc-client";
import { chart, image, manifests } from "../base/pins";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { kubeflowAlerts, kubeflowScrapes } from "./kubeflow-alerts";
import { kubeflowDashboards } from "./kubeflow-dashboards";
import type { PipelinesImages } from "./kubeflow-pipelines-programs";
import { RUN_DAYS } from "./kubeflow-workflows";

const OTHERS_DO = "MLflow, Airflow, KServe and JupyterHub train, track and serve models";

/** Its page. */
export const pipelinesPage: GuardedPage = {
    what: "Kubeflow Pipelines: pipelines, their runs, and what came of each step",
    host: "pipelines",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer"],
};

/** The parts of Kubeflow that stand by themselves. */
export const kubeflow = define({
    name: "kubeflow",
    layer: "ml",
    purpose: "trains models on several nodes at once, and runs pipelines of steps in Python",
    origin: "002.4.2: Kubeflow or MLflow; pipelines, trainings, experiments",
    charts: {
        // The release that Trainer 2.2.1 is built against (its go.mod).
        jobSet: chart("jobset", "0.11.1", "oci://registry.k8s.io/jobset/charts"),
        trainer: chart("kubeflow-trainer", "2.2.1", "oci://ghcr.io/kubeflow/charts"),
        // The last with workflows of 3.7, which Pipelines 2.16 is built against (its go.mod).
        workflows: chart("argo-workflows", "0.47.5", "https://argoproj.github.io/argo-helm"),
        // Of upstream's kustomization the one kind that nobody else brings; the rest is written here,
        // where each part is restricted, has probes and a size (kubeflow-pipelines-objects.ts).
        pipelines: manifests("kubeflow-pipelines", "2.16.1", {
            repository: "https://github.com/kubeflow/pipelines",
            files: ["manifests/kustomize/base/pipeline/cluster-scoped/scheduled-workflow-crd.yaml"],
        }),
    },
    images: {
        jobSet: image("registry.k8s.io/jobset/jobset", "v0.11.1"),
        // The one of Trainer's own runtime (kubeflow/trainer v2.2.1: torch_distributed.yaml).
        torch: image("docker.io/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime"),
        mysql: image("docker.io/library/mysql", "8.4.8"),
        api: image("ghcr.io/kubeflow/kfp-api-server", "2.16.1"),
        agent: image("ghcr.io/kubeflow/kfp-persistence-agent", "2.16.1"),
        schedules: image("ghcr.io/kubeflow/kfp-scheduled-workflow-controller", "2.16.1"),
        page: image("ghcr.io/kubeflow/kfp-frontend", "2.16.1"),
        proxy: image("ghcr.io/kubeflow/kfp-metadata-envoy", "2.16.1"),
        driver: image("ghcr.io/kubeflow/kfp-driver", "2.16.1"),
        launcher: image("ghcr.io/kubeflow/kfp-launcher", "2.16.1"),
        // The one that Pipelines 2.16 names (metadata-grpc-deployment.yaml).
        metadata: image("gcr.io/tfx-oss-public/ml_metadata_store_server", "1.14.0"),
    },
    needs: [certManager, rookCeph],
    offIn: { dev: OTHERS_DO, staging: OTHERS_DO, prod: OTHERS_DO },
    settings: {
        runs: whole({ from: 1, to: 100, of: "runs" })
            .default(2)
            .describe("how many runs of pipelines may go on at once"),
        steps: whole({ from: 1, to: 100, of: "steps" })
            .default(3)
            .describe("how many steps of a run may go on at once"),
        memory: whole({ from: 1, to: 64, of: "GiB" })
            .default(1)
            .describe("most memory of a step that says nothing of its own, in GiB"),
        artifacts: whole({ from: 1, to: 65_536, of: "GiB" })
            .default(5)
            .describe("most that files of runs may take, in GiB"),
        database: whole({ from: 1, to: 1024, of: "GiB" })
            .default(8)
            .describe("GiB of the volume of its database"),
    },
    capabilities: {
        metrics: kubeflowScrapes,
        alerts: kubeflowAlerts,
        dashboards: kubeflowDashboards,
        routes: [pipelinesPage],
        signOn: atGateway(
            "without Kubeflow's own tenants Pipelines knows nobody: whoever is let in sees and runs every pipeline",
        ),
        backup: kept(
            1,
            "pipelines, their runs and what came of them, as files of the database and as a dump of each night; files of runs lie in the bucket alone, TrainJobs with their teams",
        ),
        sizing: {
            by: "pages and controllers that elect a leader follow the profile; pods of steps follow the settings, those of a training its TrainJob",
        },
        flows: "declared",
        retention: [
            { what: "pods of trainings that have ended", for: "24h" },
            { what: "pods of runs that have ended", for: `${RUN_DAYS * 24}h` },
        ],
    },
});

const { images } = kubeflow;
/** The images of Pipelines, by part. */
export const pipelinesImages: PipelinesImages = {
    "ml-pipeline": images.api.reference,
    "ml-pipeline-persistenceagent": images.agent.reference,
    "ml-pipeline-scheduledworkflow": images.schedules.reference,
    "ml-pipeline-ui": images.page.reference,
    "metadata-grpc": images.metadata.reference,
    "metadata-envoy": images.proxy.reference,
    driver: images.driver.reference,
    launcher: images.launcher.reference,
};
