/** Compares what there is with the program: Proxmox, Talos, etcd, Kubernetes. Nothing is changed. */
import { nodeSentences, nodeReport } from "../../components/cluster/node-report";
import type { NodeSettings } from "../../components/site-schema";
import { type Cluster, findNode, fromControlPlane } from "../cluster/cluster";
import { installerOf } from "../operations/upgrade";
import { CONFIGURATION_TYPE, type StackState, type StateResource } from "../stack-state";
import { configurationDifferences } from "./configuration";
import { type ListedMachine, machineDrift } from "./machines";

/** So many differences of a configuration are named. */
const MOST = 5;

/** What drift is looked for with. */
export interface DriftQuestion {
    readonly state: StackState;
    /** Machines that Proxmox has; throws where it cannot be reached. */
    readonly machines: () => Promise<readonly ListedMachine[]>;
    /** Settings of both Kubernetes versions that nodes should run. */
    readonly kubernetes: string;
}

/** What was found, and what could not be looked at: both are a list that must be empty. */
export type Findings = readonly string[];

/** Findings of one part; that it cannot be read is one too. */
async function look(what: string, find: () => Promise<readonly string[]>): Promise<Findings> {
    try {
        return await find();
    } catch (error) {
        const [reason = ""] = (error as Error).message.split("\n");
        return [`${what} could not be read: ${reason.replace(/\.$/, "")}.`];
    }
}

async function talosDrift(
    { talosctl }: Cluster,
    { name, address }: NodeSettings,
    image: string,
): Promise<string[]> {
    const wanted = installerOf(image);
    const release = await talosctl.version(address);
    const schematic = await talosctl.schematic(address);
    return [
        ...(release === wanted.release
            ? []
            : [
                  `${name} runs Talos ${release}, and the program says ${wanted.release}: make upgrade.`,
              ]),
        ...(schematic === wanted.schematic
            ? []
            : [
                  `${name} has the schematic ${schematic === "" ? "of no Image Factory" : schematic.slice(0, 12)}, and the program says ${wanted.schematic.slice(0, 12)}: make upgrade.`,
              ]),
    ];
}

async function configurationDrift(
    { talosctl }: Cluster,
    { name, address }: NodeSettings,
    resources: readonly StateResource[],
): Promise<string[]> {
    const resource = resources.find((one) => one.type === CONFIGURATION_TYPE && one.name === name);
    const applied = resource?.outputs.machineConfiguration;
    if (typeof applied !== "string") {
        return [`The state has no configuration of ${name}: run npm run up.`];
    }
    const paths = configurationDifferences(applied, await talosctl.configuration(address));
    const rest = paths.length - MOST;
    return paths.length === 0
        ? []
        : [
              `The configuration of ${name} is not the one that was applied: ${paths.slice(0, MOST).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`,
          ];
}

async function memberDrift(cluster: Cluster): Promise<string[]> {
    const members = await fromControlPlane(cluster, (address) => cluster.talosctl.members(address));
    const found = members.map(({ hostname }) => hostname);
    const wanted = cluster.site.controlPlanes.map(({ name }) => name);
    return [
        ...wanted
            .filter((name) => !found.includes(name))
            .map((name) => `etcd lacks the control plane ${name}.`),
        ...found
            .filter((name) => !wanted.includes(name))
            .map((name) => `etcd has ${name}, which is no control plane of the settings.`),
    ];
}

async function kubernetesDrift(cluster: Cluster, release: string): Promise<string[]> {
    const { kubernetes, site } = cluster;
    const wanted = `v${release}`;
    const { gitVersion } = await kubernetes.get<{ gitVersion: string }>("/version");
    const names = site.nodes.map(({ name }) => name);
    const report = nodeReport(JSON.stringify(await kubernetes.get("/api/v1/nodes")), names);
    const kubelets: string[] = [];
    for (const name of names) {
        const version = (await findNode(cluster, name))?.status?.nodeInfo?.kubeletVersion;
        if (version !== undefined && version !== wanted) {
            kubelets.push(`The kubelet of ${name} is ${version}, and the settings say ${wanted}.`);
        }
    }
    return [
        ...(gitVersion === wanted
            ? []
            : [
                  `The API server is ${gitVersion}, and the settings say ${wanted}: make upgrade-kubernetes, or write down what runs (docs/upgrades.md).`,
              ]),
        ...kubelets,
        ...nodeSentences(report),
    ];
}

/** One sentence for everything that is not as the program says; none when all is. */
export async function drift(
    cluster: Cluster,
    { state, machines, kubernetes }: DriftQuestion,
): Promise<string[]> {
    const { nodes } = cluster.site;
    const image = (await state.output("installerImage")) ?? "";
    const resources = state.resources();
    const parts = [
        look("Proxmox", async () => machineDrift(nodes, await machines())),
        look("etcd", () => memberDrift(cluster)),
        look("Kubernetes", () => kubernetesDrift(cluster, kubernetes)),
        ...nodes.flatMap((node) => [
            look(`Talos on ${node.name}`, () => talosDrift(cluster, node, image)),
            look(`The configuration of ${node.name}`, async () =>
                configurationDrift(cluster, node, await resources),
            ),
        ]),
    ];
    return (await Promise.all(parts)).flat();
}
