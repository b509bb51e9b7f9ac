import * as pulumi from "@pulumi/pulumi";
import { bucketKeys } from "../../operators/rook";
import { backupKeyRotation, toBackupTarget } from "../base/backup-target";
import type { Namespace } from "../base/namespace";
import { ConfiguredSecret } from "../base/secret";
import type { Site } from "../site";
import type { ArchiveStore } from "./postgres-archive-manifests";

const AUTHORITY = "ca.crt";

/** Folder of all databases of a cluster; two clusters may share a bucket. */
export function archiveFolder({ cluster }: Pick<Site, "cluster">): string {
    return `${cluster.name}/postgresql`;
}

/**
 * The site's target as a store of archives: its key in a namespace, and the way there.
 *
 * @param name of the Secret and of the flow
 */
export function archiveOutside(
    name: string,
    args: {
        readonly namespace: Namespace;
        readonly site: Site;
        readonly target: NonNullable<Site["backup"]>;
        /** Who goes there. */
        readonly pods: Readonly<Record<string, string>>;
    },
    opts: pulumi.ComponentResourceOptions,
): { readonly store: ArchiveStore; readonly needs: readonly pulumi.Resource[] } {
    const { namespace, site } = args;
    const { authority, encryption, objectLock, ...where } = args.target;
    const { id, secret } = bucketKeys;
    const key = new ConfiguredSecret(
        name,
        {
            namespace,
            values: {
                [id]: site.secret("backupAccessKey"),
                [secret]: site.secret("backupSecretKey"),
                ...(authority === undefined ? {} : { [AUTHORITY]: pulumi.output(authority) }),
            },
            rotation: backupKeyRotation,
        },
        opts,
    );
    const way = namespace.allow(toBackupTarget(name, where.endpoint, args.pods));
    const store: ArchiveStore = {
        folder: archiveFolder(site),
        ...where,
        accessKey: { secretName: key.secretName, id, secret },
        ...(authority === undefined ? {} : { authority: { name: key.secretName, key: AUTHORITY } }),
        ...(encryption === undefined ? {} : { encryption }),
        locked: objectLock !== undefined,
    };
    return { store, needs: [key.object, way] };
}
