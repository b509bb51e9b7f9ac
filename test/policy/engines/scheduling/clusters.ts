/** Small clusters as data, for the tests of the scheduler and of the proof. */
import * as assert from "node:assert/strict";
import { SimulatedCluster } from "../../../../policy/engines/scheduling/cluster";
import { filterFor, type Reason } from "../../../../policy/engines/scheduling/filters";
import type { ClusterNode } from "../../../../policy/engines/scheduling/nodes";
import { withDefaults } from "../../../../policy/engines/scheduling/pod-resources";
import { podSet, type PodSet } from "../../../../policy/engines/scheduling/pod-set";
import { podsOfTemplates } from "../../../../policy/engines/scheduling/proof";
import { randomNumbers, schedule } from "../../../../policy/engines/scheduling/scheduler";
import {
    ALONE,
    compileTemplate,
    type TemplateSurroundings,
    type Template,
} from "../../../../policy/engines/scheduling/template";
import { toFact } from "../../../../policy/kernel/facts";
import type { Inputs } from "../../harness";

export const HOSTNAME = "kubernetes.io/hostname";
export const ZONE = "topology.kubernetes.io/zone";
const GIB = 2 ** 30;

/** A resource for findings to be about. */
export const fact = toFact({
    urn: "urn:pulumi:test::platform::test:Resource::test",
    type: "test:Resource",
    name: "test",
    props: {},
    opts: {
        protect: false,
        ignoreChanges: [],
        aliases: [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        replaceOnChanges: [],
        replaceWith: [],
        retainOnDelete: false,
        additionalSecretOutputs: [],
        parent: "",
    },
    // The rest is not read.
} as unknown as Parameters<typeof toFact>[0]);

/** A worker with room for everything, unless said otherwise. */
export function node(
    name: string,
    changes: {
        labels?: Record<string, string>;
        taints?: ClusterNode["taints"];
        cpu?: number;
        memory?: number;
        pods?: number;
        zone?: string;
        role?: ClusterNode["role"];
        storage?: number[];
    } = {},
): ClusterNode {
    const { cpu = 4000, memory = 8, pods = 110, zone = "a" } = changes;
    return {
        name,
        role: changes.role ?? "worker",
        labels: { [HOSTNAME]: name, [ZONE]: zone, ...changes.labels },
        taints: changes.taints ?? [],
        allocatable: { cpu, memory: memory * GIB, pods, "ephemeral-storage": 50 * GIB },
        storage: changes.storage ?? [],
        shape: { cores: cpu / 1000, memory: memory * 1024, host: zone },
    };
}

/** Pods of one kind, that ask for next to nothing unless said otherwise. */
export function pods(
    name: string,
    changes: { spec?: Inputs; cpu?: string; memory?: string } & Partial<PodSet> = {},
): PodSet {
    const { spec, cpu = "1m", memory = "1Mi", ...rest } = changes;
    return podSet({
        key: `Deployment/default/${name}`,
        fact,
        namespace: "default",
        name,
        labels: { app: name },
        count: 1,
        ...rest,
        spec: withDefaults(
            { containers: [{ name: "main", resources: { requests: { cpu, memory } } }], ...spec },
            [],
        ),
    });
}

/** Pods by the name of their node. */
export type Placement = readonly (readonly [PodSet, string])[];

/**
 * Why a pod cannot go to each of the nodes while others are on them already; an empty text where it
 * can.
 */
export function reasons(
    nodes: readonly ClusterNode[],
    set: PodSet,
    placed: Placement = [],
    around: TemplateSurroundings = ALONE,
): Record<string, Reason | ""> {
    const templates = new Map<PodSet, Template>();
    const templateOf = (each: PodSet) => {
        const template = templates.get(each) ?? compileTemplate(each, around);
        templates.set(each, template);
        return template;
    };
    const all = [...placed.map(([each]) => each), set].map((each) => ({
        template: templateOf(each),
    }));
    const cluster = new SimulatedCluster(nodes, all);
    placed.forEach(([, name], index) => {
        cluster.place(
            index,
            nodes.findIndex((each) => each.name === name),
        );
    });
    const filter = filterFor(cluster, cluster.rulesOf(templateOf(set)));
    return Object.fromEntries(nodes.map(({ name }, index) => [name, filter(index) ?? ""]));
}

/** Places sets in their order; the result is the node of each pod, or `-`. */
export function placed(
    nodes: readonly ClusterNode[],
    sets: readonly PodSet[],
    around: TemplateSurroundings = ALONE,
): Record<string, string[]> {
    const templates = sets.map((set) => compileTemplate(set, around));
    const all = podsOfTemplates(templates, nodes);
    const cluster = new SimulatedCluster(nodes, all);
    schedule(
        cluster,
        all.map((_, index) => index),
        { random: randomNumbers(1), noise: 0 },
    );
    const result: Record<string, string[]> = {};
    all.forEach(({ template: { set } }, index) => {
        const where = nodes[cluster.where[index] ?? -1]?.name ?? "-";
        result[set.name] = [...(result[set.name] ?? []), where].sort();
    });
    return result;
}

/** Anti-affinity or affinity to pods with a label `app`. */
export function near(app: string, topologyKey = HOSTNAME, more: Inputs = {}): Inputs {
    return {
        requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app } }, topologyKey, ...more },
        ],
    };
}

/** A spread constraint on pods with a label `app`. */
export function spread(app: string, changes: Inputs = {}): Inputs {
    return {
        topologySpreadConstraints: [
            {
                maxSkew: 1,
                topologyKey: HOSTNAME,
                whenUnsatisfiable: "DoNotSchedule",
                labelSelector: { matchLabels: { app } },
                ...changes,
            },
        ],
    };
}

export { assert };
