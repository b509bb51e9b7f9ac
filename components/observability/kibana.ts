import type * as pulumi from "@pulumi/pulumi";
import { elasticPorts } from "../../operators/eck";
import { type GuardedPage, none } from "../base/capabilities";
import { connect } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import { GeneratedSecret } from "../base/secret";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { eckOperator } from "./elasticsearch";
import { setupPods } from "./elasticsearch-objects";
import type { EvidenceStore } from "./evidence-store";
import { kibanaAlerts, kibanaDashboards } from "./kibana-alerts";
import {
    KEYS,
    keySettings,
    KIBANA,
    kibanaPods,
    kibanaRequests,
    kibanaResource,
    kibanaUrl,
    SERVICE,
} from "./kibana-objects";

const kibanaPage: GuardedPage = {
    what: "Kibana: everything that is kept as evidence, to be searched and read",
    host: "kibana",
    guard: "second factor",
    groups: ["platform-admin"],
};

/** The search through evidence. */
export const kibana = define({
    name: "kibana",
    layer: "observability",
    purpose: "searches logs and evidence in Elasticsearch, with a search for each kind",
    origin: "000: search in the logs",
    charts: {},
    images: { kibana: image("docker.elastic.co/kibana/kibana", "9.4.3") },
    needs: [eckOperator],
    offIn: { dev: "there is no Elasticsearch to look into" },
    capabilities: {
        metrics: none(
            "it tells none without a licence or a plugin; its route is opened from outside every minute",
        ),
        alerts: kibanaAlerts,
        dashboards: kibanaDashboards,
        routes: [kibanaPage],
        signOn: atGateway(
            "signing on with OpenID Connect is part of a paid licence; whoever is let in reads, and changes nothing",
        ),
        backup: none("what it stores is in Elasticsearch, and its searches are written anew"),
        sizing: { by: "replicas follow the profile" },
        flows: "declared",
        retention: none("it keeps nothing but searches"),
    },
});

/** Arguments of {@link Kibana}. */
export interface KibanaArgs extends SystemContext<typeof kibana> {
    readonly evidence: EvidenceStore;
    readonly gateway: PublicGateway | undefined;
    readonly guards: SignOn | undefined;
}

/** Kibana beside Elasticsearch, in which everybody who gets in is one and the same reader. */
export class Kibana extends System<typeof kibana> {
    /** Where people find it; undefined where they cannot. */
    readonly url: string | undefined;

    constructor(
        { evidence, gateway, guards, ...context }: KibanaArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const { home: namespace } = evidence;
        const own = { namespace, pods: kibanaPods };
        const to = { ...own, ports: [elasticPorts.kibana] };
        const replicas = site.replicas("serving");
        const host = `${kibanaPage.host}.${site.domain}`;
        const keys = new GeneratedSecret(
            KEYS,
            {
                namespace,
                generate: Object.fromEntries(
                    Object.keys(keySettings).map((key) => [key, { length: 48 }]),
                ),
                rotation: { owner: "platform-admin", days: 730 },
            },
            { parent: this },
        );
        const reader = evidence.user("kibana-reader", namespace);
        const ways = [
            ...connect("kibana-elasticsearch", { from: own, to: evidence.endpoint }),
            ...connect("kibana-setup", { from: { namespace, pods: setupPods }, to }),
        ];
        const definition = evidence.definitions.get("kibana.k8s.elastic.co/Kibana");
        const resource = this.object(
            kibanaResource({
                image: kibana.images.kibana,
                replicas,
                publicUrl: gateway === undefined ? undefined : `https://${host}`,
            }),
            {
                dependsOn: [
                    ...evidence.ready,
                    ...(definition === undefined ? [] : [definition]),
                    ...namespace.guardrails,
                    ...ways,
                    ...reader.ready,
                    keys.object,
                ],
            },
        );
        this.budget(KIBANA, own, replicas);
        evidence.setUp({ name: KIBANA, url: kibanaUrl, requests: kibanaRequests() }, [resource]);
        this.observe(namespace);
        if (gateway !== undefined && guards !== undefined) {
            this.url = new Route(
                "kibana-page",
                {
                    site,
                    gateway,
                    host,
                    paths: ["/"],
                    guard: { signOn: guards, page: kibanaPage },
                    service: SERVICE,
                    port: elasticPorts.kibana,
                    to,
                },
                { parent: this },
            ).url;
        }
        this.waitFor(resource);
    }
}
