/** Gateways of the Gateway API, whose classes belong to different operators. */
import type { Behaviour, Resource, Surroundings } from "./behaviour";
import { annotatedSecrets } from "./cert-manager";
import {
    envoyController,
    proxyBudgets,
    proxyConfigMaps,
    proxyObjects,
    proxyPods,
    proxyServices,
} from "./envoy-gateway";
import { named } from "./names";
import {
    waypointBudgets,
    waypointClass,
    waypointObjects,
    waypointPods,
    waypointServices,
} from "./istio-waypoint";
import { textAt } from "./values";

const GROUP = "gateway.networking.k8s.io";

/** The class that the Cilium operator creates, and the controller of other classes of it. */
const CILIUM = { className: "cilium", controller: "io.cilium/gateway-controller" } as const;

const envoyProxy = { group: "gateway.envoyproxy.io", kind: "EnvoyProxy" } as const;

function classOf({ spec }: Resource, { all }: Surroundings): Resource | undefined {
    const name = textAt(spec, "gatewayClassName") ?? "";
    return all(`${GROUP}/GatewayClass`).find(({ metadata }) => metadata.name === name);
}

/** The class, where it is one of Envoy Gateway. */
function envoyClassOf(gateway: Resource, surroundings: Surroundings): Resource | undefined {
    const declared = classOf(gateway, surroundings);
    return textAt(declared?.spec, "controllerName") === envoyController ? declared : undefined;
}

function isWaypoint({ spec }: Resource): boolean {
    return textAt(spec, "gatewayClassName") === waypointClass;
}

/**
 * What Envoy Gateway or, of a waypoint, Istio makes of a Gateway; nothing where another controller
 * serves it.
 */
function ofClass<Made>(
    make: (
        gateway: Resource,
        gatewayClass: Resource,
        surroundings: Surroundings,
    ) => readonly Made[],
    ofWaypoint: (gateway: Resource, surroundings: Surroundings) => readonly Made[] = () => [],
) {
    return (gateway: Resource, surroundings: Surroundings): readonly Made[] => {
        if (isWaypoint(gateway)) {
            return ofWaypoint(gateway, surroundings);
        }
        const declared = envoyClassOf(gateway, surroundings);
        return declared === undefined ? [] : make(gateway, declared, surroundings);
    };
}

/**
 * Cilium serves Gateways with the Envoy on each node (cilium v1.20.0:
 * operator/pkg/gateway-api, Documentation/network/servicemesh/gateway-api), so it makes no pods.
 */
function gatewayPods(gateway: Resource, surroundings: Surroundings) {
    if (isWaypoint(gateway)) {
        return waypointPods(gateway, surroundings);
    }
    const className = textAt(gateway.spec, "gatewayClassName") ?? "";
    const declared = classOf(gateway, surroundings);
    const controller = textAt(declared?.spec, "controllerName");
    if (declared !== undefined && controller === envoyController) {
        return proxyPods(gateway, declared, surroundings);
    }
    return controller === CILIUM.controller ||
        (controller === undefined && className === CILIUM.className)
        ? []
        : `no room in operators/ says what the class ${className} makes of a Gateway`;
}

/** The rooms of the kinds; what routes name, the pack's own walk over them knows. */
export const gatewayApi: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Gateway`,
        source: "cilium v1.20.0, envoy gateway v1.9.0, istio 1.30.3, cert-manager v1.21.1, Gateway API v1.6.1",
        pods: gatewayPods,
        services: ofClass(proxyServices, waypointServices),
        configMaps: ofClass(proxyConfigMaps),
        objects: ofClass(proxyObjects, waypointObjects),
        budgets: ofClass(proxyBudgets, waypointBudgets),
        names: named(`${GROUP}/GatewayClass`, "spec.gatewayClassName"),
        typedNames: [{ path: "spec.infrastructure.parametersRef", ...envoyProxy }],
        secrets: annotatedSecrets,
    },
    {
        kind: `${GROUP}/GatewayClass`,
        source: "Gateway API v1.6.1: apis/v1/gatewayclass_types.go",
        typedNames: [{ path: "spec.parametersRef", ...envoyProxy }],
    },
];
