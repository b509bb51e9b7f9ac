/**
 * What the restore tests may do. Nothing where data comes from: no Role of theirs is in the namespace
 * of a source. In the scratch namespace they make and delete copies; where Velero is, one Restore,
 * which an admission policy holds to the scratch namespace. Nobody can limit `create` to a name. Pure.
 */
import { type AdmissionRule, admissionGuard } from "../base/admission-guard";
import type { Manifest } from "../base/object";
import { CHECK_VOLUME } from "./restore-tests-jobs";
import { COPY, MODIFIER, RESTORE_TESTS, SCRATCH } from "./restore-tests-plan";
import { VELERO } from "./velero-manifests";

const RBAC = "rbac.authorization.k8s.io";
/** Name of the one Restore that is there at a time. */
const RESTORE = "restore-test";
/** ConfigMap with what each test found last. */
export const REPORTS = "restore-reports";

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

function allowed(
    apiGroup: string,
    resource: string,
    verbs: readonly string[],
    names?: readonly string[],
): Rule {
    const resourceNames = names === undefined ? {} : { resourceNames: names };
    return { apiGroups: [apiGroup], resources: [resource], ...resourceNames, verbs };
}

/** What a test may do, by namespace. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
    [RESTORE_TESTS]: [
        allowed("coordination.k8s.io", "leases", ["get", "update"], [RESTORE_TESTS]),
        allowed("", "configmaps", ["patch"], [REPORTS]),
    ],
    [SCRATCH]: [
        allowed("postgresql.cnpg.io", "clusters", ["create"]),
        allowed("postgresql.cnpg.io", "clusters", ["get", "delete"], [COPY]),
        allowed("", "secrets", ["get"], [`${COPY}-ca`, `${COPY}-superuser`]),
        allowed("batch", "cronjobs", ["get"], [CHECK_VOLUME]),
        allowed("batch", "jobs", ["create"]),
        allowed("batch", "jobs", ["get", "delete"], [CHECK_VOLUME]),
        allowed("", "pods", ["list"]),
        // Restored ones have the names that they had.
        allowed("", "persistentvolumeclaims", ["list", "delete"]),
    ],
    [VELERO]: [
        allowed("velero.io", "backups", ["list"]),
        allowed("velero.io", "restores", ["create"]),
        allowed("velero.io", "restores", ["get", "delete"], [RESTORE]),
    ],
};

/** The account of the tests. */
export const account: Manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: RESTORE_TESTS, namespace: RESTORE_TESTS },
};

/** Its Roles in one of the namespaces. */
export function accessIn(namespace: string): readonly Manifest[] {
    const metadata = { name: RESTORE_TESTS, namespace };
    return [
        {
            apiVersion: `${RBAC}/v1`,
            kind: "Role",
            metadata,
            rules: rules[namespace] ?? [],
        },
        {
            apiVersion: `${RBAC}/v1`,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: RBAC, kind: "Role", name: RESTORE_TESTS },
            subjects: [{ kind: "ServiceAccount", name: RESTORE_TESTS, namespace: RESTORE_TESTS }],
        },
    ];
}

/** Who holds the scratch namespace: one test at a time. */
export const lease: Manifest = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: RESTORE_TESTS, namespace: RESTORE_TESTS },
};

/** What each test found last; the tests write it, a key each. */
export const reports: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: REPORTS, namespace: RESTORE_TESTS },
};

/**
 * Gives the volumes that a test restores the class of copies (velero v1.18.1:
 * internal/resourcemodifiers).
 */
export function modifier(storageClass: string): Manifest {
    const rule = {
        conditions: { groupResource: "persistentvolumeclaims" },
        patches: [{ operation: "replace", path: "/spec/storageClassName", value: storageClass }],
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: MODIFIER, namespace: VELERO },
        data: {
            "modifiers.json": JSON.stringify({ version: "v1", resourceModifierRules: [rule] }),
        },
    };
}

/** What each Restore of a test must be; CEL, and why else it is refused. */
export const restoreRules: readonly AdmissionRule[] = [
    {
        expression: [
            "has(object.spec.includedNamespaces) && size(object.spec.includedNamespaces) == 1",
            "has(object.spec.namespaceMapping) && size(object.spec.namespaceMapping) == 1",
            "object.spec.includedNamespaces[0] in object.spec.namespaceMapping",
            `object.spec.namespaceMapping[object.spec.includedNamespaces[0]] == "${SCRATCH}"`,
        ].join(" && "),
        message: `a restore test restores one namespace, into ${SCRATCH}`,
    },
    {
        expression:
            'has(object.spec.includedResources) && object.spec.includedResources == ["persistentvolumeclaims"]' +
            " && has(object.spec.includeClusterResources) && !object.spec.includeClusterResources",
        message: "a restore test restores volumes, and nothing that runs",
    },
    {
        expression:
            '(!has(object.spec.existingResourcePolicy) || object.spec.existingResourcePolicy == "none")' +
            " && !has(object.spec.hooks)",
        message: "a restore test changes nothing that is there",
    },
];

/**
 * Holds the Restores of the tests to the scratch namespace: who may make one at all could otherwise
 * have Velero write anywhere.
 */
export const restoreGuard: readonly Manifest[] = admissionGuard({
    name: RESTORE_TESTS,
    account: { namespace: RESTORE_TESTS, name: RESTORE_TESTS },
    condition: "by-a-restore-test",
    resources: [
        {
            apiGroups: ["velero.io"],
            apiVersions: ["v1"],
            resources: ["restores"],
            operations: ["CREATE", "UPDATE"],
        },
    ],
    rules: restoreRules,
});
