/** Random containers with what they ask for, in every notation of quantities. Pure. */
import { GIB, MIB } from "../../policy/engines/scheduling/amounts";
import type { Tree } from "../../policy/kernel/tree";
import type { Dice } from "./dice";
import { RUNTIME_CLASS } from "./generated-ground";
import { DEVICE, HUGE_PAGES } from "./generated-nodes";

const IMAGE = "registry.example/stand-in:1";

/** What one pod of a kind asks for, roughly: thousandths of a core, and bytes. */
export interface ResourceNeed {
    readonly cpu: number;
    readonly memory: number;
}

/** A need of the size that services have. */
export function generateNeed(dice: Dice): ResourceNeed {
    return {
        cpu: dice.one([0, 50, 100, 200, 250, 500, 700, 1000, 1500]),
        memory: dice.one([0, 64, 128, 256, 512, 700, 1024, 1500, 2048, 3000]) * MIB,
    };
}

/** Thousandths of a core, written in one of the ways that mean the same. */
export function cpuText(dice: Dice, thousandths: number): string {
    return dice.one([
        `${thousandths}m`,
        `${thousandths}m`,
        String(thousandths / 1000),
        `${thousandths}e-3`,
        // Rounded up to the next thousandth.
        `${Math.max(thousandths * 1000 - 1, 0)}u`,
    ]);
}

/** Bytes, written in one of the ways that mean the same to the scheduler. */
export function memoryText(dice: Dice, bytes: number): string {
    return dice.one([
        ...(bytes % MIB === 0 ? ([`${bytes / MIB}Mi`, `${bytes / MIB}Mi`] as const) : []),
        ...(bytes % 1024 === 0 ? [`${bytes / 1024}Ki`] : []),
        ...(bytes % 2 ** 26 === 0 ? [`${bytes / GIB}Gi`] : []),
        String(bytes),
        `${bytes}e0`,
        `${bytes / 1000}k`,
        // Thousandths of a byte, rounded up to the next byte.
        `${Math.max(bytes * 1000 - 1, 0)}m`,
    ]);
}

function quantities(dice: Dice, { cpu, memory }: ResourceNeed): Record<string, string> {
    return {
        ...(cpu > 0 || dice.happens(0.3) ? { cpu: cpuText(dice, cpu) } : {}),
        ...(memory > 0 || dice.happens(0.3) ? { memory: memoryText(dice, memory) } : {}),
    };
}

function container(dice: Dice, name: string, need: ResourceNeed, scarce: Tree = {}): Tree {
    const amounts = quantities(dice, need);
    // A limit without a request is the request.
    const resources = dice.happens(0.15)
        ? { limits: { ...amounts, ...scarce } }
        : { requests: amounts, limits: scarce };
    return { name, image: IMAGE, resources };
}

const part = ({ cpu, memory }: ResourceNeed, share: number): ResourceNeed => ({
    cpu: Math.floor(cpu * share),
    memory: Math.floor(memory * share),
});

function initContainers(dice: Dice, need: ResourceNeed): Tree[] {
    const large = { cpu: dice.one([100, 800]), memory: dice.one([64, 1024]) * MIB };
    const sidecar = { ...container(dice, "sidecar", part(need, 0.25)), restartPolicy: "Always" };
    const first = container(dice, "first", large);
    return dice.one([[first], [sidecar], [sidecar, first], [first, sidecar]]);
}

/** Resources of which only some nodes have any; huge pages go with memory only. */
function scarce(dice: Dice, { memory }: ResourceNeed): Tree {
    const [name, amount] = dice.one([
        [DEVICE, "1"],
        [DEVICE, "1"],
        ["ephemeral-storage", "6Gi"],
        memory > 0 ? [HUGE_PAGES, "64Mi"] : [DEVICE, "1"],
    ] as const);
    return { [name]: amount };
}

/**
 * Resources of the whole pod; from limits alone the API server derives the requests. No less than
 * the LimitRange gives its container.
 */
function podLevel(dice: Dice, { cpu, memory }: ResourceNeed): Tree {
    const amounts = quantities(dice, {
        cpu: Math.max(cpu, 160),
        memory: Math.max(memory, 100 * MIB),
    });
    return { [dice.one(["requests", "limits"])]: amounts };
}

/**
 * The part of a pod's spec that says what it asks for.
 *
 * @param oddity from 0 to 1: how many pods ask for more than CPU and memory of one container
 */
export function generateResources(dice: Dice, need: ResourceNeed, oddity: number): Tree {
    if (dice.happens(0.08 * oddity)) {
        return { containers: [{ name: "main", image: IMAGE }], resources: podLevel(dice, need) };
    }
    const parts = dice.one([1, 1, 1, 2, 3]);
    const rare = dice.perhaps(0.12 * oddity, () => scarce(dice, need));
    const containers = Array.from({ length: parts }, (_, index) =>
        container(dice, `main-${index + 1}`, part(need, 1 / parts), index === 0 ? rare : {}),
    );
    return {
        containers,
        ...dice.perhaps(0.25 * oddity, () => ({ initContainers: initContainers(dice, need) })),
        ...dice.perhaps(0.08 * oddity, () => ({ runtimeClassName: RUNTIME_CLASS })),
    };
}
