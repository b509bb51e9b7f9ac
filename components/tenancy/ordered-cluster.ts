/** What an order of a virtual cluster makes besides its namespace. Pure. */
import { configurationSecret } from "../../operators/vcluster";
import type { Alert } from "../base/alert";
import { labelledObjects } from "../base/chart";
import type { NamedPeer } from "../base/connection";
import type { Rendering, RenderRequest } from "../base/chart-renderer";
import type { Flow } from "../base/flows";
import { decideHooks } from "../base/hooks";
import { withLabels } from "../base/labels";
import { podMonitor, prometheusRule } from "../base/monitoring-objects";
import type { Manifest } from "../base/object";
import type { ChartPin } from "../base/pins";
import type { Scrape } from "../base/scrape";
import { tlsRoute } from "../gateway/route-manifests";
import { words } from "./order-words";
import { home, ownedByOrder } from "./ordered-tenant";
import { kubeconfigFor, virtualClusterBudgets, virtualClusterFlows } from "./vcluster-manifests";
import {
    CONFIGURATION_KEY,
    configurationIn,
    controlPlanePods,
    patchedVcluster,
    vclusterPorts,
    vclusterValues,
    type VirtualClusterSize,
} from "./vcluster-values";

/** How a virtual cluster is made here. */
export interface OrderedCluster {
    readonly pin: ChartPin;
    readonly size: Omit<VirtualClusterSize, "release">;
}

/** What is asked of the renderer. */
export function renderRequest({ pin, size }: OrderedCluster): RenderRequest {
    const release = words.name;
    return { pin, release, namespace: home, values: vclusterValues({ release, ...size }) };
}

/** The flow by which people come in. */
const entering = (from: NamedPeer): Flow => ({
    name: `cluster-${words.name}-route`,
    pods: controlPlanePods(words.name),
    from,
    ports: [vclusterPorts.api],
});

/** Who collects the metrics of virtual clusters; undefined where nobody does. */
export interface Collecting {
    readonly from: NamedPeer;
    readonly scrapes: readonly Scrape[];
    readonly alerts: readonly Alert[];
    /** Where the files of the repository are read. */
    readonly repository: string | undefined;
}

/**
 * What the namespace lets through besides what every tenant's does.
 *
 * @param entrance through what people reach it; undefined where nobody does
 */
export function orderedClusterFlows(
    collecting: Collecting | undefined,
    entrance: NamedPeer | undefined,
): Flow[] {
    return [
        ...(entrance === undefined ? [] : [entering(entrance)]),
        ...virtualClusterFlows(words),
        ...(collecting === undefined
            ? []
            : collecting.scrapes.map(({ name, pods, number }): Flow => ({
                  name: `${name}-metrics`,
                  pods,
                  from: collecting.from,
                  ports: [number],
              }))),
    ];
}

/**
 * The configuration, which vcluster wants as a Secret. Nothing in it is secret, and whoever delivers
 * orders may not write Secrets: External Secrets makes it of a generator that says always the same
 * (external-secrets v2.9.0: generators/v1/fake).
 */
function configurationObjects(configuration: string): Manifest[] {
    const name = configurationSecret(words.name);
    const metadata = { name, namespace: home };
    const generator = "generators.external-secrets.io/v1alpha1";
    return [
        {
            apiVersion: generator,
            kind: "Fake",
            metadata,
            spec: { data: { [CONFIGURATION_KEY]: configuration } },
        },
        {
            apiVersion: "external-secrets.io/v1",
            kind: "ExternalSecret",
            metadata,
            spec: {
                refreshPolicy: "OnChange",
                target: { name, creationPolicy: "Owner" },
                dataFrom: [
                    {
                        sourceRef: {
                            generatorRef: { apiVersion: generator, kind: "Fake", name },
                        },
                    },
                ],
            },
        },
    ];
}

/** The objects of a chart that was rendered, and what else an entry makes. */
export function orderedClusterObjects(
    rendering: Extract<Rendering, { rendered: true }>,
    { pin, size }: OrderedCluster,
    collecting: Collecting | undefined,
): Manifest[] {
    const release = words.name;
    const objects = labelledObjects(decideHooks(pin.chart, rendering.objects, []), {
        name: `vcluster-${release}`,
        namespace: home,
    });
    const own = [
        ...virtualClusterBudgets(home, { release, ...size }),
        ...kubeconfigFor(words, home),
    ].map((manifest) => withLabels(manifest, { name: `virtual-cluster-${release}` }));
    const { host } = size;
    const name = `cluster-${release}`;
    const routes =
        host === undefined
            ? []
            : [
                  withLabels(
                      tlsRoute({ name, namespace: home, host, service: release, port: 443 }),
                      { name },
                  ),
              ];
    const watched =
        collecting === undefined
            ? []
            : [
                  ...collecting.scrapes.map((scrape) => podMonitor(home, scrape)),
                  prometheusRule(
                      {
                          system: "vcluster",
                          namespace: home,
                          repository: collecting.repository,
                      },
                      collecting.alerts,
                  ),
              ].map((manifest) =>
                  withLabels(manifest, { name: manifest.metadata.name ?? release }),
              );
    return [
        ...objects.flatMap((manifest) => {
            const configuration = configurationIn(manifest);
            return configuration === undefined
                ? [patchedVcluster(manifest)]
                : configurationObjects(configuration).map((made) =>
                      withLabels(made, { name: configurationSecret(release) }),
                  );
        }),
        ...own,
        ...routes,
        ...watched,
    ].map(ownedByOrder);
}
