/**
 * Waypoints: proxies that istiod makes of a Gateway (istio 1.30.3:
 * pilot/pkg/config/kube/gateway/deploymentcontroller.go).
 */
import type {
    Labels,
    MadeBudget,
    MadeObject,
    MadePods,
    MadeService,
    Resource,
    Surroundings,
    Tree,
} from "./behaviour";
import { restricted, scheduling, seccompOf, serving } from "./istio-pods";
import { tcp } from "./pods";
import { namespaceOf, numberAt, treeAt } from "./values";

/** The class of Gateways that are waypoints (istio pkg/config/constants). */
export const waypointClass = "istio-waypoint";
/** Requests where the settings of the mesh name none (istiod/values.yaml). */
const RESOURCES = { requests: { cpu: "100m", memory: "128Mi" } };

/** What the settings of the mesh merge into every waypoint (values.gatewayClasses). */
function waypointSettings({ all }: Surroundings): { readonly own: Tree; readonly global: Tree } {
    const [istio] = all("sailoperator.io/Istio");
    return {
        own: treeAt(istio?.spec, "values", "gatewayClasses", waypointClass),
        global: treeAt(istio?.spec, "values", "global"),
    };
}

function waypointLabels({ metadata }: Resource): Labels {
    return {
        "gateway.networking.k8s.io/gateway-name": metadata.name,
        "gateway.networking.k8s.io/gateway-class-name": waypointClass,
        "gateway.istio.io/managed": "istio.io-mesh-controller",
        "istio.io/dataplane-mode": "none",
    };
}

/** istiod/files/waypoint.yaml. */
export function waypointPods(gateway: Resource, surroundings: Surroundings): MadePods[] {
    const { own, global } = waypointSettings(surroundings);
    const waypoint = treeAt(global, "waypoint");
    const count = numberAt(1, own, "deployment", "spec", "replicas");
    return [
        {
            part: "waypoint",
            name: gateway.metadata.name,
            labels: waypointLabels(gateway),
            count,
            most: count + 1,
            pod: {
                serviceAccountName: gateway.metadata.name,
                ...scheduling(waypoint, [
                    "affinity",
                    "nodeSelector",
                    "tolerations",
                    "topologySpreadConstraints",
                ]),
                containers: [
                    serving(
                        "istio-proxy",
                        waypoint.resources ?? RESOURCES,
                        "registry.istio.io/release/proxyv2:1.30.3-distroless",
                        { path: "/healthz/ready", port: 15_021 },
                        {
                            securityContext: {
                                ...restricted,
                                ...seccompOf(treeAt(global, "proxy")),
                            },
                        },
                    ),
                ],
            },
            ports: [
                tcp(15_008),
                tcp(15_020, "metrics"),
                tcp(15_021, "status-port"),
                tcp(15_090, "http-envoy-prom"),
            ],
        },
    ];
}

/** The Service of a waypoint. */
export function waypointServices(gateway: Resource): MadeService[] {
    return [
        {
            name: gateway.metadata.name,
            selector: { "gateway.networking.k8s.io/gateway-name": gateway.metadata.name },
            ports: [15_008, 15_021].map((port) => ({ port, target: port })),
        },
    ];
}

/** The account of a waypoint. */
export function waypointObjects(gateway: Resource): MadeObject[] {
    const { name } = gateway.metadata;
    return [{ kind: "/ServiceAccount", name, namespace: namespaceOf(gateway) }];
}

/** The budget of a waypoint, where the settings of the mesh ask for one. */
export function waypointBudgets(gateway: Resource, surroundings: Surroundings): MadeBudget[] {
    const limit = treeAt(waypointSettings(surroundings).own, "podDisruptionBudget", "spec");
    const minAvailable = limit.minAvailable;
    return typeof minAvailable === "number" || typeof minAvailable === "string"
        ? [{ name: gateway.metadata.name, selector: waypointLabels(gateway), minAvailable }]
        : [];
}
