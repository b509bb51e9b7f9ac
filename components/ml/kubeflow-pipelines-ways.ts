/** Who reaches whom in Kubeflow Pipelines. */
import { runPods } from "../../operators/argo-workflows";
import type * as pulumi from "@pulumi/pulumi";
import { connectClients, type End } from "../base/connection";
import { type Flow, toApiServer } from "../base/flows";
import type { Namespace } from "../base/namespace";
import { pipelinesPods, pipelinesPorts, workflowControllerPods } from "./kubeflow-pipelines-names";

const { http, grpc, metadata, metadataWeb, mysql } = pipelinesPorts;

/** To the API of the cluster, and of steps to the internet, from where they install packages. */
export const pipelinesFlows: readonly Flow[] = [
    toApiServer(pipelinesPods("ml-pipeline"), "api-to-api-server"),
    toApiServer(pipelinesPods("ml-pipeline-persistenceagent"), "agent-to-api-server"),
    toApiServer(pipelinesPods("ml-pipeline-scheduledworkflow"), "schedules-to-api-server"),
    toApiServer(pipelinesPods("ml-pipeline-ui"), "page-to-api-server"),
    toApiServer(workflowControllerPods, "workflows-to-api-server"),
    toApiServer(runPods, "runs-to-api-server"),
    { name: "internet", pods: runPods, to: "internet", ports: [443] },
];

/** Where programs of other namespaces write pipelines and begin runs. */
export function pipelinesApi(namespace: Namespace) {
    return { namespace, pods: pipelinesPods("ml-pipeline"), ports: [http] };
}

/** The ways among its parts. */
export function pipelinesWays(namespace: Namespace): readonly pulumi.Resource[] {
    const way = (
        name: string,
        pods: End["pods"],
        ports: readonly number[],
        clients: readonly End["pods"][],
    ) => connectClients(name, { clients, to: { namespace, pods, ports } });
    return [
        ...way(
            "kubeflow-mysql",
            pipelinesPods("mysql"),
            [mysql],
            [
                pipelinesPods("ml-pipeline"),
                pipelinesPods("metadata-grpc"),
                pipelinesPods("mysql-dump"),
            ],
        ),
        ...way(
            "kubeflow-api",
            pipelinesPods("ml-pipeline"),
            [http, grpc],
            [
                pipelinesPods("ml-pipeline-ui"),
                pipelinesPods("ml-pipeline-persistenceagent"),
                pipelinesPods("ml-pipeline-scheduledworkflow"),
                runPods,
            ],
        ),
        ...way(
            "kubeflow-metadata",
            pipelinesPods("metadata-grpc"),
            [metadata],
            [pipelinesPods("metadata-envoy"), runPods],
        ),
        ...way(
            "kubeflow-metadata-web",
            pipelinesPods("metadata-envoy"),
            [metadataWeb],
            [pipelinesPods("ml-pipeline-ui")],
        ),
    ];
}
