/** Argo CD, which makes what applications say. */

/**
 * Programs, by the path of their image, that may make anything and make it only where a project lets
 * an application into (argo-cd v3.4.4: controller/sync.go, `IsDestinationPermitted`).
 */
export const deliverers: readonly string[] = ["argoproj/argocd"];

/** The project that Argo CD makes by itself where nobody has, and that lets applications in anywhere. */
export const OPEN_PROJECT = "default";
