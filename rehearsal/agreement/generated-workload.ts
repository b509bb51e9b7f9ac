/** A random workload for generated stacks. Pure. */
import type { Manifest } from "../../components/base/object";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { Tree } from "../../policy/kernel/tree";
import type { Dice } from "./dice";
import { NAMESPACES, PRIORITIES } from "./generated-ground";
import { generateNeed, generateResources, type ResourceNeed } from "./generated-resources";
import { generateRules } from "./generated-rules";
import { boundClaim, generateClaim } from "./generated-volumes";

/** A workload with the objects that go with it. */
export interface GeneratedWorkload {
    readonly objects: readonly Manifest[];
    /** How many pods it has. */
    readonly pods: number;
    /** What each of them asks for, roughly. */
    readonly need: ResourceNeed;
}

const KINDS = [
    ["DaemonSet", 1],
    ["StatefulSet", 3],
    ["Deployment", 10],
] as const;

/** Ports of the host that collide now and then. */
function withHostPort(dice: Dice, spec: Tree): Tree {
    const [first, ...rest] = spec.containers as Tree[];
    const port = dice.one([8080, 9090]);
    const ports = dice.one<Tree>([
        { containerPort: 80, hostPort: port },
        { containerPort: 80, hostPort: port, hostIP: dice.one(["10.0.0.1", "10.0.0.2"]) },
        { containerPort: 80, hostPort: port, protocol: "UDP" },
        { containerPort: port },
    ]);
    const hostNetwork = ports.hostPort === undefined ? { hostNetwork: true } : {};
    return { ...spec, ...hostNetwork, containers: [{ ...first, ports: [ports] }, ...rest] };
}

/** The claims that a StatefulSet makes, and the claims as if they had been made. */
function ownClaims(namespace: string, app: string, replicas: number) {
    const resources = { requests: { storage: "1Gi" } };
    return {
        templates: [{ metadata: { name: "data" }, spec: { resources } }],
        objects: Array.from({ length: replicas }, (_, index) =>
            boundClaim(namespace, `data-${app}-${index}`, "ReadWriteOnce"),
        ).flat(),
    };
}

/**
 * A workload.
 *
 * @param number of workloads that were made before, whose pods its rules may be about
 * @param oddity from 0 to 1: how many rules its pods have
 */
export function generateWorkload(
    dice: Dice,
    number: number,
    nodes: readonly ClusterNode[],
    oddity: number,
): GeneratedWorkload {
    const app = `app-${number}`;
    const namespace = dice.one([NAMESPACES[0], NAMESPACES[0], NAMESPACES[1], NAMESPACES[2]]);
    const kind = dice.weighted(KINDS);
    const isPerNode = kind === "DaemonSet";
    const names = nodes.map(({ name }) => name);
    const around = {
        app,
        others: Array.from({ length: number }, (_, index) => `app-${index}`),
        nodes: names,
    };
    const need = generateNeed(dice);
    const shared = dice.happens(0.1 * oddity)
        ? generateClaim(dice, namespace, app, names)
        : undefined;
    // Several pods for a volume that only one may have would never fit.
    const replicas = dice.between(1, shared?.isExclusive === true ? 1 : 4);
    const spec = {
        ...generateResources(dice, need, oddity),
        // Pods of a node have fewer rules: most others could not hold on every node.
        ...generateRules(dice, around, isPerNode ? oddity / 4 : oddity),
        ...(isPerNode && dice.happens(0.7) ? { priorityClassName: PRIORITIES[1] } : {}),
        ...(shared === undefined ? {} : { volumes: shared.volumes }),
    };
    const own =
        kind === "StatefulSet" && dice.happens(0.3)
            ? ownClaims(namespace, app, replicas)
            : undefined;
    const labels = { app, tier: dice.one(["x", "y"]), version: dice.one(["1", "2"]) };
    const manifest: Manifest = {
        apiVersion: "apps/v1",
        kind,
        metadata: { name: app, namespace },
        spec: {
            ...(isPerNode ? {} : { replicas }),
            selector: { matchLabels: { app } },
            template: {
                metadata: { labels },
                spec: dice.happens(0.12 * oddity) ? withHostPort(dice, spec) : spec,
            },
            ...(own === undefined ? {} : { volumeClaimTemplates: own.templates }),
        },
    };
    return {
        objects: [manifest, ...(shared?.objects ?? []), ...(own?.objects ?? [])],
        pods: isPerNode ? nodes.length : replicas,
        need,
    };
}
