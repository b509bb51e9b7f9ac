/** Gatekeeper: each template becomes a kind of constraints. */
import type { Behaviour } from "./behaviour";
import { textAt } from "./values";

/** The rooms of the kinds. */
export const gatekeeper: readonly Behaviour[] = [
    {
        kind: "templates.gatekeeper.sh/ConstraintTemplate",
        source: "gatekeeper v3.23.0: pkg/controller/constrainttemplate/constrainttemplate_controller.go",
        defines: (resource) => {
            const kind = textAt(resource, "spec", "crd", "spec", "names", "kind");
            return kind === undefined ? [] : [`constraints.gatekeeper.sh/${kind}`];
        },
    },
];
