import * as pulumi from "@pulumi/pulumi";
import { backupKeyRotation } from "../base/backup-target";
import { connect, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import { Part } from "../base/part";
import type { ImagePin } from "../base/pins";
import { ConfiguredSecret } from "../base/secret";
import { openBaoCertificate } from "./openbao-alerts";
import {
    snapshotAccount,
    snapshotJob,
    snapshotPods,
    type SnapshotTarget,
    snapshotTargetKeys,
} from "./openbao-snapshots";

/** Arguments of {@link OpenBaoSnapshots}. */
export interface OpenBaoSnapshotsArgs extends Pick<Foundation, "site"> {
    readonly target: SnapshotTarget;
    /** What takes snapshots, and what stores them. */
    readonly images: { readonly openBao: ImagePin; readonly backup: ImagePin };
    /** The members; their namespace lets its pods reach the target. */
    readonly api: Endpoint;
    /** GiB of a member's volume. */
    readonly size: number;
    /** What makes the role with which the job signs on. */
    readonly after: readonly pulumi.Resource[];
}

/** Snapshots of OpenBao at the site's target, as often as the tier of its namespace wants them. */
export class OpenBaoSnapshots extends Part {
    constructor(name: string, args: OpenBaoSnapshotsArgs, opts: pulumi.ComponentResourceOptions) {
        super("secrets", "OpenBaoSnapshots", name, args, {}, opts);
        const { site, target, images, api, size, after } = args;
        const { namespace } = api;
        const { id, secret, authority } = snapshotTargetKeys;
        const key = new ConfiguredSecret(
            "openbao-snapshot-target",
            {
                namespace,
                values: {
                    [id]: site.secret("backupAccessKey"),
                    [secret]: site.secret("backupSecretKey"),
                    ...(target.authority === undefined
                        ? {}
                        : { [authority]: pulumi.output(target.authority) }),
                },
                rotation: backupKeyRotation,
            },
            { parent: this },
        );
        const account = this.object(snapshotAccount, { dependsOn: [namespace.object] });
        const way = connect("openbao-snapshot", {
            from: { namespace, pods: snapshotPods },
            to: api,
        });
        this.object(
            snapshotJob({
                ...{ target, size, secretName: key.secretName, certificate: openBaoCertificate },
                images: { openBao: images.openBao.reference, backup: images.backup.reference },
            }),
            { dependsOn: [...after, key.object, account, ...way, ...namespace.guardrails] },
        );
    }
}
