/** Where Velero departs from the criteria, and why. Pure. */
import type { Controller } from "../base/component";
import type { Exception } from "../base/exceptions";
import { scheduleName, VELERO } from "./velero-manifests";

/** What only reconciles. */
export const controllers: readonly Controller[] = [
    {
        resource: `Deployment/${VELERO}/${VELERO}`,
        reason:
            "Velero has no leader election: two servers would make each backup twice. No traffic " +
            "flows through it, and a backup that it missed is made when it is back.",
    },
];

/** What a stack may do that is not protected anyway, with the store that is there. */
export function insideOnly(): Exception {
    return {
        criterion: "DR-04",
        resource: `Schedule/${VELERO}/${scheduleName(0)}`,
        reason: "The site names no target outside of the cluster (backup), so backups go into the cluster's own S3 store.",
        guard: "That helps against mistakes, not against a lost cluster, whose data nothing protects here; prod has no such exception.",
        expires: "2027-11-30",
    };
}
