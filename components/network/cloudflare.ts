/** The token by which systems change the domain's zone at Cloudflare; they share one. */
import type { SecretDefinition } from "../base/definition";

/**
 * The definition of the secret `cloudflareApiToken` for a system.
 *
 * @param neededBecause why the system needs it with its settings, or undefined when it does not
 */
export function cloudflareApiToken<Own>(
    neededBecause: SecretDefinition<Own>["neededBecause"],
): SecretDefinition<Own> {
    return {
        description:
            "Cloudflare API token that may edit the domain's DNS zone; made at " +
            "dash.cloudflare.com/profile/api-tokens from the template `Edit zone DNS`, for that " +
            "zone alone",
        neededBecause,
    };
}
