/** Whether the issuers of a site are such that the API server starts with them. Pure. */
import type { Fault } from "./base/definition";
import { isRecord } from "./base/object";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable } from "./unreadable";

/** Two of one address: the API server would not know which of them a token is of. */
export function repeatedIssuers({ cluster }: SiteConfiguration): Fault[] {
    const urls = (cluster.issuers ?? []).map(({ url }) => url);
    return urls.flatMap((url, index) =>
        urls.indexOf(url) === index
            ? []
            : [
                  {
                      key: `cluster.issuers[${index}].url`,
                      found: `${url}, which cluster.issuers[${urls.indexOf(url)}] has too`,
                      allowed: "each issuer once",
                  },
              ],
    );
}

function flagsOf(patch: unknown): string[] {
    const cluster = isRecord(patch) ? patch.cluster : undefined;
    const apiServer = isRecord(cluster) ? cluster.apiServer : undefined;
    const flags = isRecord(apiServer) ? apiServer.extraArgs : undefined;
    return isRecord(flags) ? Object.keys(flags).filter((flag) => flag.startsWith("oidc-")) : [];
}

/**
 * The older way to say the same: with both the API server does not start (kubernetes v1.35.4,
 * pkg/kubeapiserver/options/authentication.go, `validateOIDCOptions`).
 */
export function olderSignOn({ cluster, nodes }: SiteConfiguration): Fault[] {
    return cluster.issuers?.length === 0
        ? []
        : eachReadable(nodes, (node, index) =>
              node.talosPatches.flatMap((patch, number) =>
                  flagsOf(patch).map((flag) => ({
                      key: `nodes[${index}].talosPatches[${number}].cluster.apiServer.extraArgs.${flag}`,
                      found: "a flag of the API server",
                      allowed:
                          "the issuer in cluster.issuers, or [] there: with both the API server does not start",
                  })),
              ),
          );
}
