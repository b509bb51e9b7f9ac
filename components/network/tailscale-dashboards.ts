/** The private way in. Pure. */
import { controllerRow, type Dashboard } from "../base/dashboard";

/** What the operator of the connectors does. */
export const tailscaleDashboards: readonly Dashboard[] = [
    {
        name: "tailscale",
        title: "Tailscale",
        purpose: "Whether connectors are kept as they are declared.",
        rows: [controllerRow("tailscale-operator")],
    },
];
