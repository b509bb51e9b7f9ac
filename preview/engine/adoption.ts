/** How an update takes over objects that are there already. */

/**
 * What the Kubernetes provider is told when it takes objects over. It makes an object under another
 * field manager than that under which it applies it later, so that without force it is in conflict
 * with itself (`Creation` in `provider/pkg/await/await.go` of pulumi-kubernetes v4.32).
 */
export const ADOPTION: Readonly<Record<string, string>> = {
    PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
};
