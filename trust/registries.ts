/**
 * Registries from which images may come. Kyverno enforces the list in the cluster (SEC-05), the
 * policy pack judges the program by it (SEC-04). Changed only on purpose: an entry lets whoever
 * publishes there run code in the cluster.
 */

/**
 * Prefixes of full image names, each with its trailing slash, or colon for a single image:
 * `quay.io.example.org/` must not pass as `quay.io/`. Images without a registry are Docker Hub's and never allowed as such: whoever
 * deploys one writes the registry and the organisation.
 */
export const allowedRegistries: readonly string[] = [
    // Elastic's own, each by itself.
    "docker.elastic.co/eck/",
    "docker.elastic.co/elasticsearch/",
    "docker.elastic.co/kibana/",
    "cr.fluentbit.io/fluent/",
    "docker.n8n.io/",
    "ghcr.io/",
    // Of the images of NVIDIA this one alone.
    "nvcr.io/nvidia/k8s-device-plugin:",
    // IBM's own: Kubecost, and the agent that looks for it.
    "icr.io/ibm-finops/agent:",
    "icr.io/kubecost/",
    "quay.io/",
    "reg.kyverno.io/",
    // Istio's own, from 1.30 on.
    "registry.istio.io/release/",
    "registry.k8s.io/",
    // Of what anybody may keep at Google the project Keep publishes these.
    "us-central1-docker.pkg.dev/keephq/keep/",
    // Anybody may publish on Docker Hub: single organisations only.
    // Of the images of Apache this one alone.
    "docker.io/apache/airflow:",
    // Of the images of Aqua this one alone.
    "docker.io/aquasec/kube-bench:",
    "docker.io/bitnami/",
    "docker.io/cloudflare/",
    "docker.io/envoyproxy/",
    "docker.io/falcosecurity/",
    // The images of the project, one for each kind of store.
    "docker.io/fluent/fluentd-kubernetes-daemonset:",
    "docker.io/grafana/",
    // Of the images that Docker itself builds these alone.
    "docker.io/library/haproxy:",
    "docker.io/library/influxdb:",
    "docker.io/library/mysql:",
    "docker.io/library/node:",
    "docker.io/library/redis:",
    // Of the images of yq's author this one alone.
    "docker.io/mikefarah/yq:",
    // Kratix' own, by digest.
    "docker.io/syntasso/",
    // Element's own: the server and the program in the browser.
    "oci.element.io/element-web:",
    "oci.element.io/synapse:",
    // Of the images of Ollama this one alone.
    "docker.io/ollama/ollama:",
    // Of Open Policy Agent this one alone.
    "docker.io/openpolicyagent/gatekeeper:",
    // What builds images of code, and what they stand on.
    "docker.io/paketobuildpacks/builder-jammy-base:",
    "docker.io/paketobuildpacks/run-jammy-base:",
    "docker.io/kserve/",
    // PyTorch's own image, in which trainings run.
    "docker.io/pytorch/pytorch:",
    // Longhorn's own, the sidecars of its driver among them.
    "docker.io/longhornio/",
    // Robusta's own: its runner, what hands it events, and HolmesGPT.
    "docker.io/robustadev/",
    "docker.io/rook/",
    // The server of models that MLflow wrote; KServe's chart names it.
    "docker.io/seldonio/mlserver:",
    "docker.io/velero/",
    "docker.io/timberio/",
    // Anybody may publish in Google's registry: this project alone.
    "us-docker.pkg.dev/fairwinds-ops/",
    // Of TensorFlow's images the server of metadata that Kubeflow Pipelines names.
    "gcr.io/tfx-oss-public/ml_metadata_store_server:",
];

/** Whether the image comes from an allowed registry. */
export function isAllowedImage(image: string): boolean {
    return allowedRegistries.some((registry) => image.startsWith(registry));
}
