import type * as pulumi from "@pulumi/pulumi";
import { connect, type Endpoint } from "../base/connection";
import type { SystemContext } from "../base/foundation";
import { Part } from "../base/part";
import { traceGateway } from "../base/traces";
import { openTelemetry, type OpenTelemetry } from "./opentelemetry";
import {
    collectorAccount,
    collectorPods,
    traceCollector,
    type TraceCollector,
} from "./trace-collector";
import { gatewayConfiguration, samplerConfiguration, traceSampler } from "./trace-collector-config";

/** What keeps traces. */
export interface TraceStore {
    /** Where spans are handed in. */
    readonly receiver: Endpoint;
    /** `host:port` of the same. */
    readonly target: string;
    readonly ready: readonly pulumi.Resource[];
}

/** Arguments of {@link TraceCollectors}. */
export interface TraceCollectorsArgs extends SystemContext<typeof openTelemetry> {
    readonly operator: Pick<OpenTelemetry, "home" | "ready" | "definitions">;
    /** Each gets all that is kept. */
    readonly stores: readonly [TraceStore, ...TraceStore[]];
}

/**
 * Two tiers of collectors: the gateway, to which programs send, and the samplers, each of which
 * sees whole traces and decides on them.
 */
export class TraceCollectors extends Part {
    /** Where programs send spans. */
    readonly endpoint: Endpoint;

    constructor(name: string, args: TraceCollectorsArgs, opts: pulumi.ComponentResourceOptions) {
        super("observability", "TraceCollectors", name, args, {}, opts);
        const { site, operator, stores } = args;
        const { home: namespace } = operator;
        const { collector: image } = openTelemetry.images;
        const replicas = site.replicas("serving");
        const { grpc, http } = traceGateway.ports;
        const gateway = { namespace, pods: collectorPods(traceGateway.name), ports: [grpc, http] };
        const sampler = {
            namespace,
            pods: collectorPods(traceSampler.name),
            ports: [traceSampler.ports.grpc],
        };
        this.endpoint = gateway;
        const ways = [
            ...connect("trace-gateway-to-samplers", { from: gateway, to: sampler }),
            ...stores.flatMap(({ receiver }, index) =>
                connect(
                    index === 0
                        ? "trace-samplers-to-store"
                        : `trace-samplers-to-store-${index + 1}`,
                    { from: sampler, to: receiver },
                ),
            ),
        ];
        const account = this.object(collectorAccount(namespace.name), {
            dependsOn: [namespace.object],
        });
        const definition = operator.definitions.get("opentelemetry.io/OpenTelemetryCollector");
        const collector = (
            of: Omit<TraceCollector, "image" | "replicas">,
            before: readonly pulumi.Resource[],
        ) =>
            this.object(traceCollector({ ...of, image, replicas }), {
                dependsOn: [
                    ...operator.ready,
                    ...(definition === undefined ? [] : [definition]),
                    ...namespace.guardrails,
                    ...ways,
                    account,
                    ...before,
                ],
            });
        const samplers = collector(
            {
                name: traceSampler.name,
                memory: "256Mi",
                config: samplerConfiguration(...stores.map(({ target }) => target)),
            },
            stores.flatMap(({ ready }) => ready),
        );
        collector({ name: traceGateway.name, memory: "192Mi", config: gatewayConfiguration() }, [
            samplers,
        ]);
    }
}
