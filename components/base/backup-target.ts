/** The site's target for backups, as whoever writes there needs it. Pure. */
import { isAddress } from "../addresses";
import type { Flow } from "./flows";
import type { Rotation } from "./secret";

/** Namespace whose pods may ask Talos for snapshots of etcd. */
export const backupNamespace = "talos-backup";

/** Who sees to a new key of the target, and how often. */
export const backupKeyRotation: Rotation = { owner: "platform-admin", days: 180 };

/**
 * The way there.
 *
 * @param endpoint address of the S3 server; one in the nodes' network has an address for a name
 * @param pods who takes it; default: every pod of the namespace
 */
export function toBackupTarget(
    name: string,
    endpoint: string,
    pods?: Readonly<Record<string, string>>,
): Flow {
    const { hostname, port } = new URL(endpoint);
    return {
        name,
        pods,
        to: isAddress(hostname) ? { cidr: `${hostname}/32` } : "internet",
        ports: [port === "" ? 443 : Number(port)],
    };
}

/**
 * Whether clients of the AWS libraries add checksums that not every S3 server knows; a bucket with
 * object lock takes nothing without.
 */
export function checksumVariables(isLocked: boolean): { name: string; value: string }[] {
    return ["AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"].map((name) => ({
        name,
        value: isLocked ? "when_supported" : "when_required",
    }));
}
