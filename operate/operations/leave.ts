/** How a node leaves etcd and Kubernetes, and is turned off. */
import type { EtcdMember } from "../../components/cluster/gate";
import type { NodeSettings } from "../../components/site-schema";
import { type Cluster, findNode, fromControlPlane, nodePath, waitUntil } from "../cluster/cluster";
import type { Step } from "../operation";

/** The member of etcd that a node is, as the others know it. */
async function memberOf(cluster: Cluster, { name }: NodeSettings): Promise<EtcdMember | undefined> {
    const members = await fromControlPlane(
        cluster,
        (address) => cluster.talosctl.members(address),
        name,
    );
    return members.find(({ hostname }) => hostname === name);
}

/** Has a control plane leave etcd, or the others take it out when it cannot. */
async function leaveEtcd(cluster: Cluster, node: NodeSettings): Promise<void> {
    const { talosctl } = cluster;
    const member = await memberOf(cluster, node);
    if (await answers(cluster, node)) {
        await talosctl.reset(node.address);
    } else if (member !== undefined) {
        await fromControlPlane(
            cluster,
            (address) => talosctl.removeMember(address, member.id),
            node.name,
        );
    }
    await waitUntil(
        cluster,
        `etcd to go on without ${node.name}`,
        async () => ((await memberOf(cluster, node)) === undefined ? undefined : "it is a member"),
        { seconds: 600 },
    );
}

/** Whether a node still answers. */
function answers({ talosctl }: Cluster, { address }: NodeSettings): Promise<boolean> {
    return talosctl.version(address).then(
        () => true,
        () => false,
    );
}

/** The node has left the cluster: nothing before that needs to be done again. */
async function hasLeft(cluster: Cluster, node: NodeSettings): Promise<boolean> {
    return (await findNode(cluster, node.name)) === undefined;
}

/** The steps; a control plane is wiped, so that it does not come back as a member. */
export function leaveSteps(cluster: Cluster, node: NodeSettings): Step[] {
    const { talosctl, kubernetes } = cluster;
    const { name, address } = node;
    const leave: Step =
        node.role === "controlPlane"
            ? {
                  title: `Take ${name} out of etcd and wipe its system disk`,
                  isDone: async () => (await memberOf(cluster, node)) === undefined,
                  run: () => leaveEtcd(cluster, node),
              }
            : {
                  title: `Turn ${name} off`,
                  isDone: async () =>
                      (await hasLeft(cluster, node)) || !(await answers(cluster, node)),
                  run: async () => {
                      await talosctl.shutdown(address);
                      await waitUntil(
                          cluster,
                          `${name} to be off`,
                          async () => ((await answers(cluster, node)) ? "it answers" : undefined),
                          { seconds: 900 },
                      );
                  },
              };
    return [
        leave,
        {
            title: `Delete the Node ${name}`,
            isDone: () => hasLeft(cluster, node),
            run: () => kubernetes.delete(nodePath(name)),
        },
    ];
}
