/** Talos, which lets pods ask its own API where its machine configuration allows it. */
import type { Behaviour } from "./behaviour";

/** The rooms of the kinds. */
export const talos: readonly Behaviour[] = [
    {
        kind: "talos.dev/ServiceAccount",
        source: "siderolabs/talos v1.13.9: internal/app/machined/pkg/controllers/kubeaccess/serviceaccount/crd_controller.go",
        // The talosconfig of the roles, renewed before it ends.
        secrets: ({ metadata: { name } }) => [{ name, keys: ["config"] }],
    },
];
