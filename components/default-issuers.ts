/** Who signs people on at the Kubernetes API where the configuration does not say. Pure. */
import type { Issuer } from "./site-schema";
import { type Chosen, isOn } from "./system-checks";
import { systems } from "./systems";

/** Whom a system makes the API server believe. */
function issuerOf(definition: (typeof systems)[number], chosen: Chosen): string | undefined {
    // Parsed by the schema of this very definition.
    const own = chosen.systems[definition.name] as never;
    return definition.issuer(chosen.site, own);
}

/**
 * The system that signs people on, if its certificate is one that the API server trusts by
 * itself. The authority of the cluster's own certificates is made in the cluster, after the machines:
 * whoever wants that one writes it down (docs/kubectl.md).
 */
export function defaultIssuers(chosen: Chosen): readonly Issuer[] {
    if (chosen.systems.certManager.acme === undefined) {
        return [];
    }
    return systems
        .filter((definition) => isOn(chosen, definition))
        .flatMap((definition) => issuerOf(definition, chosen) ?? [])
        .slice(-1)
        .map((url) => ({ url }));
}
