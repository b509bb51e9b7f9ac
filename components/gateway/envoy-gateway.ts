import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { addressToNumber } from "../addresses";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { resources } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { HookDecision } from "../base/hooks";
import { calledFromOutside } from "../../operators/ambient";
import type { Namespace } from "../base/namespace";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { GeneratedSecret, signOnAnew, yearly } from "../base/secret";
import { System } from "../base/system";
import type { TraceTarget } from "../base/traces";
import { address, cidr } from "../base/values";
import { gatewayApi } from "../foundation/gateway-api";
import { envoyControllerLabels, envoyPorts } from "../../operators/envoy-gateway";
import { type CertManager, certManager } from "../security/cert-manager";
import { ControlPlaneCertificates } from "./control-plane-certificates";
import {
    envoyGatewayAlerts,
    envoyGatewayObjectives,
    envoyGatewayScrapes,
} from "./envoy-gateway-alerts";
import { envoyDetailDashboards } from "./envoy-detail-dashboards";
import { envoyGatewayDashboards } from "./envoy-gateway-dashboards";
import { envoyProxy } from "./envoy-proxy";
import { gatewayPodPorts, gatewayPods, publicGateway } from "./public-names";

/** The front door. */
export const envoyGateway = define({
    name: "envoyGateway",
    layer: "gateway",
    purpose: "the front door: ends TLS, limits and guards what people reach by name",
    origin: "001, 003.12: the front door, with limits of rate and size",
    charts: {
        // The CRDs alone: the other chart would bring the experimental Gateway API with its own.
        crds: chart("gateway-crds-helm", "v1.9.0", "oci://docker.io/envoyproxy"),
        envoyGateway: chart("gateway-helm", "v1.9.0", "oci://docker.io/envoyproxy"),
    },
    // The release that Envoy Gateway 1.9.0 was tested with (api/v1alpha1/shared_types.go).
    images: { envoy: image("docker.io/envoyproxy/envoy", "distroless-v1.39.0") },
    needs: [gatewayApi, certManager],
    settings: {
        address: address
            .optional()
            .describe(
                "address of the gateway, for your DNS; default: any of `network.loadBalancers`",
            ),
        trustedProxies: z
            .array(cidr)
            .default([])
            .describe("networks of proxies in front, whose `X-Forwarded-For` is believed"),
    },
    serves: ["gateway.envoyproxy.io/v1alpha1"],
    capabilities: {
        metrics: envoyGatewayScrapes,
        alerts: envoyGatewayAlerts,
        objectives: envoyGatewayObjectives,
        dashboards: [...envoyGatewayDashboards, ...envoyDetailDashboards],
        routes: none("it serves the routes of others"),
        signOn: none("it asks the login before every route that is not public"),
        backup: none("everything in it follows from the program"),
        sizing: { by: "controllers and proxies follow the profile, each proxy has two threads" },
        flows: "declared",
        retention: none("access logs go to the output of the proxies"),
    },
    check: ({ address: found }, { network }) => {
        const { start, stop } = network.loadBalancers;
        const inside =
            found === undefined ||
            (addressToNumber(start) <= addressToNumber(found) &&
                addressToNumber(found) <= addressToNumber(stop));
        return inside
            ? []
            : [
                  {
                      key: "systems.envoyGateway.address",
                      found,
                      allowed: `an address of network.loadBalancers, ${start} to ${stop}`,
                  },
              ];
    },
});

/** Arguments of {@link EnvoyGateway}. */
export interface EnvoyGatewayArgs extends SystemContext<typeof envoyGateway> {
    /** The CRDs of the Gateway API, which the controller watches from its start on. */
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] };
    readonly manager: Pick<CertManager, "definitions" | "ready">;
    /** Where the proxies send spans; undefined when nobody takes them. */
    readonly traces: TraceTarget | undefined;
}

const RELEASE = "envoy-gateway";
const CERTGEN = `${RELEASE}-gateway-helm-certgen`;

/** cert-manager makes the certificates, the program the key for cookies: nobody runs the Job. */
const hooks = ["ServiceAccount", "Role", "RoleBinding", "Job"].map((kind): HookDecision => ({
    object: `${kind}/${publicGateway.namespace}/${CERTGEN}`,
    decision: "drop",
    reason: "it would make the Secrets that cert-manager and the program make here",
}));

const controllerPods = {
    ...envoyControllerLabels,
    "app.kubernetes.io/name": "gateway-helm",
    "app.kubernetes.io/instance": RELEASE,
};

/**
 * Envoy Gateway: the controller, and how the proxies of its Gateway run. The proxies are in the
 * controller's namespace, where nobody else may read the certificates.
 */
export class EnvoyGateway extends System<typeof envoyGateway> {
    readonly home: Namespace;

    constructor(
        { gatewayApi: crds, manager, traces, ...context }: EnvoyGatewayArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        this.home = this.namespace(publicGateway.namespace, {
            tier: "platform",
            backup: 2,
            flows: [
                toApiServer(envoyControllerLabels),
                {
                    name: "internet",
                    pods: gatewayPods,
                    from: "internet",
                    ports: gatewayPodPorts,
                },
                // The house, and nodes that pass on what arrives at the address.
                { name: "nodes", pods: gatewayPods, from: "nodes", ports: gatewayPodPorts },
            ],
        });
        const namespace = this.home;
        connect("envoy-configuration", {
            from: { namespace, pods: gatewayPods },
            to: { namespace, pods: envoyControllerLabels, ports: [envoyPorts.xds] },
        });
        const inside = { parent: this };
        const certificates = new ControlPlaneCertificates(
            "envoy-gateway-certificates",
            { site, namespace, manager },
            inside,
        );
        // Cookies of people who signed on are sealed with it.
        const cookies = new GeneratedSecret(
            "envoy-oidc-hmac",
            {
                namespace,
                rotation: yearly,
                renewal: signOnAnew,
                generate: { "hmac-secret": { length: 32 } },
            },
            inside,
        );
        const definitions = this.chart(envoyGateway.charts.crds, {
            apiGroups: ["gateway.envoyproxy.io"],
            values: { crds: { gatewayAPI: { enabled: false }, envoyGateway: { enabled: true } } },
        }).definitions;
        this.chart(envoyGateway.charts.envoyGateway, {
            release: RELEASE,
            namespace,
            hooks,
            needs: [...crds.ready, ...definitions.values(), ...certificates.ready, cookies.object],
            values: {
                crds: { enabled: false },
                // A webhook that tells proxies their zone, for routing by zone, which is not used.
                topologyInjector: { enabled: false },
                deployment: {
                    replicas,
                    priorityClassName: priorities.platform.name,
                    envoyGateway: { resources: resources("50m", "192Mi", "768Mi") },
                    pod: { topologySpreadConstraints: spread(controllerPods) },
                },
            },
        });
        this.budget(RELEASE, { namespace, pods: controllerPods }, replicas);
        const definition = definitions.get("gateway.envoyproxy.io/EnvoyProxy");
        const proxy = this.object(
            envoyProxy({
                image: envoyGateway.images.envoy,
                replicas,
                address: settings.address,
                routedToProxies: site.network.loadBalancers.announce === "bgp",
                traces,
                annotations: namespace.isCalledFromOutside(gatewayPods) ? calledFromOutside : {},
            }),
            { dependsOn: [namespace.object, ...(definition ? [definition] : [])] },
        );
        this.waitFor(proxy);
        this.observe(namespace);
    }
}
