/** Who deploys into the namespaces of applications. */
import { groupAtApi } from "../../trust/people";
import type { Manifest, ObjectMetadata } from "./object";
import type { Tier } from "./tiers";

const apiGroup = "rbac.authorization.k8s.io";

/** The role of whoever deploys applications; the group is called like it. */
export interface Developers {
    /** Name of the ClusterRole. */
    readonly role: string;
}

/**
 * A binding of a ClusterRole to a group.
 *
 * @param group default: the one that is called like the role
 */
export function roleBinding(
    kind: "ClusterRoleBinding" | "RoleBinding",
    metadata: ObjectMetadata,
    role: string,
    group = role,
): Manifest {
    return {
        apiVersion: `${apiGroup}/v1`,
        kind,
        metadata,
        roleRef: { apiGroup, kind: "ClusterRole", name: role },
        subjects: [{ apiGroup, kind: "Group", name: groupAtApi(group) }],
    };
}

/**
 * What lets developers into a namespace: of applications into each, of the platform into none, and
 * into that of a tenant its own group alone.
 *
 * @param group of the tenant; undefined where nobody deploys into the namespace itself
 */
export function developerBinding(
    namespace: string,
    tier: Tier,
    developers: Developers | undefined,
    group?: string,
): Manifest[] {
    const people = tier === "app" ? developers?.role : tier === "tenant" ? group : undefined;
    return developers === undefined || people === undefined
        ? []
        : [
              roleBinding(
                  "RoleBinding",
                  { name: developers.role, namespace },
                  developers.role,
                  people,
              ),
          ];
}
