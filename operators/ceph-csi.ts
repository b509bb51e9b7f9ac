/** ceph-csi-operator: the drivers through which pods get volumes of Ceph. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { named } from "./names";
import { apart, container, withSurge } from "./pods";
import { MONITORS, STORAGE } from "./rook-daemon";
import { isTree, labelsAt, listAt, namespaceOf, numberAt, present, treeAt } from "./values";

/** Labels of the pods that provision and attach the volumes of a driver. */
export function csiControllerLabels(driver: string): Labels {
    return { app: `${driver}-ctrlplugin` };
}

/** The driver's own fields over the defaults of the operator's configuration. */
function withDefaults(own: Tree, fallback: Tree): Tree {
    const fields = new Set([...Object.keys(own), ...Object.keys(fallback)]);
    return Object.fromEntries(
        [...fields].map((field) => {
            const [value, other] = [own[field], fallback[field]];
            return [
                field,
                isTree(value) && isTree(other) ? withDefaults(value, other) : (value ?? other),
            ];
        }),
    );
}

function podOf(plugin: Tree, containers: readonly Tree[], antiAffinity?: Tree): Tree {
    const affinity = treeAt(plugin, "affinity");
    const isOwn = affinity.podAntiAffinity !== undefined || antiAffinity === undefined;
    return present({
        containers,
        priorityClassName: plugin.priorityClassName,
        tolerations: listAt(plugin, "tolerations"),
        affinity: isOwn ? affinity : { ...affinity, podAntiAffinity: antiAffinity },
        hostNetwork: plugin.hostNetwork,
    });
}

/** The controller of a driver and its plugin on every node. */
function driverPods(resource: Resource, { all }: Surroundings): MadePods[] {
    const { name } = resource.metadata;
    const config = all("csi.ceph.io/OperatorConfig").find(
        (other) => namespaceOf(other) === namespaceOf(resource),
    );
    const spec = withDefaults(resource.spec ?? {}, treeAt(config?.spec, "driverSpecDefaults"));
    const isNfs = name.endsWith(".nfs.csi.ceph.com");
    const rotates = isTree(treeAt(spec, "log").rotation);
    const hasLiveness = isTree(spec.liveness);
    const controller = treeAt(spec, "controllerPlugin");
    const node = treeAt(spec, "nodePlugin");
    const containers = (plugin: Tree, wanted: readonly [part: string, isThere: boolean][]) =>
        wanted
            .filter(([, isThere]) => isThere)
            .map(([part]) => container(part.toLowerCase(), treeAt(plugin, "resources")[part]));
    const pods = (plugin: string, own: Tree) => ({
        name: `${name}-${plugin}`,
        labels: { ...labelsAt(own, "labels"), app: `${name}-${plugin}` },
        ports: [],
        reaches: [MONITORS, STORAGE],
    });
    const replicas = numberAt(2, controller, "replicas");
    return [
        {
            ...pods("ctrlplugin", controller),
            part: "controller plugin",
            pod: podOf(
                controller,
                containers(controller, [
                    ["plugin", true],
                    ["provisioner", true],
                    ["resizer", true],
                    ["attacher", true],
                    ["snapshotter", spec.snapshotPolicy !== "none"],
                    ["addons", spec.deployCsiAddons === true && !isNfs],
                    ["omapGenerator", spec.generateOMapInfo === true && !isNfs],
                    ["liveness", hasLiveness],
                    ["logRotator", rotates],
                ]),
                apart(csiControllerLabels(name), true),
            ),
            count: replicas,
            // Its Deployment has the default strategy of Kubernetes.
            most: withSurge(replicas),
            usesApi: true,
        },
        {
            ...pods("nodeplugin", node),
            part: "node plugin",
            // It mounts volumes with the kernel of its node.
            pod: {
                ...podOf(
                    node,
                    containers(node, [
                        ["plugin", true],
                        ["registrar", true],
                        ["liveness", hasLiveness],
                        ["logRotator", rotates],
                    ]),
                ),
                hostNetwork: true,
            },
            count: 1,
            perNode: "DaemonSet",
            local: true,
        },
    ];
}

const source = "ceph-csi-operator v1.0.4: internal/controller/driver_controller.go, api/v1";

/** The rooms of the kinds. */
export const cephCsi: readonly Behaviour[] = [
    {
        kind: "csi.ceph.io/Driver",
        source,
        pods: driverPods,
        objects: ({ metadata: { name } }) => [{ kind: "storage.k8s.io/CSIDriver", name }],
        names: named("/ConfigMap", "spec.imageSet.name"),
    },
    {
        kind: "csi.ceph.io/OperatorConfig",
        source,
        names: named("/ConfigMap", "spec.driverSpecDefaults.imageSet.name"),
    },
    {
        kind: "csi.ceph.io/ClientProfile",
        source,
        names: named("csi.ceph.io/CephConnection", "spec.cephConnectionRef.name"),
    },
];
