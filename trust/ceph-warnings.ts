/** What Ceph may go on warning of. */

/**
 * What Ceph says for ever while volumes are mounted with the old keys: muted, because a cluster that
 * is never HEALTH_OK teaches everybody to look away (rook v1.20.6: "CephX Keys and Rotation", health
 * errors and warnings). Once Talos has a kernel from 7.0 on: change `volumeKeyType` in
 * components/storage/ceph-cluster-spec.ts, rotate the keys, and write `unmute` there. The two errors
 * of the same family are not muted.
 */
export const mutedCephWarnings = [
    "AUTH_INSECURE_ROTATING_SERVICE_KEY_TYPE",
    "AUTH_INSECURE_CLIENT_KEY_TYPE",
    "AUTH_INSECURE_KEYS_ALLOWED",
    "AUTH_INSECURE_KEYS_CREATABLE",
] as const;
