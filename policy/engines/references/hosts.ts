/** Names of Services in texts: URLs, addresses, whole configuration files. */

/** A Service that a text names. */
export interface Host {
    readonly service: string;
    readonly namespace: string;
    readonly port?: number;
}

/** What stands before a name that a template completes is no letter, dot or bracket. */
const FULL =
    /(?<![\w.$)}*-])((?:[a-z0-9-]+\.){2,})svc(?:\.cluster\.local\.?)?(?![\w-]|\.[a-z])(?::(\d+))?/g;
const SHORT = /\/\/(?:[^\s/@]*@)?([a-z0-9-]+)\.([a-z0-9-]+)(?::(\d+))?(?=[/?#\s"']|$)/g;

/** Comments explain what might be; they name nothing. */
function withoutComments(text: string): string {
    return text.includes("\n") ? text.replace(/^\s*(?:#|\/\/).*$/gm, "") : text;
}

function port(digits: string | undefined): number | undefined {
    return digits === undefined ? undefined : Number(digits);
}

/**
 * The Services that a text names with their namespace: `name.namespace.svc`, also below a pod's
 * name, and `//name.namespace` where the namespace is one of the stack.
 */
export function hostsIn(text: string, isNamespace: (name: string) => boolean): Host[] {
    const full = text.includes(".svc");
    if (!full && !text.includes("//")) {
        return [];
    }
    const bare = withoutComments(text);
    const found = full
        ? [...bare.matchAll(FULL)].map((match): Host => {
              const labels = (match[1] ?? "").split(".");
              const [service = "", namespace = ""] = labels.slice(-3);
              return { service, namespace, port: port(match[2]) };
          })
        : [];
    const short = [...bare.matchAll(SHORT)]
        .map((match): Host => {
            const [, service = "", namespace = "", digits] = match;
            return { service, namespace, port: port(digits) };
        })
        .filter(({ namespace }) => isNamespace(namespace));
    return [...found, ...short];
}
