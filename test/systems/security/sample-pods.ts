/** Pods for the admission policies: one that conforms, and one for each way not to. */
import type { Manifest } from "../../../components/base/object";

export const labels = {
    "app.kubernetes.io/name": "shop",
    "app.kubernetes.io/instance": "shop",
    "app.kubernetes.io/component": "web",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "argo-cd",
};

export const container = {
    name: "web",
    image: "ghcr.io/example/shop:1.2.3",
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true },
};

/** A pod that conforms, but for what is given. */
export function pod(
    spec: Readonly<Record<string, unknown>> = {},
    metadata: Manifest["metadata"] = {},
): Manifest {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "shop", namespace: "shop", labels, ...metadata },
        spec: { containers: [container], ...spec },
    };
}

/** The pod with a change of its container. */
export const withContainer = (change: object) => pod({ containers: [{ ...container, ...change }] });
export const init = { ...container, name: "init", image: "ghcr.io/example/init:1.0.0" };

/** A policy, what is wrong in its eyes, and a pod that is right for all others. */
export const refused: readonly (readonly [policy: string, what: string, pod: Manifest])[] = [
    ["require-limits", "without resources", withContainer({ resources: undefined })],
    [
        "require-limits",
        "without a memory limit",
        withContainer({ resources: { requests: container.resources.requests } }),
    ],
    [
        "require-limits",
        "with an init container without requests",
        pod({ initContainers: [{ ...init, resources: {} }] }),
    ],
    [
        "deny-privileged",
        "with a privileged container",
        withContainer({ securityContext: { ...container.securityContext, privileged: true } }),
    ],
    ["deny-privileged", "on the host network", pod({ hostNetwork: true })],
    ["deny-privileged", "in the host's process namespace", pod({ hostPID: true })],
    [
        "require-non-root",
        "that says nothing about its user",
        withContainer({ securityContext: { readOnlyRootFilesystem: true } }),
    ],
    [
        "require-non-root",
        "that overrides the pod's non-root",
        pod({
            securityContext: { runAsNonRoot: true },
            containers: [
                {
                    ...container,
                    securityContext: { runAsNonRoot: false, readOnlyRootFilesystem: true },
                },
            ],
        }),
    ],
    [
        "require-non-root",
        "with the user 0",
        withContainer({ securityContext: { ...container.securityContext, runAsUser: 0 } }),
    ],
    [
        "require-read-only-root",
        "with a writable root filesystem",
        withContainer({ securityContext: { runAsNonRoot: true } }),
    ],
    ["deny-host-path", "with a host path", pod({ volumes: [{ hostPath: { path: "/" } }] })],
    ["deny-latest-tag", "with the tag latest", withContainer({ image: "ghcr.io/a/b:latest" })],
    ["deny-latest-tag", "without a tag", withContainer({ image: "ghcr.io/a/b" })],
    [
        "deny-latest-tag",
        "with a registry's port but no tag",
        pod({ initContainers: [{ ...init, image: "ghcr.io/a:5000/b" }] }),
    ],
    [
        "restrict-registries",
        "from another registry",
        withContainer({ image: "quay.io.example.org/a/b:1" }),
    ],
    ["restrict-registries", "without a registry", withContainer({ image: "nginx:1.29" })],
    [
        "restrict-registries",
        "with a debug container from anywhere",
        pod({ ephemeralContainers: [{ ...container, image: "busybox:1.37" }] }),
    ],
    ["require-labels", "without the standard labels", pod({}, { labels: { app: "shop" } })],
];

/** The namespaces of objects; pods need a name for the report, and the labels of their namespace are those of the API. */
export function namespaces(objects: readonly Manifest[]): Manifest[] {
    return [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ""))].map((name) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    }));
}
