/** Random nodes for generated stacks. Pure. */
import { GIB, MIB } from "../../policy/engines/scheduling/amounts";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { Taint } from "../../policy/engines/scheduling/taints";
import type { Dice } from "./dice";

export const HOSTNAME = "kubernetes.io/hostname";
export const ZONE = "topology.kubernetes.io/zone";
/** A label that only some nodes have. */
export const DISK = "disk";
/** A label with a number, for `Gt` and `Lt`. */
export const GENERATION = "generation";
/** An extended resource that only some nodes have. */
export const DEVICE = "example.com/device";
export const HUGE_PAGES = "hugepages-2Mi";
/** Keeps pods away that do not name it. */
export const DEDICATED: Taint = { key: "dedicated", value: "db", effect: "NoSchedule" };
export const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

const ZONES = ["zone-1", "zone-2", "zone-3"] as const;

/** Sizes of nodes. */
interface Size {
    readonly cores: number;
    readonly gibibytes: number;
}

function size(dice: Dice): Size {
    return { cores: dice.between(2, 8), gibibytes: dice.between(3, 16) };
}

function taints(dice: Dice, oddity: number): Taint[] {
    return dice.happens(0.3 * oddity)
        ? [
              dice.one([
                  DEDICATED,
                  { ...DEDICATED, effect: "PreferNoSchedule" },
                  { ...DEDICATED, effect: "NoExecute" },
                  { ...DEDICATED, value: "web" },
              ]),
          ]
        : [];
}

function worker(dice: Dice, name: string, { cores, gibibytes }: Size, oddity: number): ClusterNode {
    const zone = dice.one(ZONES);
    return {
        name,
        role: "worker",
        labels: {
            [HOSTNAME]: name,
            ...(dice.happens(0.1 * oddity) ? {} : { [ZONE]: zone }),
            ...(dice.happens(0.4) ? { [DISK]: dice.one(["ssd", "hdd"]) } : {}),
            ...(dice.happens(0.5) ? { [GENERATION]: String(dice.between(1, 12)) } : {}),
        },
        taints: taints(dice, oddity),
        allocatable: {
            // What the kubelet and the kernel keep is never a round number.
            cpu: cores * 1000 - dice.one([0, 0, 50]),
            memory: gibibytes * GIB - dice.one([0, 0, 1, 500 * MIB + 7]),
            "ephemeral-storage": dice.between(10, 50) * GIB,
            pods: dice.happens(0.2 * oddity) ? dice.between(3, 9) : 110,
            ...(dice.happens(0.3) ? { [DEVICE]: dice.between(1, 3) } : {}),
            ...(dice.happens(0.2) ? { [HUGE_PAGES]: dice.between(64, 256) * 2 * MIB } : {}),
        },
        storage: [],
        shape: { cores, memory: gibibytes * 1024, host: zone },
    };
}

function controlPlane(name: string, zone: string): ClusterNode {
    return {
        name,
        role: "controlPlane",
        labels: { [HOSTNAME]: name, [ZONE]: zone, [CONTROL_PLANE]: "" },
        taints: [{ key: CONTROL_PLANE, value: "", effect: "NoSchedule" }],
        allocatable: { cpu: 2000, memory: 4 * GIB, "ephemeral-storage": 20 * GIB, pods: 110 },
        storage: [],
        shape: { cores: 2, memory: 4096, host: zone },
    };
}

/**
 * Three to six workers, and control planes in half of the cases.
 *
 * @param oddity from 0 to 1: how many nodes have taints, few pods or no zone
 */
export function generateNodes(dice: Dice, oddity: number): ClusterNode[] {
    const common = dice.happens(0.5) ? size(dice) : undefined;
    const workers = Array.from({ length: dice.between(3, 6) }, (_, index) =>
        worker(dice, `worker-${index + 1}`, common ?? size(dice), oddity),
    );
    const count = dice.one([0, 0, 1, 3] as const);
    return [
        ...workers,
        ...ZONES.slice(0, count).map((zone, index) => controlPlane(`control-${index + 1}`, zone)),
    ];
}
