import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { resources, secretVariable } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { isCrd } from "../base/scope";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { pattern } from "../base/values";
import { gatewayApi } from "../foundation/gateway-api";
import { cloudflareApiToken } from "./cloudflare";
import { externalDnsAlerts, externalDnsScrapes } from "./external-dns-alerts";
import { externalDnsDashboards } from "./external-dns-dashboards";

const NO_ACCOUNT = "it needs a zone at Cloudflare and a token for it";

/** Names of routes in the DNS. */
export const externalDns = define({
    name: "externalDns",
    layer: "network",
    purpose: "DNS records at Cloudflare for the host names of routes and Services",
    origin: "001: a route is reached by its name",
    charts: {
        externalDns: chart(
            "external-dns",
            "1.21.1",
            "https://kubernetes-sigs.github.io/external-dns/",
        ),
    },
    needs: [gatewayApi],
    leaves: "DNS records at Cloudflare, each beside a TXT record that names its owner",
    offIn: { dev: NO_ACCOUNT, staging: NO_ACCOUNT, prod: NO_ACCOUNT },
    settings: {
        zoneId: pattern(
            /^[0-9a-f]{32}$/,
            "the id of a Cloudflare zone, 32 hexadecimal digits as its overview page shows it",
        )
            .optional()
            .describe(
                "id of the Cloudflare zone, for a domain that is only a part of it; default: the zone that is named as the domain",
            ),
    },
    secrets: { cloudflareApiToken: cloudflareApiToken(() => "systems.externalDns is on") },
    capabilities: {
        metrics: externalDnsScrapes,
        alerts: externalDnsAlerts,
        dashboards: externalDnsDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("who owns a record is written beside it in the zone"),
        sizing: none("a few requests a minute, whatever the platform serves"),
        flows: "declared",
        retention: none("a record lives as long as the route that names its host"),
    },
});

const RELEASE = "external-dns";
const TOKEN_SECRET = "cloudflare-api-token";
const TOKEN_KEY = "api-token";

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${RELEASE}/${RELEASE}`,
        reason:
            "ExternalDNS has no leader election: two would write the same records and each would " +
            "undo what the other has just learnt, so the chart fixes one replica.",
        guard:
            "records stay as they are while it is gone and only new names wait; a pod that starts " +
            "in seconds is rescheduled at once; ExternalDnsDown and ExternalDnsNotSynced tell",
        expires: "2027-05-31",
    },
];

/** The chart brings the CRD of a source that is not asked. */
function withoutCrds(manifest: Manifest): Manifest | undefined {
    return isCrd(manifest) ? undefined : manifest;
}

/** Arguments of {@link ExternalDns}. */
export interface ExternalDnsArgs extends SystemContext<typeof externalDns> {
    /** The CRDs of the Gateway API: it watches routes from its start on. */
    readonly routes: { readonly ready: readonly pulumi.Resource[] };
}

/**
 * Keeps DNS records at Cloudflare as routes and Services name their hosts. It looks at nothing
 * outside of the site's domain, and changes only records that it made itself: a TXT record beside
 * each names the cluster as its owner. That is why it may also delete (`sync`).
 */
export class ExternalDns extends System<typeof externalDns> {
    constructor({ routes, ...context }: ExternalDnsArgs, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions }, opts);
        const { site, settings, secret } = context;
        const namespace = this.namespace(RELEASE, {
            tier: "platform",
            backup: 2,
            // Cloudflare's API, whose addresses change.
            flows: [toApiServer(), { name: "cloudflare", to: "internet", ports: [443] }],
        });
        const token = new ConfiguredSecret(
            `${RELEASE}-token`,
            {
                namespace,
                secretName: TOKEN_SECRET,
                rotation: yearly,
                values: { [TOKEN_KEY]: secret("cloudflareApiToken") },
            },
            { parent: this },
        );
        this.chart(externalDns.charts.externalDns, {
            release: RELEASE,
            namespace,
            needs: [token.object, ...routes.ready],
            patch: withoutCrds,
            values: {
                provider: { name: "cloudflare" },
                env: [secretVariable("CF_API_TOKEN", token.secretName, TOKEN_KEY)],
                sources: ["gateway-httproute", "service"],
                domainFilters: [site.domain],
                policy: "sync",
                registry: "txt",
                txtOwnerId: site.cluster.name,
                extraArgs: {
                    // Cloudflare's largest page: the zone is read each minute, and requests are limited.
                    "cloudflare-dns-records-per-page": 5000,
                    ...(settings.zoneId === undefined ? {} : { "zone-id-filter": settings.zoneId }),
                },
                priorityClassName: priorities.platform.name,
                // Both ask the same, so traffic stops first and the pod is killed later.
                readinessProbe: { failureThreshold: 3 },
                livenessProbe: { failureThreshold: 6 },
                resources: resources("10m", "64Mi", "256Mi"),
            },
        });
        this.observe(namespace);
    }
}
