/** Gateways of the Gateway API, whose classes belong to different operators. */
import type { Behaviour, Resource, Surroundings } from "./behaviour";
import { annotatedSecrets } from "./cert-manager";
import { named } from "./names";
import { textAt } from "./values";

const GROUP = "gateway.networking.k8s.io";

/** The class that the Cilium operator creates, and the controller of other classes of it. */
const CILIUM = { className: "cilium", controller: "io.cilium/gateway-controller" } as const;

/**
 * Cilium serves Gateways with the Envoy on each node (cilium v1.20.0:
 * operator/pkg/gateway-api, Documentation/network/servicemesh/gateway-api), so it makes no pods.
 */
function gatewayPods({ spec }: Resource, { all }: Surroundings): readonly [] | string {
    const className = textAt(spec, "gatewayClassName") ?? "";
    const declared = all(`${GROUP}/GatewayClass`).find(
        ({ metadata }) => metadata.name === className,
    );
    const controller = textAt(declared?.spec, "controllerName");
    return controller === CILIUM.controller ||
        (controller === undefined && className === CILIUM.className)
        ? []
        : `no room in operators/ says what the class ${className} makes of a Gateway`;
}

/** The rooms of the kinds; what routes name, the pack's own walk over them knows. */
export const gatewayApi: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Gateway`,
        source: "cilium v1.20.0, cert-manager v1.21.1, Gateway API v1.6.1",
        pods: gatewayPods,
        names: named(`${GROUP}/GatewayClass`, "spec.gatewayClassName"),
        secrets: annotatedSecrets,
    },
    {
        kind: `${GROUP}/GatewayClass`,
        source: "Gateway API v1.6.1: apis/v1/gatewayclass_types.go",
    },
];
