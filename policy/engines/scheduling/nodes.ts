/**
 * The nodes that the stack makes, with what they have left for pods. Sizes come from the settings,
 * everything else from the machine configuration that the stack applies, or from Talos' defaults
 * (siderolabs/talos v1.13.9: pkg/machinery/constants/constants.go, k8s/kubelet_spec.go).
 */
import { gpuLabel, gpuResource } from "../../../components/base/labels";
import { memoize } from "../../kernel/memoize";
import type { Fact, Facts } from "../../kernel/facts";
import { CONFIGURATION_APPLY } from "../machines/configuration";
import {
    holdsUnknown,
    isTree,
    read,
    readLabels,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { type Amounts, GIB, MIB, toAmounts } from "./amounts";
import type { Labels } from "./label-selector";
import type { Taint } from "./taints";

/** A node as the scheduler sees it, and what the proof must know besides. */
export interface ClusterNode {
    readonly name: string;
    readonly role: "controlPlane" | "worker";
    readonly labels: Labels;
    readonly taints: readonly Taint[];
    /** CPU in thousandths of a core, bytes, and the number of pods under `pods`. */
    readonly allocatable: Amounts;
    /** Sizes of the disks that Ceph gets, in bytes. */
    readonly storage: readonly number[];
    /** What the settings say, for proposals to change it. */
    readonly shape: { readonly cores: number; readonly memory: number; readonly host: string };
}

/** The nodes, and what the machine configuration says of the cluster as a whole. */
export interface ClusterNodes {
    /** The resource that settings are known from; findings are about it. */
    readonly fact: Fact;
    readonly nodes: readonly ClusterNode[];
    /** Something about them is known only at the update. */
    readonly unknown: boolean;
    readonly kubeProxy: boolean;
    readonly coreDns: boolean;
}

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
/** `nodefs.available` and `memory.available` of the kubelet's default hard eviction. */
const EVICTION = { memory: 100 * MIB, disk: 0.1 };
/** Partitions besides the one that pods write to: EFI, boot loader, META, STATE, and slack. */
const SYSTEM_PARTITIONS = 3 * GIB;
const MAX_PODS = 110;

/**
 * What the kernel of a VM reports as its memory: each page of 4 KiB costs 64 bytes of bookkeeping,
 * and firmware, kernel and crash areas 128 MiB (a 16 GiB VM reports 15,993 MiB).
 */
function usableMemory(mebibytes: number): number {
    return mebibytes * MIB * (1 - 1 / 64) - 128 * MIB;
}

/** The documents of a node's machine configuration that the stack applies, merged by path. */
export function appliedPatches(facts: Facts, name: string): { patches: Tree[]; unknown: boolean } {
    const [applied] = facts.ofType(CONFIGURATION_APPLY).filter((fact) => fact.name === name);
    const texts = readList(applied?.inputs, "configPatches");
    const patches = texts.flatMap((text): Tree[] => {
        try {
            const parsed: unknown = JSON.parse(String(text));
            return isTree(parsed) ? [parsed] : [];
        } catch {
            return [];
        }
    });
    const isUnread = applied !== undefined && holdsUnknown(applied.inputs.configPatches);
    return { patches, unknown: isUnread || patches.length < texts.length };
}

function merge(patches: readonly Tree[], ...path: string[]): Tree {
    return Object.assign({}, ...patches.map((patch) => readTree(patch, ...path))) as Tree;
}

function lastFlag(patches: readonly Tree[], ...path: string[]): boolean | undefined {
    return patches
        .map((patch) => read(patch, path))
        .flatMap((reading) =>
            reading.state === "known" && typeof reading.value === "boolean" ? [reading.value] : [],
        )
        .at(-1);
}

function parseTaint(key: string, text: unknown): Taint {
    // Talos writes them as `value:effect`, or the effect alone.
    const [effect = "NoSchedule", value = ""] = String(text).split(":").reverse();
    return { key, value, effect };
}

/**
 * GPUs of NVIDIA, which the device plugin offers on nodes that the machine configuration labels so
 * (k8s-device-plugin v0.20.0); none elsewhere, whatever the machine has.
 */
function gpus(node: Tree, patches: readonly Tree[]): Amounts {
    const labels = merge(patches, "machine", "nodeLabels");
    const cards = readList(node, "devices").filter((device) => readTree(device).gpu === true);
    const isLabelled = Object.entries(gpuLabel).every(([key, value]) => labels[key] === value);
    return isLabelled ? { [gpuResource]: cards.length } : {};
}

function allocatable(
    node: Tree,
    role: ClusterNode["role"],
    patches: readonly Tree[],
    systemDisk: number,
): Amounts {
    const kubelet = merge(patches, "machine", "kubelet", "extraConfig");
    const reserved: Amounts = isTree(kubelet.systemReserved)
        ? toAmounts(kubelet.systemReserved)
        : {
              cpu: 50,
              memory: (role === "controlPlane" ? 512 : 384) * MIB,
              "ephemeral-storage": 256 * MIB,
          };
    const kube = toAmounts(readTree(kubelet, "kubeReserved"));
    const of = (resource: string) => (reserved[resource] ?? 0) + (kube[resource] ?? 0);
    const disk = Math.max(systemDisk - SYSTEM_PARTITIONS, 0);
    const eviction = toAmounts(readTree(kubelet, "evictionHard"))["memory.available"];
    return {
        cpu: Number(node.cores) * 1000 - of("cpu"),
        memory: Math.floor(
            usableMemory(Number(node.memory)) - of("memory") - (eviction ?? EVICTION.memory),
        ),
        "ephemeral-storage": Math.floor(disk * (1 - EVICTION.disk) - of("ephemeral-storage")),
        pods: Number(kubelet.maxPods ?? MAX_PODS),
        ...gpus(node, patches),
    };
}

function diskSizes(node: Tree, purpose: string): number[] {
    return readList(node, "disks")
        .filter((disk) => readString(disk, "purpose") === purpose)
        .map((disk) => Number(readTree(disk).size) * GIB);
}

function toNode(node: Tree, patches: readonly Tree[], schedulable: boolean): ClusterNode {
    const name = String(node.name);
    const host = String(node.host);
    const role = node.role === "controlPlane" ? "controlPlane" : "worker";
    const taints = Object.entries(merge(patches, "machine", "nodeTaints")).map(([key, text]) =>
        parseTaint(key, text),
    );
    const isClosed = role === "controlPlane" && !schedulable;
    const [systemDisk = 0] = diskSizes(node, "system");
    return {
        name,
        role,
        labels: {
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/zone": host,
            ...(role === "controlPlane" ? { [CONTROL_PLANE]: "" } : {}),
            ...Object.fromEntries(
                patches.flatMap((patch) =>
                    Object.entries(readLabels(patch, "machine", "nodeLabels")),
                ),
            ),
        },
        taints: [
            ...(isClosed ? [{ key: CONTROL_PLANE, value: "", effect: "NoSchedule" }] : []),
            ...taints.filter(({ key }) => key !== CONTROL_PLANE),
        ],
        allocatable: allocatable(node, role, patches, systemDisk),
        storage: diskSizes(node, "ceph"),
        shape: { cores: Number(node.cores), memory: Number(node.memory), host },
    };
}

/** The nodes of the stack; undefined when they are not this program's to know. */
export const clusterNodes = memoize((facts): ClusterNodes | undefined => {
    const fact = facts.platform();
    if (fact === undefined || readString(fact.inputs, "source") === "existing") {
        return undefined;
    }
    const list = read(fact.inputs, ["nodes"]);
    if (list.state === "absent") {
        return undefined;
    }
    const trees = readList(fact.inputs, "nodes").filter(isTree);
    const configured = trees.map((tree) => ({
        tree,
        ...appliedPatches(facts, String(tree.name)),
    }));
    const ofCluster = configured.flatMap(({ patches }) => patches);
    const schedulable =
        lastFlag(ofCluster, "cluster", "allowSchedulingOnControlPlanes") ??
        !trees.some(({ role }) => role === "worker");
    return {
        fact,
        nodes: configured.map(({ tree, patches }) => toNode(tree, patches, schedulable)),
        unknown: holdsUnknown(fact.inputs.nodes) || configured.some(({ unknown }) => unknown),
        kubeProxy: lastFlag(ofCluster, "cluster", "proxy", "disabled") !== true,
        coreDns: lastFlag(ofCluster, "cluster", "coreDNS", "disabled") !== true,
    };
});
