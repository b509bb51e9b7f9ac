/** Pods of ceph-csi-operator (v1.0.4: internal/controller/driver_controller.go). */
import type { Fact, Facts, ObjectFact } from "../../../kernel/facts";
import { isTree, readList, readTree, type Tree } from "../../../kernel/tree";
import { podSet, type PodSet } from "../pod-set";
import { daemonTolerations } from "../taints";
import { apart, part, present } from "./placement";

type ObjectOf = Fact & { readonly object: ObjectFact };

/** The driver's own fields over the defaults of the operator's configuration. */
function withDefaults(own: unknown, fallback: unknown): unknown {
    if (!isTree(own) || !isTree(fallback)) {
        return own ?? fallback;
    }
    return Object.fromEntries(
        [...new Set([...Object.keys(own), ...Object.keys(fallback)])].map((key) => [
            key,
            withDefaults(own[key], fallback[key]),
        ]),
    );
}

function podSpec(plugin: Tree, containers: readonly Tree[], antiAffinity?: Tree): Tree {
    const affinity = readTree(plugin, "affinity");
    const isOwn = affinity.podAntiAffinity !== undefined || antiAffinity === undefined;
    return present({
        containers,
        priorityClassName: plugin.priorityClassName,
        tolerations: readList(plugin, "tolerations"),
        affinity: isOwn ? affinity : { ...affinity, podAntiAffinity: antiAffinity },
    });
}

/** The controller of a driver and its plugin on every node. */
export function csiDriverPods(fact: ObjectOf, facts: Facts): PodSet[] {
    const { object, key } = fact;
    const [config] = facts
        .objects("csi.ceph.io", "OperatorConfig")
        .filter((other) => other.object.namespace === object.namespace);
    const spec = withDefaults(
        readTree(fact.inputs, "spec"),
        readTree(config?.inputs, "spec", "driverSpecDefaults"),
    ) as Tree;
    const isKind = (kind: string) => object.name.endsWith(`.${kind}.csi.ceph.com`);
    const rotates = readTree(spec, "log").rotation !== undefined;
    const hasLiveness = isTree(spec.liveness);
    const controller = readTree(spec, "controllerPlugin");
    const node = readTree(spec, "nodePlugin");
    const containers = (plugin: Tree, wanted: readonly [name: string, isThere: boolean][]) =>
        wanted
            .filter(([, isThere]) => isThere)
            .map(([name]) => part(name.toLowerCase(), readTree(plugin, "resources")[name]));

    const pods = (name: string, body: Tree) => ({
        key: `${key} ${name}`,
        fact,
        namespace: object.namespace ?? "default",
        name: `${object.name}-${name}`,
        labels: { app: `${object.name}-${name}` },
        spec: body,
    });
    const replicas = Number(controller.replicas ?? 2);
    return [
        podSet({
            ...pods(
                "ctrlplugin",
                podSpec(
                    controller,
                    containers(controller, [
                        ["plugin", true],
                        ["provisioner", true],
                        ["resizer", true],
                        ["attacher", true],
                        ["snapshotter", spec.snapshotPolicy !== "none"],
                        ["addons", spec.deployCsiAddons === true && !isKind("nfs")],
                        ["omapGenerator", spec.generateOMapInfo === true && !isKind("nfs")],
                        ["liveness", hasLiveness],
                        ["logRotator", rotates],
                    ]),
                    apart({ app: `${object.name}-ctrlplugin` }, true),
                ),
            ),
            count: replicas,
            // Its Deployment has the default strategy of Kubernetes.
            most: replicas + Math.ceil(replicas / 4),
        }),
        podSet({
            ...pods("nodeplugin", {
                ...podSpec(
                    node,
                    containers(node, [
                        ["plugin", true],
                        ["registrar", true],
                        ["liveness", hasLiveness],
                        ["logRotator", rotates],
                    ]),
                ),
                hostNetwork: true,
                tolerations: [...readList(node, "tolerations"), ...daemonTolerations(true)],
            }),
            count: 1,
            perNode: true,
            local: true,
        }),
    ];
}
