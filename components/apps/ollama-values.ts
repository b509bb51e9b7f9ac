/** Values of the chart ollama 1.77.0, and the Job that fetches a model. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod, variables } from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { GPU_RUNTIME } from "../base/gpu-runtime";

/** Name of everything; also of the claim, which the chart makes. */
export const OLLAMA = "ollama";
/** Its port, at pods and Service. */
export const ollamaPort = 11434;

/** Labels of the pods, by the chart's helpers; those of the Job are apart, and reach the internet. */
export const ollamaPods = {
    server: { "app.kubernetes.io/name": OLLAMA, "app.kubernetes.io/instance": OLLAMA },
    fetch: { "app.kubernetes.io/name": `${OLLAMA}-fetch` },
} as const;

/** Home of the user: models lie in `.ollama` below it. */
const HOME = "/var/lib/ollama";
/** The image names no user; this one owns the volume. */
const USER = 1000;

/** ollama v0.32: envconfig/config.go. */
const common = {
    HOME,
    // Each process would take away what the other is fetching.
    OLLAMA_NOPRUNE: "1",
    // Nothing that people ask leaves the cluster.
    OLLAMA_NO_CLOUD: "1",
};

/** What a model may use: one is in memory, and answers one question after the other. */
const serving = {
    ...common,
    // The memory is asked for in any case, and loading takes a minute.
    OLLAMA_KEEP_ALIVE: "-1",
    OLLAMA_LOAD_TIMEOUT: "10m",
    OLLAMA_MAX_LOADED_MODELS: "1",
    OLLAMA_NUM_PARALLEL: "1",
    OLLAMA_MAX_QUEUE: "64",
    // At 8 bits a value, what 4 billion parameters remember of this many tokens takes 0.6 GiB.
    OLLAMA_CONTEXT_LENGTH: "8192",
    OLLAMA_FLASH_ATTENTION: "1",
    OLLAMA_KV_CACHE_TYPE: "q8_0",
};

/** What the values need to know. */
export interface OllamaValuesArgs {
    readonly image: ImagePin;
    /** Class of a file system that several pods may mount. */
    readonly storageClass: string;
    /** GiB of models. */
    readonly size: number;
    /** MiB of memory that the model takes. */
    readonly memory: number;
    /** GPUs of NVIDIA; 0 for none. */
    readonly gpus: number;
}

/** Values for one server that fetches nothing itself. */
export function ollamaValues(args: OllamaValuesArgs): ChartValues {
    const { image, storageClass, size, memory, gpus } = args;
    const probe = { enabled: true, path: "/", timeoutSeconds: 5, periodSeconds: 10 };
    return {
        fullnameOverride: OLLAMA,
        replicaCount: 1,
        image: { repository: image.repository, tag: image.tag },
        ollama: {
            port: ollamaPort,
            mountPath: HOME,
            gpu: { enabled: gpus > 0, type: "nvidia", number: gpus },
            // The chart would fetch after each start, and none would start without the internet.
            models: { pull: [], run: [], create: [] },
        },
        ...(gpus > 0 ? { runtimeClassName: GPU_RUNTIME } : {}),
        serviceAccount: { create: true, automount: false },
        priorityClassName: priorities.app.name,
        podSecurityContext: {
            ...restrictedPod(USER),
            fsGroupChangePolicy: "OnRootMismatch",
        },
        securityContext: restrictedContainer,
        resources: resources("500m", `${memory}Mi`, `${Math.ceil(memory * 1.5)}Mi`),
        livenessProbe: { ...probe, initialDelaySeconds: 30, failureThreshold: 12 },
        readinessProbe: { ...probe, initialDelaySeconds: 2, failureThreshold: 3 },
        extraEnv: variables(serving),
        persistentVolume: {
            enabled: true,
            accessModes: ["ReadWriteMany"],
            storageClass,
            size: `${size}Gi`,
        },
        volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }],
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        updateStrategy: { type: "Recreate" },
        tolerations: leavesDeadNode,
        tests: { enabled: false },
    };
}

/**
 * Fetches the model of the settings and takes every other away. It starts a server of its own, on the
 * loopback address: the one that answers questions needs no way to the internet.
 */
const FETCH = [
    "set -eu",
    "ollama serve &",
    "server=$!",
    "until ollama list >/dev/null 2>&1; do kill -0 $server; sleep 1; done",
    'ollama pull "$MODEL"',
    'ollama show "$MODEL" >/dev/null',
    "ollama list | while read -r other rest; do",
    '    case "$other" in NAME | "$MODEL") ;; *) ollama rm "$other" ;; esac',
    "done",
    "kill $server",
    "wait $server || true",
].join("\n");

/** The Job, named after what it fetches: another model is another Job. */
export function fetchJob(image: string, model: string): Manifest {
    const template = {
        metadata: { labels: ollamaPods.fetch },
        spec: {
            restartPolicy: "OnFailure",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: priorities.app.name,
            securityContext: { ...restrictedPod(USER), fsGroupChangePolicy: "OnRootMismatch" },
            containers: [
                {
                    name: "fetch",
                    image,
                    imagePullPolicy: "IfNotPresent",
                    command: ["/bin/sh", "-c", FETCH],
                    env: variables({ ...common, OLLAMA_HOST: "127.0.0.1", MODEL: model }),
                    resources: resources("100m", "256Mi", "1Gi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        { name: "models", mountPath: HOME },
                        { name: "tmp", mountPath: "/tmp" },
                    ],
                },
            ],
            volumes: [
                { name: "models", persistentVolumeClaim: { claimName: OLLAMA } },
                { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
            ],
        },
    };
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${OLLAMA}-fetch-${contentDigest(template)}`, namespace: OLLAMA },
        // Gigabytes over a household's line take their time.
        spec: { backoffLimit: 6, activeDeadlineSeconds: 4 * 3600, template },
    };
}
