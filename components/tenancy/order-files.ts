/** The files of the program that carries orders out, with the objects of a tenant of each kind. */
import { renderOrSay } from "../base/chart";
import { type End, peerOf } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { ChartPin } from "../base/pins";
import { clusterHost } from "../gateway/public-names";
import { words } from "./order-words";
import { type OrderedObjects, placeFiles } from "./order-program";
import {
    type Collecting,
    orderedClusterFlows,
    orderedClusterObjects,
    renderRequest,
} from "./ordered-cluster";
import { orderedNamespaceObjects } from "./ordered-tenant";
import { vclusterAlerts, vclusterScrapes } from "./vcluster-alerts";
import { virtualClusterSize } from "./vcluster-values";

/** What virtual clusters are made of. */
export interface ClusterPins {
    readonly pin: ChartPin;
    /** Reference of the image of their DNS. */
    readonly dns: string;
}

/**
 * The files, by name.
 *
 * @param proxies through which people reach virtual clusters; undefined where nobody does
 */
export async function orderFiles(
    {
        site,
        network,
        developers,
        renderer,
        collector,
    }: Pick<Foundation, "site" | "network" | "developers" | "renderer" | "collector">,
    { pin, dns }: ClusterPins,
    proxies: End | undefined,
): Promise<Readonly<Record<string, string>>> {
    const host = proxies && clusterHost(site.domain, words.name);
    const cluster = { pin, size: { ...virtualClusterSize(site), dns, host } };
    const entrance = proxies && peerOf(proxies);
    const collecting: Collecting | undefined = collector && {
        from: peerOf(collector),
        scrapes: vclusterScrapes,
        alerts: vclusterAlerts,
        repository: site.repository,
    };
    const rendering = renderOrSay(renderer, renderRequest(cluster), site.charts.allowMissing);
    const place = { network, developers };
    const objects: OrderedObjects = {
        namespace: await orderedNamespaceObjects("namespace", place),
        "virtual-cluster": rendering.rendered
            ? [
                  ...(await orderedNamespaceObjects(
                      "virtual-cluster",
                      place,
                      orderedClusterFlows(collecting, entrance),
                  )),
                  ...orderedClusterObjects(rendering, cluster, collecting),
              ]
            : undefined,
    };
    return placeFiles(objects);
}
