/** What cannot be meant of the repository that teams deploy from. Pure. */
import type { Fault } from "./base/definition";
import { type DeliverySettings, knownSshServers, repositoryAddress } from "./delivery-schema";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable } from "./unreadable";

/** Two applications of one name: the namespace of the first would have two owners. */
export function repeatedApplications({ delivery }: SiteConfiguration): Fault[] {
    const seen = new Set<string>();
    return eachReadable(delivery?.applications ?? [], ({ name }, index): Fault[] => {
        const isRepeated = seen.has(name);
        seen.add(name);
        return isRepeated
            ? [
                  {
                      key: `delivery.applications[${index}].name`,
                      found: `${name}, as another has it`,
                      allowed: "a name of its own, because each has its own namespace",
                  },
              ]
            : [];
    });
}

/** A folder inside of another's: both would own the same objects. */
export function nestedApplications({ delivery }: SiteConfiguration): Fault[] {
    const paths = (delivery?.applications ?? []).map(({ path }) => path);
    return paths.flatMap((path, index) => {
        const outer = paths.find(
            (other, at) =>
                at !== index && (path.startsWith(`${other}/`) || (path === other && at < index)),
        );
        return outer === undefined
            ? []
            : [
                  {
                      key: `delivery.applications[${index}].path`,
                      found:
                          path === outer
                              ? `${path}, as another has it`
                              : `${path}, which is inside of ${outer}`,
                      allowed:
                          "a folder that no other application reads: each object has one owner",
                  },
              ];
    });
}

/**
 * What is missing of the server of a repository over ssh.
 *
 * @param known servers whose keys who reads it knows by heart; default: none
 */
export function missingHostKey(
    { repository, hostKey }: Pick<DeliverySettings, "repository" | "hostKey">,
    known: readonly string[] = [],
): Fault[] {
    const address = repositoryAddress(repository);
    return address?.scheme === "ssh" && hostKey === undefined && !known.includes(address.host)
        ? [
              {
                  key: "delivery.hostKey",
                  found: "nothing",
                  allowed: `the public key of ${address.host}, as ssh-keyscan prints it: without it anybody could answer in its place`,
              },
          ]
        : [];
}

/** How the repository is reached, and what that needs. */
export function repositoryAccess({ delivery }: SiteConfiguration): Fault[] {
    const address = delivery && repositoryAddress(delivery.repository);
    if (delivery === undefined || address === undefined) {
        return [];
    }
    const isSsh = address.scheme === "ssh";
    return [
        ...(isSsh && delivery.isPublic
            ? [
                  {
                      key: "delivery.isPublic",
                      found: "true, for a repository over ssh",
                      allowed: "false, or an https:// address: ssh always asks who is there",
                  },
              ]
            : []),
        ...missingHostKey(delivery, knownSshServers),
        ...(!isSsh && delivery.hostKey !== undefined
            ? [
                  {
                      key: "delivery.hostKey",
                      found: "a key, for a repository over https",
                      allowed: "nothing: its certificate proves who it is",
                  },
              ]
            : []),
    ];
}
