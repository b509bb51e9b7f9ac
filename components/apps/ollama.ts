import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { define, type Fault } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import { chart, image } from "../base/pins";
import { System } from "../base/system";
import { pattern, whole } from "../base/values";
import { mostGpus, placesFor, showsGpus } from "../site-gpus";
import type { SiteConfiguration } from "../site-schema";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { ollamaAlerts, ollamaDashboards } from "./ollama-alerts";
import { fetchJob, OLLAMA, ollamaPods, ollamaPort, ollamaValues } from "./ollama-values";

/** GPUs that nobody has, as the user's own machines show. */
function gpuFaults(gpus: number, site: SiteConfiguration): Fault[] {
    // Of a cluster that is there already nobody lists devices.
    if (gpus === 0 || site.cluster.source !== "proxmox") {
        return [];
    }
    const fault = { key: "systems.ollama.gpus", found: String(gpus) };
    const most = mostGpus(site);
    if (most < gpus) {
        return [
            {
                ...fault,
                allowed: `at most ${most}, the GPUs of the worker that has most (nodes[].devices)`,
            },
        ];
    }
    return showsGpus(site)
        ? []
        : [
              {
                  ...fault,
                  allowed:
                      "0 while talosExtensions names no siderolabs/nvidia-container-toolkit-…, without which no pod sees a GPU",
              },
          ];
}

/** A language model of the site's own. */
export const ollama = define({
    name: "ollama",
    layer: "apps",
    purpose: "a language model that runs inside, for workflows and for whoever explains alerts",
    origin: "001: a model of one's own, so that data stays",
    charts: { ollama: chart("ollama", "1.77.0", "https://helm.otwld.com/") },
    images: { ollama: image("docker.io/ollama/ollama", "0.32.15") },
    needs: [rookCeph],
    offIn: {
        dev: "a model takes 4 GiB of memory, which a small site has not",
        staging: "a model takes 4 GiB of memory, and prod tries it as well",
    },
    settings: {
        model: pattern(
            /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)?:[A-Za-z0-9][A-Za-z0-9._-]*$/,
            "the name of a model with its exact tag such as qwen3:4b-instruct-2507-q4_K_M",
        )
            .default("qwen3:4b-instruct-2507-q4_K_M")
            .describe("model of ollama.com that is fetched once; every other is taken away"),
        modelsSize: whole({ from: 1, to: 16_384, of: "GiB" })
            .default(15)
            .describe("GiB of models: the old one stays until the new one is there"),
        memory: whole({ from: 512, to: 1_048_576, of: "MiB" })
            .default(4096)
            .describe("MiB that the model takes; half as much again is the limit"),
        gpus: whole({ from: 0, to: 16 })
            .default(0)
            .describe(
                "GPUs of NVIDIA for the model, as `nvidia.com/gpu`, which `systems.nvidiaDevicePlugin` offers where a worker has one; on a cluster that is there already with another plugin, that brings the RuntimeClass `nvidia` too",
            ),
    },
    check: ({ gpus }, site) => gpuFaults(gpus, site),
    capabilities: {
        metrics: none("it tells none; kube-state-metrics tells whether it is ready"),
        alerts: ollamaAlerts,
        dashboards: ollamaDashboards,
        routes: none("it asks nobody who they are, so only systems of the platform reach it"),
        signOn: none("people ask it through systems that sign them on"),
        backup: none("the model is fetched anew by its name"),
        sizing: none("one model at a time; memory and GPUs are settings"),
        flows: "declared",
        retention: none("questions and answers are not kept"),
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${OLLAMA}/${OLLAMA}`,
        reason: "A second model would take 4 GiB of another worker for answers that may be late.",
        guard:
            "It leaves a dead node after 30 s and has its model on a file system that every node " +
            "mounts; alerts arrive without it, only unexplained.",
        expires: "2027-05-31",
    },
    {
        criterion: "DR-02",
        resource: `PersistentVolumeClaim/${OLLAMA}/${OLLAMA}`,
        reason: "A model is gigabytes that anybody may fetch, the same for everybody.",
        guard:
            "The settings name it with its exact tag, and a Job fetches it anew by that name; " +
            "OllamaModelMissing tells when it could not.",
        expires: "2027-05-31",
    },
];

/** Of a model whose GPU is in one worker alone. */
const onlyOnePlace: Exception = {
    criterion: "HA-11",
    resource: `Deployment/${OLLAMA}/${OLLAMA}`,
    reason: "The GPU is in one machine, and is lost with it.",
    guard:
        "nothing waits for an answer of the model: alerts arrive without it, only unexplained; " +
        "OllamaDown tells",
    expires: "2027-05-31",
};

/** Arguments of {@link Ollama}. */
export interface OllamaArgs extends SystemContext<typeof ollama> {
    readonly storage: Storage;
    /** What pods with a GPU wait for; undefined when somebody else offers GPUs. */
    readonly gpuRuntime: readonly pulumi.Resource[] | undefined;
}

/**
 * Ollama with one model, which a Job fetches once: its pods start without the internet, and have no
 * way there. It has no accounts; the network policies say who may ask.
 */
export class Ollama extends System<typeof ollama> {
    /** Where it is asked. */
    readonly endpoint: Endpoint;
    /** Where it is asked, as an address. */
    readonly url: string;
    /** The model that it has. */
    readonly model: string;

    constructor(
        { storage, gpuRuntime, ...context }: OllamaArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { model, modelsSize, memory, gpus } = context.settings;
        const isAlone = gpus > 0 && placesFor(gpus, context.site) === 1;
        super(context, { exceptions: isAlone ? [...exceptions, onlyOnePlace] : exceptions }, opts);
        const namespace = this.namespace(OLLAMA, {
            tier: "app",
            backup: none("the model is fetched anew by its name"),
            // Where models are, only while one is fetched.
            flows: [{ name: "models", pods: ollamaPods.fetch, to: "internet", ports: [443] }],
            // A limit above that of other applications, if the settings ask for one.
            quota: {
                "requests.memory": `${Math.max(12, Math.ceil(memory / 1024) + 2)}Gi`,
                "limits.memory": `${Math.max(24, Math.ceil((memory * 1.5) / 1024) + 4)}Gi`,
            },
        });
        const server = this.chart(ollama.charts.ollama, {
            release: OLLAMA,
            namespace,
            needs: [...storage.ready, ...(gpus > 0 ? (gpuRuntime ?? []) : [])],
            values: ollamaValues({
                image: ollama.images.ollama,
                storageClass: storage.storageClasses.filesystem,
                size: modelsSize,
                memory,
                gpus,
            }),
        });
        this.object(fetchJob(ollama.images.ollama.reference, model), {
            dependsOn: [...namespace.guardrails, ...server.ready],
        });
        this.endpoint = { namespace, pods: ollamaPods.server, ports: [ollamaPort] };
        this.url = `http://${OLLAMA}.${namespace.name}.svc:${ollamaPort}`;
        this.model = model;
        this.observe(namespace);
    }
}
