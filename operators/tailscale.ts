/** Tailscale: connectors that the operator runs in its own namespace. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { named } from "./names";
import { container } from "./pods";
import { labelsAt, numberAt, present, textAt, treeAt } from "./values";

const GROUP = "tailscale.com";
const source = "tailscale v1.102.3: cmd/k8s-operator/sts.go, deploy/manifests/proxy.yaml";

/** Namespace of the operator on this platform: whatever it makes is there. */
export const tailscaleNamespace = "tailscale";

/** sts.go, childResourceLabels. */
export function connectorLabels(name: string): Labels {
    return {
        "tailscale.com/managed": "true",
        "tailscale.com/parent-resource": name,
        "tailscale.com/parent-resource-ns": tailscaleNamespace,
        "tailscale.com/parent-resource-type": "connector",
    };
}

/** proxy.yaml. */
const RESOURCES = { requests: { cpu: "1m", memory: "1Mi" } };

/** sts.go, applyProxyClassToStatefulSet: what the class says replaces what the operator gives. */
function containerOf(name: string, said: Tree): Tree {
    return {
        ...container(
            name,
            Object.keys(treeAt(said, "resources")).length > 0 ? said.resources : RESOURCES,
        ),
        securityContext: said.securityContext ?? { privileged: true },
        ...present({ env: said.env }),
    };
}

function podOf(proxyClass: Tree | undefined): Tree {
    const said = treeAt(proxyClass, "statefulSet", "pod");
    const scheduling = ["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints"];
    return {
        ...present(Object.fromEntries(scheduling.map((field) => [field, said[field]]))),
        ...present({
            priorityClassName: said.priorityClassName,
            securityContext: said.securityContext,
        }),
        serviceAccountName: "proxies",
        initContainers: [containerOf("sysctler", treeAt(said, "tailscaleInitContainer"))],
        containers: [containerOf("tailscale", treeAt(said, "tailscaleContainer"))],
    };
}

function connectorPods(
    { spec = {}, metadata }: Resource,
    { all }: Surroundings,
): MadePods[] | string {
    const wanted = textAt(spec, "proxyClass");
    const proxyClass = all(`${GROUP}/ProxyClass`).find((other) => other.metadata.name === wanted);
    if (wanted !== undefined && proxyClass === undefined) {
        return "its ProxyClass is not in the stack";
    }
    return [
        {
            part: "connectors",
            name: `ts-${metadata.name}`,
            namespace: tailscaleNamespace,
            labels: {
                ...labelsAt(proxyClass?.spec, "statefulSet", "pod", "labels"),
                ...connectorLabels(metadata.name),
            },
            count: numberAt(1, spec, "replicas"),
            stateful: true,
            pod: podOf(proxyClass?.spec),
            ports: [],
            usesApi: true,
        },
    ];
}

const names = [
    ...named(`${GROUP}/ProxyClass`, "spec.proxyClass"),
    ...named(`${GROUP}/Tailnet`, "spec.tailnet"),
];

/** The rooms of the kinds that make pods. */
export const tailscale: readonly Behaviour[] = [
    { kind: `${GROUP}/Connector`, source, pods: connectorPods, names },
    {
        kind: `${GROUP}/ProxyClass`,
        source: "tailscale v1.102.3: k8s-operator/apis/v1alpha1/types_proxyclass.go",
    },
    {
        kind: `${GROUP}/ProxyGroup`,
        source,
        pods: () => "no room in operators/ says what pods a ProxyGroup has",
        names,
    },
];
