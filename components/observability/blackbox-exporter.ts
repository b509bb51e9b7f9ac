import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect, type End } from "../base/connection";
import { resources } from "../base/containers";
import { define } from "../base/definition";
import type { Collector, SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { gatewayPodPorts } from "../gateway/public-names";
import type { PublicGateway } from "../gateway/public-gateway";
import type { Directory } from "../identity/lldap";
import { certManager } from "../security/cert-manager";
import { internalCertificate } from "../security/internal-certificate";
import type { Issuers } from "../security/issuers";
import {
    BLACKBOX,
    blackboxAlerts,
    blackboxPods,
    blackboxScrapes,
} from "./blackbox-exporter-alerts";
import { blackboxDashboards } from "./blackbox-exporter-dashboards";
import { AUTHORITY, modulesOf, probe, type Target, tlsTarget, webTarget } from "./blackbox-probes";

/** Questions from outside. */
export const blackboxExporter = define({
    name: "blackboxExporter",
    layer: "observability",
    purpose:
        "asks every page by its name as people do, and looks at the certificates that are shown",
    origin: "001: certificates and reachability seen from outside",
    charts: {
        blackboxExporter: chart(
            "prometheus-blackbox-exporter",
            "11.17.2",
            "https://prometheus-community.github.io/helm-charts",
        ),
    },
    needs: [prometheusOperatorCrds, certManager],
    capabilities: {
        metrics: blackboxScrapes,
        alerts: blackboxAlerts,
        dashboards: blackboxDashboards,
        routes: none("its page is for whoever debugs it, by kubectl port-forward"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing"),
        sizing: { by: "replicas follow the profile; each page is one question a minute" },
        flows: "declared",
        retention: none("it keeps the last answers in memory"),
    },
});

/** Arguments of {@link BlackboxExporter}. */
export interface BlackboxExporterArgs extends SystemContext<typeof blackboxExporter> {
    readonly collector: Collector;
    readonly issuers: Pick<Issuers, "internal" | "acme">;
    /** Whose routes are asked; undefined when nothing is reached from outside. */
    readonly gateway: Pick<PublicGateway, "routes" | "proxies"> | undefined;
    /** What brings requests in from the internet: names may lead there. */
    readonly tunnel: End | undefined;
    /** Whose LDAPS is looked at; undefined when there is none. */
    readonly directory: Pick<Directory, "endpoint" | "url"> | undefined;
}

const AUTHORITY_SECRET = `${BLACKBOX}-authority`;

/**
 * Asks what people see: every route by its own name through the gateway, and LDAPS. A guarded page is
 * fine when it sends people to the login, and not when it answers: whoever loses a guard is told. It
 * opens no raw socket, so it needs no capability (HTTP and TCP, no ICMP).
 */
export class BlackboxExporter extends System<typeof blackboxExporter> {
    constructor(args: BlackboxExporterArgs, opts: pulumi.ComponentResourceOptions) {
        const { collector, issuers, gateway, tunnel, directory, ...rest } = args;
        const context = { ...rest, collector };
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(BLACKBOX, {
            tier: "monitoring",
            backup: none("it keeps nothing"),
            // Where names lead to Cloudflare, which brings requests back in.
            flows:
                tunnel === undefined
                    ? []
                    : [{ name: "tunnel", pods: blackboxPods, to: "internet", ports: [443] }],
        });
        const own = { namespace, pods: blackboxPods };
        if (gateway !== undefined) {
            connect("blackbox-to-gateway", {
                from: own,
                to: { ...gateway.proxies, ports: gatewayPodPorts },
            });
        }
        if (directory !== undefined) {
            connect("blackbox-to-directory", { from: own, to: directory.endpoint });
        }
        // Nobody shows this certificate: cert-manager writes the authority's own beside it.
        const authority = this.object(
            internalCertificate({
                name: AUTHORITY_SECRET,
                namespace: namespace.name,
                names: [`${BLACKBOX}.${namespace.name}.svc`],
                usage: "client auth",
            }),
            { dependsOn: [namespace.object, issuers.internal] },
        );
        const byAuthority = issuers.acme === undefined;
        const targets: readonly Target[] = [
            ...(gateway?.routes ?? []).map((route) => webTarget(route, byAuthority)),
            ...(directory === undefined ? [] : [tlsTarget("lldap-ldaps", directory.url)]),
        ];
        const { modules, moduleOf } = modulesOf(targets);
        this.chart(blackboxExporter.charts.blackboxExporter, {
            release: BLACKBOX,
            namespace,
            needs: [authority],
            values: {
                fullnameOverride: BLACKBOX,
                replicas,
                priorityClassName: priorities.platform.name,
                topologySpreadConstraints: spread(blackboxPods),
                resources: resources("10m", "32Mi", "128Mi"),
                podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
                // Both ask the same, so traffic stops first and the pod is killed later.
                readinessProbe: { failureThreshold: 3 },
                livenessProbe: { failureThreshold: 6 },
                // The chart's example would stay beside these.
                config: { modules: { http_2xx: null, ...modules } },
                extraVolumes: [
                    {
                        name: "authority",
                        secret: {
                            secretName: AUTHORITY_SECRET,
                            items: [{ key: "ca.crt", path: "ca.crt" }],
                        },
                    },
                ],
                extraVolumeMounts: [{ name: "authority", mountPath: AUTHORITY, readOnly: true }],
            },
        });
        this.budget(BLACKBOX, own, replicas);
        const definition = collector.definitions.get("monitoring.coreos.com/Probe");
        for (const target of targets) {
            const place = {
                namespace: namespace.name,
                service: BLACKBOX,
                module: moduleOf(target),
            };
            this.object(probe(target, place), {
                dependsOn: [namespace.object, ...(definition === undefined ? [] : [definition])],
            });
        }
        this.observe(namespace);
    }
}
