/** What the Kubernetes API says of the nodes, compared with the settings. Pure. */

interface NodeList {
    items: {
        metadata: { name: string };
        spec?: { unschedulable?: boolean };
        status: { conditions?: { type: string; status: string }[] };
    }[];
}

/** Names of nodes, each list in the order of the settings or of the answer. */
export interface NodeReport {
    /** In the settings, and absent or not ready in the cluster. */
    readonly unready: readonly string[];
    /** In the settings, and cordoned. */
    readonly cordoned: readonly string[];
    /** In the cluster, and not in the settings. */
    readonly unexpected: readonly string[];
}

/** Reads the answer to `GET /api/v1/nodes`. */
export function nodeReport(answer: string, wanted: readonly string[]): NodeReport {
    const { items } = JSON.parse(answer) as NodeList;
    const names = (list: NodeList["items"]) => list.map(({ metadata }) => metadata.name);
    const ready = names(
        items.filter(({ status }) =>
            status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
        ),
    );
    const cordoned = names(items.filter(({ spec }) => spec?.unschedulable === true));
    return {
        unready: wanted.filter((name) => !ready.includes(name)),
        cordoned: wanted.filter((name) => cordoned.includes(name)),
        unexpected: names(items).filter((name) => !wanted.includes(name)),
    };
}

/** One sentence for each thing that a person should know; none when all is well. */
export function nodeSentences({ unready, cordoned, unexpected }: NodeReport): string[] {
    return [
        ...unready.map(
            (name) =>
                `Node ${name} is not ready: look at "kubectl describe node ${name}" and at ` +
                `"talosctl -n <its address> dmesg".`,
        ),
        ...cordoned.map(
            (name) =>
                `Node ${name} is cordoned: when its maintenance is over, "kubectl uncordon ${name}".`,
        ),
        ...unexpected.map(
            (name) =>
                `Node ${name} is in the cluster and not in the settings: if it was removed, ` +
                `"kubectl delete node ${name}".`,
        ),
    ];
}
