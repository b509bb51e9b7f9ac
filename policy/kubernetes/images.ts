/** Image references, read the way Docker and containerd do. */

/** The parts of an image reference. */
export interface ImageReference {
    /** `docker.io` where the reference names none. */
    readonly registry: string;
    /** Path below the registry; Docker's own images are `library/<name>`. */
    readonly repository: string;
    readonly tag?: string;
    /** `sha256:` and 64 hexadecimal digits, as written. */
    readonly digest?: string;
}

/** Splits a reference; no registry means `docker.io`, no folder there means `library`. */
export function parseImage(reference: string): ImageReference {
    const [named = "", digest] = reference.split("@");
    const slash = named.lastIndexOf("/");
    const colon = named.indexOf(":", slash + 1);
    const path = colon === -1 ? named : named.slice(0, colon);
    const tag = colon === -1 ? undefined : named.slice(colon + 1);
    const [first = "", ...rest] = path.split("/");
    const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
    const registry = hasRegistry ? first : "docker.io";
    const folder = hasRegistry ? rest.join("/") : path;
    return {
        registry: registry === "index.docker.io" ? "docker.io" : registry,
        repository:
            registry === "docker.io" && !folder.includes("/") ? `library/${folder}` : folder,
        tag,
        digest,
    };
}
