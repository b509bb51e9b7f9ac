/** What a webhook configuration is waited for. Pure. */
import type { Manifest } from "./object";

/**
 * The configuration, which is ready when the API server can call what it names. Pods that are ready
 * do not mean that: only when the CA injector has written the certificate it can (pitfall P17).
 */
export function awaitingAuthority(configuration: Manifest): Manifest {
    const annotations = {
        ...configuration.metadata.annotations,
        "pulumi.com/waitFor": "jsonpath={.webhooks[*].clientConfig.caBundle}",
    };
    return { ...configuration, metadata: { ...configuration.metadata, annotations } };
}
