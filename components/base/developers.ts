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

/** A binding of a ClusterRole to the group that is called like it. */
export function roleBinding(
    kind: "ClusterRoleBinding" | "RoleBinding",
    metadata: ObjectMetadata,
    role: string,
): Manifest {
    return {
        apiVersion: `${apiGroup}/v1`,
        kind,
        metadata,
        roleRef: { apiGroup, kind: "ClusterRole", name: role },
        subjects: [{ apiGroup, kind: "Group", name: groupAtApi(role) }],
    };
}

/** What lets developers into a namespace: of applications into each, of the platform into none. */
export function developerBinding(
    namespace: string,
    tier: Tier,
    developers: Developers | undefined,
): Manifest[] {
    return developers !== undefined && (tier === "app" || tier === "tenant")
        ? [roleBinding("RoleBinding", { name: developers.role, namespace }, developers.role)]
        : [];
}
