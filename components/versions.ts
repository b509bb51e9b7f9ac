/**
 * The releases on which everything else stands. Pins of charts and images are in the definition of
 * the system that uses them; `make versions` lists all.
 *
 * Kubernetes 1.35 is the newest minor version that every chart here lists as supported: Kyverno
 * 1.19 and Velero 1.18 do not list 1.36 yet. Talos 1.13 supports Kubernetes 1.31 to 1.36.
 */

/** Talos release installed on new machines. */
// renovate: datasource=github-releases depName=siderolabs/talos
export const talosVersion = "v1.13.9";

/** Kubernetes release that Talos bootstraps and against which charts are rendered. */
// renovate: datasource=github-releases depName=kubernetes/kubernetes extractVersion=^v(?<version>.*)$
export const kubernetesVersion = "1.35.4";

/** Helm release that `make helm` installs when none is on the PATH. */
// renovate: datasource=go depName=helm.sh/helm/v3
export const helmVersion = "v3.22.0";
