/** What the parts of Matrix are told besides what the chart tells them. Pure. */
import { MATRIX, matrixPorts, matrixServices } from "./matrix-names";

/** Account of the bridge, in whose name alerts are told. */
export const BRIDGE_USER = "hookshot";
/** Name of the room of the alerts on the server: `#alerts`. */
export const ALERT_ROOM = "alerts";

/** Synapse v1.159: docs/usage/configuration/config_documentation.md. */
export function synapseConfiguration(authorityFile: string): Readonly<Record<string, unknown>> {
    return {
        // The chart would have the authorities of the image.
        database: { args: { sslrootcert: authorityFile } },
        // Nobody from other servers: what is written here stays here.
        federation_domain_whitelist: [],
        trusted_key_servers: [],
        suppress_key_server_warning: true,
        // Whoever writes an address must not make the server fetch it.
        url_preview_enabled: false,
        user_directory: { search_all_users: true },
    };
}

/** Element v1.12: docs/config.md. It asks nobody but the server. */
export const elementConfiguration: Readonly<Record<string, unknown>> = {
    bug_report_endpoint_url: "",
    map_style_url: "",
    disable_guests: true,
    disable_custom_urls: true,
    setting_defaults: { urlPreviewsEnabled: false },
};

/** matrix-hookshot 7.4: docs/setup/webhooks.md, docs/advanced/permissions.md. */
export function bridgeConfiguration(serverName: string): Readonly<Record<string, unknown>> {
    return {
        generic: {
            enabled: true,
            // An answer of 200 says that the message is in the room: else Alertmanager tries again.
            waitForComplete: true,
            allowJsTransformationFunctions: true,
            includeHookBody: false,
            enableHttpGet: false,
        },
        widgets: { roomSetupWidget: { addOnInvite: false } },
        // Nobody makes further ways into rooms: each would be open to whoever knows its address.
        permissions: [{ actor: serverName, services: [{ service: "generic", level: "commands" }] }],
    };
}

/** The path at the bridge that a secret opens. */
export function hookUrl(secret: string): string {
    return `http://${matrixServices.bridge}.${MATRIX}.svc:${matrixPorts.hooks}/_matrix/hookshot/webhook/${secret}`;
}

/** What Synapse and the bridge know of each other (configs/hookshot/registration.yaml.tpl). */
export function bridgeRegistration(
    serverName: string,
    { asToken, hsToken }: { readonly asToken: string; readonly hsToken: string },
): Readonly<Record<string, unknown>> {
    const name = serverName.replaceAll(".", "\\.");
    return {
        id: BRIDGE_USER,
        as_token: asToken,
        hs_token: hsToken,
        url: `http://${matrixServices.bridge}.${MATRIX}.svc:${matrixPorts.bridge}`,
        sender_localpart: BRIDGE_USER,
        rate_limited: false,
        receive_ephemeral: true,
        // Nobody else may take the name of the room.
        namespaces: { aliases: [{ exclusive: true, regex: `#${ALERT_ROOM}:${name}` }] },
    };
}

/**
 * The key by which the server signs events, as Synapse reads it: its kind, a name, and the seed in
 * Base64 (signedjson: key.py).
 *
 * @param seed 32 bytes in hexadecimal
 */
export function signingKey(seed: string): string {
    const text = Buffer.from(seed, "hex").toString("base64").replace(/=+$/, "");
    return `ed25519 a_platform ${text}\n`;
}
