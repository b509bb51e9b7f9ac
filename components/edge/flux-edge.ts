import * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { define, type Fault } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { System } from "../base/system";
import { text } from "../base/values";
import { deliveryCredential } from "../delivery-schema";
import type { EdgeSite } from "../edge-schema";
import type { Site } from "../site";
import { missingHostKey } from "../site-delivery";
import { fluxEdgeAlerts, fluxEdgeDashboards, fluxEdgeScrapes } from "./flux-edge-alerts";
import { fluxManifests } from "./flux-edge-manifests";
import { k3sEdge } from "./k3s-edge";

/** A folder of the repository: relative, and inside of it. */
const folder = text(
    (value) => value.split("/").every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)),
    "a folder of the repository such as edge, without a slash at its ends",
);

/** How edge sites deploy what is theirs. */
export const fluxEdge = define({
    name: "fluxEdge",
    layer: "edge",
    purpose: "has each edge site deploy its own folder of a Git repository, cut off or not",
    origin: "002.4.3: GitOps at the edge, staged, which works offline",
    charts: {},
    needs: [k3sEdge],
    settings: {
        folder: folder
            .default("edge")
            .describe("folder of `delivery.repository` with a folder for each site, by its name"),
    },
    offWithout: ({ edge, delivery }) =>
        edge === undefined || delivery === undefined
            ? "it needs sites (edge) and the repository that they deploy from (delivery)"
            : undefined,
    capabilities: {
        metrics: fluxEdgeScrapes,
        alerts: fluxEdgeAlerts,
        dashboards: fluxEdgeDashboards,
        routes: none("nothing of a site is reached from outside"),
        signOn: none("people change Git"),
        backup: none("everything in it follows from Git"),
        sizing: none("it runs on sites, not on the platform"),
        flows: none("it runs on sites, which reach Git by themselves"),
        retention: none("it keeps nothing"),
    },
    check: (_own, { delivery }): readonly Fault[] =>
        delivery === undefined
            ? [
                  {
                      key: "delivery",
                      found: "nothing",
                      allowed:
                          "the repository that sites deploy from, because systems.fluxEdge is on (or turn it off)",
                  },
              ]
            : missingHostKey(delivery),
});

/** What sites deploy by themselves, as the files that k3s applies. */
export function deliveredTo(
    site: Site,
    own: { readonly folder: string },
): (edgeSite: EdgeSite) => pulumi.Output<Readonly<Record<string, readonly object[]>>> {
    const { delivery } = site;
    if (delivery === undefined) {
        throw new Error("fluxEdge is built without a repository: the settings refuse such a stack");
    }
    const key = deliveryCredential(delivery);
    const credential: pulumi.Output<string | undefined> =
        key === undefined ? pulumi.output(undefined) : site.secret(key);
    return (edgeSite) =>
        credential.apply((secret) =>
            fluxManifests({ edgeSite, delivery, folder: own.folder, credential: secret }),
        );
}

/** Arguments of {@link FluxEdge}. */
export interface FluxEdgeArgs extends SystemContext<typeof fluxEdge> {
    /** Where what sites tell comes in; it holds the alerts. */
    readonly intake: Namespace;
}

/**
 * What watches Flux on edge sites. Flux itself is among the first instructions of their machines; it
 * never runs in the platform's own cluster, where Argo CD delivers.
 */
export class FluxEdge extends System<typeof fluxEdge> {
    constructor({ intake, ...context }: FluxEdgeArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        this.observe(intake);
    }
}
