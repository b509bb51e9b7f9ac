/** What a claim of a volume that one node mounts at a time asks for. Pure. */

/** @param gibibytes its size */
export const volumeClaim = (storageClassName: string, gibibytes: number) => ({
    accessModes: ["ReadWriteOnce"],
    storageClassName,
    resources: { requests: { storage: `${gibibytes}Gi` } },
});
