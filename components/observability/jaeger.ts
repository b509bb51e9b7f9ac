import type * as pulumi from "@pulumi/pulumi";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { eckOperator } from "./elasticsearch";
import type { EvidenceStore } from "./evidence-store";
import { jaegerAlerts, jaegerDashboards, jaegerPods, jaegerScrapes, NAME } from "./jaeger-alerts";
import {
    jaegerConfiguration,
    jaegerFolders,
    jaegerPorts,
    jaegerRequests,
    TRACE_DAYS,
} from "./jaeger-config";
import { openTelemetry, type OpenTelemetry } from "./opentelemetry";
import { collectorAccount, traceCollector } from "./trace-collector";
import type { TraceStore } from "./trace-collectors";

const jaegerPage: GuardedPage = {
    what: "Jaeger: traces of requests, compared with each other, and which service asks which",
    host: "jaeger",
    guard: "second factor",
    groups: ["platform-admin"],
};

/** Traces that can be searched by any tag. */
export const jaeger = define({
    name: "jaeger",
    layer: "observability",
    purpose: "traces of the last seven days in Elasticsearch, beside those in Tempo's bucket",
    origin: "000, 001, 002.3.2: traces that can be searched",
    charts: {},
    images: { jaeger: image("quay.io/jaegertracing/jaeger", "2.20.0") },
    needs: [openTelemetry, eckOperator],
    offIn: { dev: "one request at a time is found in the logs" },
    capabilities: {
        metrics: jaegerScrapes,
        alerts: jaegerAlerts,
        dashboards: jaegerDashboards,
        routes: [jaegerPage],
        signOn: atGateway("its page has no people of its own and shows the same to everybody"),
        backup: none("traces are in Elasticsearch, and gone after seven days"),
        sizing: { by: "replicas follow the profile" },
        flows: "declared",
        retention: [{ what: "traces, in Elasticsearch", for: `${TRACE_DAYS}d` }],
    },
});

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs extends SystemContext<typeof jaeger> {
    readonly operator: Pick<OpenTelemetry, "ready" | "definitions">;
    readonly evidence: EvidenceStore;
    readonly gateway: PublicGateway | undefined;
    readonly guards: SignOn | undefined;
}

/** Jaeger as a collector of the OpenTelemetry operator, which keeps what it takes in Elasticsearch. */
export class Jaeger extends System<typeof jaeger> implements TraceStore {
    readonly receiver: Endpoint;
    readonly target: string;
    /** Where programs ask for traces. */
    readonly queries: { readonly endpoint: Endpoint; readonly url: string };
    /** Where people find it; undefined where they cannot. */
    readonly url: string | undefined;

    constructor(
        { operator, evidence, gateway, guards, ...context }: JaegerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "monitoring",
            backup: none("traces are in Elasticsearch, and gone after seven days"),
            routed: true,
            flows: [],
        });
        const own = { namespace, pods: jaegerPods };
        const access = evidence.user("jaeger", namespace);
        const account = this.object(collectorAccount(namespace.name), {
            dependsOn: [namespace.object],
        });
        const definition = operator.definitions.get("opentelemetry.io/OpenTelemetryCollector");
        const secrets = [
            { name: "user", secretName: access.secretName, key: "password" },
            { name: "authority", secretName: access.authority, key: "ca.crt" },
        ] as const;
        const collector = this.object(
            traceCollector({
                name: NAME,
                namespace: namespace.name,
                image: jaeger.images.jaeger,
                replicas,
                memory: "256Mi",
                config: jaegerConfiguration(site.replicas("serving") > 1 ? 1 : 0),
                volumes: secrets.map(({ name, secretName, key }) => ({
                    name,
                    secret: { secretName, items: [{ key, path: key }], defaultMode: 0o440 },
                })),
                volumeMounts: secrets.map(({ name }) => ({
                    name,
                    mountPath: jaegerFolders[name],
                    readOnly: true,
                })),
            }),
            {
                dependsOn: [
                    ...operator.ready,
                    ...(definition === undefined ? [] : [definition]),
                    ...namespace.guardrails,
                    ...connect("jaeger-elasticsearch", { from: own, to: evidence.endpoint }),
                    ...access.ready,
                    ...evidence.ready,
                    account,
                ],
            },
        );
        // It waits for the templates that Jaeger writes.
        const indices = evidence.setUp({ name: NAME, requests: jaegerRequests() }, [collector]);
        this.observe(namespace);
        const service = `${NAME}-collector-extension`;
        const to = { ...own, ports: [jaegerPorts.query] };
        this.queries = {
            endpoint: to,
            url: `http://${service}.${namespace.name}.svc:${jaegerPorts.query}`,
        };
        if (gateway !== undefined && guards !== undefined) {
            this.url = new Route(
                "jaeger-page",
                {
                    site,
                    gateway,
                    host: `${jaegerPage.host}.${site.domain}`,
                    paths: ["/"],
                    guard: { signOn: guards, page: jaegerPage },
                    service,
                    port: jaegerPorts.query,
                    to,
                },
                { parent: this },
            ).url;
        }
        this.receiver = { ...own, ports: [jaegerPorts.otlp] };
        this.target = `${NAME}-collector.${namespace.name}.svc:${jaegerPorts.otlp}`;
        this.waitFor(collector, indices);
    }
}
