/** Starts KWOK, which plays the kubelet of every node of the rehearsal that is not silent. */
import * as fs from "node:fs";
import * as path from "node:path";
import { kwokFlags, toArguments } from "./flags";
import type { Processes } from "./processes";
import { kwokConfiguration, type StageOptions } from "./stages";

/** How the simulated kubelets behave. */
export interface KubeletOptions {
    /**
     * How long a node's lease lasts, in seconds; it is renewed four times as often. Default: 40, as
     * kubelets have it. Shorter only together with the controller manager's
     * `--node-monitor-grace-period`.
     */
    readonly leaseSeconds?: number;
    /** How long pods take to start and to stop. */
    readonly stages?: StageOptions;
}

/**
 * Starts it.
 *
 * @param kubernetesVersion release that the nodes report, such as `1.35.4`
 */
export function startKubelets(
    processes: Processes,
    kwok: string,
    kubeconfig: string,
    kubernetesVersion: string,
    { leaseSeconds = 40, stages = {} }: KubeletOptions,
): void {
    const config = path.join(processes.folder, "kwok.yaml");
    fs.writeFileSync(config, kwokConfiguration(kubernetesVersion, stages));
    const flags = kwokFlags({ kubeconfig, config, leaseSeconds });
    processes.start("kwok", kwok, toArguments(flags));
}
