/** Whether GPUs that a system asks for are offered. Pure. */
import { ollama } from "./apps/ollama";
import type { AnyDefinition, Fault } from "./base/definition";
import { nvidiaDevicePlugin } from "./scaling/nvidia-device-plugin";
import type { SiteConfiguration } from "./site-schema";
import { mostGpus, showsGpus } from "./site-gpus";

/** What the check looks at. */
export interface GpuChoice {
    readonly site: SiteConfiguration;
    /** How many Ollama asks for. */
    readonly gpus: number;
    readonly isOn: (definition: AnyDefinition) => boolean;
}

/** The fault of a model that waits for GPUs which the nodes have and nobody offers. */
export function checkGpus({ site, gpus, isOn }: GpuChoice): Fault[] {
    const has = showsGpus(site) && mostGpus(site) >= gpus;
    return isOn(ollama) && gpus > 0 && has && !isOn(nvidiaDevicePlugin)
        ? [
              {
                  key: "systems.nvidiaDevicePlugin.enabled",
                  found: "false",
                  allowed: `true while systems.ollama.gpus is ${gpus}: nobody else offers the GPUs of the nodes`,
              },
          ]
        : [];
}
