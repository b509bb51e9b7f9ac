/** Kubernetes on every node, and the settings that say so. */
import { supported } from "../../components/version-support";
import type { PlannedChange } from "../../preview/engine/events";
import { UsageError } from "../../preview/usage-error";
import { type Cluster, findNode, fromControlPlane, waitUntil } from "../cluster/cluster";
import { gateNow, requireGate, waitForGate } from "../cluster/gate";
import type { Operation } from "../operation";
import { OperationError } from "../operation-error";
import { MACHINE_TYPE } from "../../scripts/stack/machines";
import { CONFIGURATION_TYPE, type StackState } from "../stack-state";
import { releaseOf, stepFault } from "../talosctl/release";
import { snapshotStep } from "./upgrade";

/** Both say which Kubernetes the nodes run: what new ones get, and what Pulumi sends to those there are. */
const SETTINGS = ["cluster.upgradedKubernetes", "versions.kubernetes"] as const;

/** What else the operation needs. */
export interface KubernetesUpgrade {
    /** Release without a `v`, such as `1.36.2`. */
    readonly release: string;
    readonly state: StackState;
    /** Key of the project's configuration, such as `platform`. */
    readonly project: string;
    /** What the settings say now, by their path. */
    readonly written: Readonly<Record<(typeof SETTINGS)[number], string | undefined>>;
    /** What `npm run up` would change; it previews with the engine. */
    readonly preview: () => Promise<readonly PlannedChange[]>;
}

interface Version {
    readonly gitVersion: string;
}

/** Release of the API server. */
async function serverRelease({ kubernetes }: Cluster): Promise<string> {
    const { gitVersion } = await kubernetes.get<Version>("/version");
    return gitVersion.replace(/^v/, "");
}

/** Nodes whose kubelet is of another release. */
async function otherKubelets(cluster: Cluster, release: string): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of cluster.site.nodes) {
        const node = await findNode(cluster, name);
        if (node?.status?.nodeInfo?.kubeletVersion !== `v${release}`) {
            found.push(name);
        }
    }
    return found;
}

/** What an update would change about nodes: those that take part must be left as they are. */
export function nodeChanges(changes: readonly PlannedChange[]): string[] {
    return changes
        .filter(({ type }) => type === CONFIGURATION_TYPE || type === MACHINE_TYPE)
        .map(({ operation, urn }) => `${urn.split("::").at(-1) ?? urn} (${operation})`);
}

/** @throws UsageError when the release is none, too far away, or none that the running Talos knows */
function requireRelease({ site }: Cluster, running: string, release: string): void {
    const wanted = releaseOf(release);
    if (wanted === undefined || release.startsWith("v")) {
        throw new UsageError(`"${release}" is no release of Kubernetes; allowed: such as 1.36.2.`);
    }
    const fault = stepFault("The API server", running, release);
    if (fault !== undefined) {
        throw new UsageError(fault);
    }
    const talos = releaseOf(site.versions.talos);
    const range = supported[talos?.slice(0, 2).join(".") ?? ""];
    if (range !== undefined && (wanted[1] < range.from || wanted[1] > range.to)) {
        throw new UsageError(
            `Talos ${site.versions.talos} runs Kubernetes 1.${range.from} to 1.${range.to}, and ${release} is none of them: upgrade Talos first.`,
        );
    }
}

/** Plans an upgrade of Kubernetes. */
export async function upgradeKubernetes(
    cluster: Cluster,
    { release, state, project, written, preview }: KubernetesUpgrade,
): Promise<Operation> {
    const { stack, talosctl } = cluster;
    requireRelease(cluster, await serverRelease(cluster), release);
    const isRunning = async () =>
        (await serverRelease(cluster)) === release &&
        (await otherKubelets(cluster, release)).length === 0;
    const toWrite = SETTINGS.filter((setting) => written[setting] !== release);
    let isWritten = toWrite.length === 0;
    return {
        name: `Upgrade of Kubernetes to ${release}`,
        stack,
        steps: [
            snapshotStep(cluster),
            {
                title: `Try it: talosctl upgrade-k8s --to ${release} --dry-run`,
                isDone: isRunning,
                run: async () => {
                    await requireGate(cluster);
                    await fromControlPlane(cluster, (address) =>
                        talosctl.upgradeKubernetes(address, release, true),
                    );
                },
            },
            {
                title: `Upgrade every node: talosctl upgrade-k8s --to ${release}`,
                isDone: isRunning,
                run: async () => {
                    const [first] = cluster.site.controlPlanes;
                    await talosctl.upgradeKubernetes(first?.address ?? "", release, false);
                    await waitUntil(
                        cluster,
                        `every kubelet to be ${release}`,
                        async () => {
                            const others = await otherKubelets(cluster, release);
                            return others.length === 0 ? undefined : others.join(", ");
                        },
                        { seconds: 1200 },
                    );
                    await waitForGate(cluster);
                },
            },
            {
                title: `Write ${SETTINGS.join(" and ")} into Pulumi.${stack}.yaml`,
                isDone: () => Promise.resolve(isWritten),
                run: async () => {
                    for (const setting of toWrite) {
                        await state.setConfig(`${project}:${setting}`, release);
                    }
                    isWritten = true;
                },
            },
            {
                title: "Preview, which must change no node",
                isDone: () => Promise.resolve(false),
                run: async () => {
                    const changed = nodeChanges(await preview());
                    if (changed.length > 0) {
                        throw new OperationError([
                            `An update would change nodes: ${changed.join(", ")}. Do not run it before you know why (npm run preview:engine -- --stack ${stack}).`,
                        ]);
                    }
                },
            },
        ],
        faults: (await isRunning()) ? [] : await gateNow(cluster, { withSnapshot: false }),
        goOn: `Mend it, and run "make upgrade-kubernetes TO=${release} STACK=${stack}" again: upgrade-k8s goes on with the nodes that are left, and what is written stays.`,
        afterwards: `Commit Pulumi.${stack}.yaml, then "npm run up -- --stack ${stack}".`,
    };
}
