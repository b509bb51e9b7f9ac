import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { System } from "../base/system";
import { istioAlerts, istioScrapes } from "./istio-alerts";
import { istioDashboards } from "./istio-dashboards";
import {
    istio as controlPlane,
    istioCni,
    istioCniPods,
    istiodPods,
    istioPorts,
    meshNamespaces,
    ztunnel,
    ztunnelPods,
} from "./istio-values";
import { type SailOperator, sailOperator } from "./sail-operator";

/** The mesh. */
export const istio = define({
    name: "istio",
    layer: "network",
    purpose: "lets pods prove to each other who they are, and only those in whom a flow names",
    origin: "000.5, 001, 002.4.1: mTLS for the whole mesh, three control planes, retries, breakers, canary",
    charts: {},
    needs: [sailOperator],
    offIn: { dev: "a proxy on every node, and nobody else's pods are in dev" },
    capabilities: {
        metrics: istioScrapes,
        alerts: istioAlerts,
        dashboards: istioDashboards,
        routes: none("it has no page; its dashboard shows who talks to whom"),
        signOn: none("nobody signs on to it"),
        backup: none("its authority is made anew, and every pod gets a new certificate from it"),
        sizing: { by: "istiod follows the profile; a proxy and an agent are on each node" },
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

/**
 * Istio in ambient mode, by the Sail operator: istiod gives certificates and policies, an agent on
 * each node brings pods in, a proxy on each node speaks for them. Who is in is a matter of
 * namespaces (`trust/mesh.ts`), who may talk to whom a matter of their flows (`IstioPolicies`).
 */
export class Istio extends System<typeof istio> {
    /** Where proxies that teams order for themselves get their certificates and routes. */
    readonly discovery: Endpoint;

    constructor(
        {
            operator,
            ...context
        }: SystemContext<typeof istio> & {
            readonly operator: Pick<SailOperator, "ready" | "definitions">;
        },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const replicas = site.replicas("critical");
        const control = this.namespace(meshNamespaces.control, {
            tier: "platform",
            backup: none(
                "its authority is made anew, and every pod gets a new certificate from it",
            ),
            flows: [
                toApiServer(istiodPods),
                {
                    name: "webhooks",
                    pods: istiodPods,
                    from: "api-server",
                    ports: [istioPorts.webhook],
                },
            ],
        });
        const cni = this.node(meshNamespaces.cni, true);
        const proxies = this.node(meshNamespaces.ztunnel, false);
        this.discovery = {
            namespace: control,
            pods: istiodPods,
            ports: [istioPorts.discovery],
        };
        const discovery = connect("mesh-discovery", {
            from: { namespace: proxies, pods: ztunnelPods },
            to: this.discovery,
        });
        this.budget("istiod", { namespace: control, pods: istiodPods }, replicas);
        const definitions = (kind: string) => operator.definitions.get(`sailoperator.io/${kind}`);
        const install = (
            manifest: typeof ztunnel,
            namespace: Namespace,
            needs: readonly pulumi.Resource[],
        ) => {
            const definition = definitions(manifest.kind);
            return this.object(manifest, {
                dependsOn: [
                    ...namespace.guardrails,
                    ...operator.ready,
                    ...(definition === undefined ? [] : [definition]),
                    ...needs,
                ],
            });
        };
        const istiod = install(controlPlane(replicas), control, discovery);
        this.waitFor(
            istiod,
            // The agent keeps pods of the mesh from starting where there is no proxy yet.
            install(istioCni, cni, [istiod, install(ztunnel, proxies, [istiod, ...discovery])]),
        );
        this.observe(control, cni, proxies);
    }

    /** The namespace of something that is on every node. */
    private node(name: string, usesApi: boolean): Namespace {
        return this.namespace(name, {
            tier: "platform",
            backup: none("the operator makes anew what is in it"),
            podSecurity: "privileged",
            flows: usesApi ? [toApiServer(istioCniPods)] : [],
        });
    }
}
