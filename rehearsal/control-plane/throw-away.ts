/** Which clusters a rehearsal may fill with nodes and objects. Pure. */

/** The current context of a kubeconfig, and where it leads. */
export interface KubernetesContext {
    readonly name: string;
    /** URL of the API server. */
    readonly server: string;
}

/** Contexts that tools for throw-away clusters make: kind, k3d, minikube, and this one. */
const THROW_AWAY = /^(?:kind-.+|k3d-.+|minikube|rehearsal-.+)$/;
/** Where the first two and this one publish the API server; minikube's own machine has an address. */
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]", "0.0.0.0"]);

function isLocal({ name, server }: KubernetesContext): boolean {
    return name === "minikube" || (URL.canParse(server) && LOOPBACK.has(new URL(server).hostname));
}

/**
 * Why a cluster is not used, as one sentence; undefined when it may be.
 *
 * @param confirmed name of the context that a person has confirmed
 */
export function refusal(context: KubernetesContext, confirmed?: string): string | undefined {
    const { name, server } = context;
    if (name === confirmed || (THROW_AWAY.test(name) && isLocal(context))) {
        return undefined;
    }
    const asked = confirmed === undefined ? "" : ` (confirmed was ${confirmed})`;
    return (
        `Context ${name} leads to ${server}, which does not look like a throw-away cluster ` +
        `(kind-*, k3d-*, minikube)${asked}: a rehearsal fills it with nodes and objects; ` +
        `if that is wanted, give --confirm ${name}.`
    );
}
