/** Who orders, and what an order cannot take. Pure. */
import { groupAtApi } from "../../trust/people";
import type { Manifest } from "../base/object";
import { personRoleNames } from "../foundation/roles";
import { orderKind, ORDERS, type Taken } from "./order-api";

const RBAC = "rbac.authorization.k8s.io";

/** Groups whose people order. */
const ordering = ["platform-admin", "app-developer"] as const;

const VERBS = ["get", "list", "watch", "create", "delete", "patch", "update"];

/** What they may do in the namespace of orders. */
export function orderingRole(): Manifest[] {
    const metadata = { name: "orders", namespace: ORDERS };
    return [
        {
            apiVersion: `${RBAC}/v1`,
            kind: "Role",
            metadata,
            rules: [{ apiGroups: [orderKind.group], resources: [orderKind.plural], verbs: VERBS }],
        },
        {
            apiVersion: `${RBAC}/v1`,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: RBAC, kind: "Role", name: metadata.name },
            subjects: ordering.map((group) => ({
                apiGroup: RBAC,
                kind: "Group",
                name: groupAtApi(group),
            })),
        },
    ];
}

/** Names and groups that an order cannot take. */
export function taken(
    tenants: readonly { readonly name: string; readonly group: string }[],
): Taken {
    return {
        names: tenants.map(({ name }) => name),
        groups: [...personRoleNames, ...tenants.map(({ group }) => group)],
    };
}
