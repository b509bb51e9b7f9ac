/** An upgrade of Talos over a minor, with nodes that fail half way. */
import { requireNothingChanges, requireWhole } from "./checks";
import { require } from "./fault";
import { mustOperate, mustRefuse } from "./operate";
import type { Stage } from "./stage";

/** The release of the minor before. */
function before(release: string): string {
    const [, major = "1", minor = "0"] = /^v(\d+)\.(\d+)\./.exec(release) ?? [];
    return `v${major}.${Number(minor) - 1}.3`;
}

/** Nodes that run a release. */
function running(stage: Stage, release: string): string[] {
    return stage.nodes
        .filter(({ address }) => stage.site.cluster.at(address)?.disk.image.release === release)
        .map(({ name }) => name);
}

/** Order in which nodes were told to upgrade. */
function orderOf(asked: readonly string[], { nodes }: Stage): string[] {
    return asked.flatMap((what) => {
        const address = /^Talos: Upgrade (\S+)$/.exec(what)?.[1];
        return nodes.find((node) => node.address === address)?.name ?? [];
    });
}

/** The scenario. */
export async function upgradeTalos(stage: Stage): Promise<void> {
    const { cluster, listeners } = stage.site;
    const target = cluster.at(stage.node("controlPlane").address)?.disk.image.release ?? "";
    const old = before(target);
    for (const { disk } of cluster.machines) {
        disk.image = { ...disk.image, release: old };
    }
    const { leader: id } = cluster.etcd;
    const leader = cluster.etcd.members.find((member) => member.id === id)?.hostname ?? "";
    const asked: string[] = [];
    const listen = (what: string) => asked.push(what);
    listeners.add(listen);
    try {
        const [first, second] = [stage.node("worker"), stage.node("worker", 1)].map(({ address }) =>
            cluster.at(address),
        );
        if (first !== undefined && second !== undefined) {
            first.upgradeFault = "no image";
            second.upgradeFault = "rolls back";
        }
        const goOn = /make upgrade STACK=\S+" again/;
        await mustRefuse(stage, /failed to pull image[^]*again: nodes that have/, "upgrade");
        const ended = await mustRefuse(stage, new RegExp(`is back with ${old}`), "upgrade");
        require([goOn.test(ended.output), "It does not say how to go on."]);
        const done = running(stage, target);
        await mustOperate(stage, "upgrade");
        const left = running(stage, old);
        require([left.length === 0, `${left.join(", ")} still run ${old}.`], [
            done.length > 0 && done.length < stage.nodes.length,
            `After two failures ${done.length} nodes ran ${target}.`,
        ]);
        requireOrder(stage, orderOf(asked, stage), leader);
    } finally {
        listeners.delete(listen);
    }
    await requireWhole(stage);
    await requireNothingChanges(stage);
}

/** Control planes first, the leader last among them; whoever is done is not asked again. */
function requireOrder(stage: Stage, order: readonly string[], leader: string): void {
    const isControlPlane = (name: string) =>
        stage.nodes.some((node) => node.name === name && node.role === "controlPlane");
    const first = order.findIndex((name) => !isControlPlane(name));
    const controlPlanes = order.filter(isControlPlane);
    require([
        order.slice(first).every((name) => !isControlPlane(name)),
        `Nodes were upgraded in the order ${order.join(", ")}.`,
    ], [
        new Set(controlPlanes).size === controlPlanes.length,
        `A control plane was upgraded twice: ${order.join(", ")}.`,
    ], [
        controlPlanes.at(-1) === leader,
        `${leader} led etcd and was not the last control plane: ${order.join(", ")}.`,
    ]);
}
