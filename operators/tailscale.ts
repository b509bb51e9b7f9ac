/** Tailscale: proxies that the operator runs in its own namespace. */
import type { Behaviour } from "./behaviour";
import { named } from "./names";

const GROUP = "tailscale.com";
const source = "tailscale v1.102.3: cmd/k8s-operator, k8s-operator/apis/v1alpha1";

/** A Connector has no namespace, and its pods are where the operator happens to run. */
const pods = () => "its pods run in the namespace of the operator, which it does not name";

/** The rooms of the kinds that make pods. */
export const tailscale: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Connector`,
        source,
        pods,
        names: [
            ...named(`${GROUP}/ProxyClass`, "spec.proxyClass"),
            ...named(`${GROUP}/Tailnet`, "spec.tailnet"),
        ],
    },
    {
        kind: `${GROUP}/ProxyGroup`,
        source,
        pods,
        names: [
            ...named(`${GROUP}/ProxyClass`, "spec.proxyClass"),
            ...named(`${GROUP}/Tailnet`, "spec.tailnet"),
        ],
    },
];
