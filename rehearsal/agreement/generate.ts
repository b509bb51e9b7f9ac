/** Random small stacks around the edge of what fits, the same for the same seed. Pure. */
import { type Manifest, objectKey, typeToken } from "../../components/base/object";
import type { ClusterNode, ClusterNodes } from "../../policy/engines/scheduling/nodes";
import { podsOn } from "../../policy/engines/scheduling/stack";
import { factOf, factsOf, type StackResource } from "../../preview/recorded-stack";
import { Dice } from "./dice";
import { GROUND } from "./generated-ground";
import { generateNodes } from "./generated-nodes";
import { generateWorkload } from "./generated-workload";
import { declaredSpec, type JudgedStack } from "./judged-stack";

/** How full the cluster is without an average worker, as a share; the edge is the point. */
const LOADS = [0.3, 0.5, 0.65, 0.75, 0.8, 0.85, 0.9, 0.95, 1.02] as const;
/** How odd a stack is, from 0 for plain pods to 1 for rules on everything. */
const ODDITIES = [0.03, 0.07, 0.15, 0.25, 0.5] as const;
const MOST_KINDS = 40;

function toResource(manifest: Manifest): StackResource {
    const name = objectKey(manifest);
    const type = typeToken(manifest);
    return {
        urn: `urn:pulumi:agreement::platform::${type}::${name}`,
        type,
        name,
        parent: "",
        inputs: { ...manifest },
        protect: false,
        dependencies: [],
    };
}

const platform = factOf({
    urn: "urn:pulumi:agreement::platform::platform:base:Platform::platform",
    type: "platform:base:Platform",
    name: "platform",
    parent: "",
    inputs: {},
    protect: false,
    dependencies: [],
});

/** Workloads until the cluster without an average worker is as full as wanted. */
function workloads(dice: Dice, nodes: readonly ClusterNode[], oddity: number): Manifest[] {
    const workers = nodes.filter(({ role }) => role === "worker");
    const left = (workers.length - 1) / workers.length;
    const capacity = (resource: string) =>
        workers.reduce((sum, { allocatable }) => sum + (allocatable[resource] ?? 0), 0) * left;
    const [cpu, memory] = [capacity("cpu"), capacity("memory")];
    const load = dice.one(LOADS);
    const objects: Manifest[] = [];
    let [usedCpu, usedMemory] = [0, 0];
    for (let number = 0; number < MOST_KINDS; number++) {
        const { objects: more, pods, need } = generateWorkload(dice, number, nodes, oddity);
        usedCpu += need.cpu * pods;
        usedMemory += need.memory * pods;
        if (number > 0 && Math.max(usedCpu / cpu, usedMemory / memory) > load) {
            break;
        }
        objects.push(...more);
    }
    return objects;
}

/** The stack of a seed. */
export function generate(seed: number): JudgedStack {
    const dice = new Dice(seed);
    const oddity = dice.one(ODDITIES);
    const nodes = generateNodes(dice, oddity);
    const objects = workloads(dice, nodes, oddity);
    const cluster: ClusterNodes = {
        fact: platform,
        nodes,
        unknown: false,
        kubeProxy: false,
        coreDns: false,
    };
    const { templates } = podsOn(cluster, factsOf([...GROUND, ...objects].map(toResource)));
    const volumes = objects.filter(({ kind }) => kind.startsWith("PersistentVolume"));
    return {
        name: `generated ${seed}`,
        seed,
        nodes,
        templates,
        ground: GROUND,
        volumes,
        podSpecOf: declaredSpec,
    };
}
