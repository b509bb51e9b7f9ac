/** Pods for the tests of the Pod Security Standards. */
import type { Tree } from "../../../../policy/kernel/tree";

/** A pod spec that every level allows in every version. */
export const GOOD_SPEC: Tree = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container({})],
    initContainers: [container({}, "setup")],
};

/** A container that every level allows, with more in its security context. */
export function container(securityContext: Tree, name = "web"): Tree {
    return {
        name,
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            ...securityContext,
        },
    };
}

/** The good spec with other fields. */
export function spec(fields: Tree): Tree {
    return { ...GOOD_SPEC, ...fields };
}

/** The good spec with more in the pod's security context. */
export function secured(securityContext: Tree): Tree {
    return spec({
        securityContext: { ...(GOOD_SPEC.securityContext as Tree), ...securityContext },
    });
}

/** The good spec with more in the security context of its only container of one list. */
export function contained(securityContext: Tree, list = "containers"): Tree {
    return spec({ [list]: [container(securityContext)] });
}

/** The good spec with more fields in its only container. */
export function containing(fields: Tree): Tree {
    return spec({ containers: [{ ...container({}), ...fields }] });
}

/** The good spec with volumes. */
export function volumes(...list: readonly unknown[]): Tree {
    return spec({ volumes: list });
}

/** The good spec without what Windows does not have. */
export const WINDOWS_SPEC: Tree = spec({
    os: { name: "windows" },
    containers: [{ name: "web" }],
});

/** Versions before and since pods in a user namespace may do more. */
export const OLD = ["v1.29", "v1.34"];
export const NEW = ["v1.35", "v1.36", "latest"];

/** Pods that differ from an allowed one in a single field. */
export interface Case {
    readonly check: string;
    readonly level: "baseline" | "restricted";
    /** The versions to judge in; `latest` without. */
    readonly versions?: readonly string[];
    readonly pass?: Readonly<Record<string, Tree>>;
    readonly fail?: Readonly<Record<string, Tree>>;
    readonly annotations?: Tree;
}
