import type * as pulumi from "@pulumi/pulumi";
import { leavesDeadNode, spread } from "../base/availability";
import { type GuardedPage, none } from "../base/capabilities";
import { patchContainer, patchPod, resources } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { isRecord, type Manifest } from "../base/object";
import { atGateway } from "../base/oidc-client";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { verticalPodAutoscaler } from "./vertical-pod-autoscaler";

/** Nothing can be changed there. */
const page: GuardedPage = {
    what: "requests that are recommended for each workload",
    host: "goldilocks",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer", "monitoring-reader"],
};

/** What asks for a recommendation for every workload. */
export const goldilocks = define({
    name: "goldilocks",
    layer: "observability",
    purpose: "asks for recommended requests of every workload, and shows them",
    origin: "003: recommendations drive requests",
    charts: {
        goldilocks: chart("goldilocks", "11.0.0", "https://charts.fairwinds.com/stable"),
    },
    needs: [verticalPodAutoscaler],
    offIn: { dev: "what is used there says nothing of what is used elsewhere" },
    capabilities: {
        metrics: none("it counts nothing (goldilocks v4.16.1: pkg/dashboard/router.go)"),
        alerts: none(
            "a pod that crashes or is not ready is told of by those on workloads, a page that does not answer by the probe of its route",
        ),
        dashboards: none(
            "what it asks for is on the dashboard of VerticalPodAutoscaler; it counts nothing itself",
        ),
        routes: [page],
        signOn: atGateway("its page has no people of its own, and nothing on it can be changed"),
        backup: none("it keeps nothing: recommendations are asked for anew"),
        sizing: none("one controller for all namespaces; its page answers a few people"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

const NAME = "goldilocks";

const labelsOf = (component: string) => ({
    "app.kubernetes.io/name": NAME,
    "app.kubernetes.io/instance": NAME,
    "app.kubernetes.io/component": component,
});
const controller = labelsOf("controller");
const dashboard = labelsOf("dashboard");

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${NAME}/${NAME}-controller`,
        reason:
            "Its controller has no leader election: two would make and delete the same objects. " +
            "Nothing waits for it, what is there is recommended for without it.",
        guard: "it leaves a dead node after half a minute, and looks at every namespace when it starts",
        expires: "2027-05-31",
    },
    {
        criterion: "HA-07",
        resource: `Deployment/${NAME}/${NAME}-controller`,
        reason:
            "Its controller listens nowhere and writes nothing that a probe could look at " +
            "(goldilocks v4.16.1: cmd/controller.go); it ends when it loses the API.",
        guard: "a workload that is new and has no recommendation is on the dashboard of recommendations",
        expires: "2027-05-31",
    },
];

/** Every kind of workload that the API group has; the chart writes a wildcard. */
const WORKLOADS = ["daemonsets", "deployments", "replicasets", "statefulsets"];

/** A role that names what it reads. */
function namingKinds(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind === "ClusterRole" && Array.isArray(rules)
        ? {
              ...manifest,
              rules: rules.map((rule: unknown) =>
                  isRecord(rule) && Array.isArray(rule.resources) && rule.resources.includes("*")
                      ? { ...rule, resources: WORKLOADS }
                      : rule,
              ),
          }
        : manifest;
}

/** What the chart has no values for; both probes of the page ask the same, so it is killed later. */
function patch(manifest: Manifest): Manifest {
    const placed = patchPod(namingKinds(manifest), {
        priorityClassName: priorities.platform.name,
        securityContext: { runAsNonRoot: true, runAsUser: 10_324 },
    });
    return manifest.metadata.name === `${NAME}-dashboard`
        ? patchContainer(placed, NAME, { livenessProbe: { failureThreshold: 6 } })
        : placed;
}

/** Arguments of {@link Goldilocks}. */
export interface GoldilocksArgs extends SystemContext<typeof goldilocks> {
    readonly recommender: {
        readonly ready: readonly pulumi.Resource[];
        readonly definitions: ReadonlyMap<string, pulumi.Resource>;
    };
    /** Where the page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/**
 * A VerticalPodAutoscaler for each workload of every namespace, the platform's among them, that only
 * recommends (`updateMode: Off`, Goldilocks' own default), and a page with all of them.
 */
export class Goldilocks extends System<typeof goldilocks> {
    constructor(
        { recommender, gateway, guards, ...context }: GoldilocksArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: none("it keeps nothing: recommendations are asked for anew"),
            routed: gateway !== undefined && guards !== undefined,
            flows: [toApiServer()],
        });
        this.chart(goldilocks.charts.goldilocks, {
            release: NAME,
            namespace,
            needs: [...recommender.definitions.values(), ...recommender.ready],
            patch,
            values: {
                image: { pullPolicy: "IfNotPresent" },
                controller: {
                    flags: { "on-by-default": true },
                    tolerations: leavesDeadNode,
                    topologySpreadConstraints: spread(controller),
                    resources: resources("20m", "96Mi", "256Mi"),
                },
                dashboard: {
                    replicaCount: replicas,
                    // Prices would come from a service of the makers; OpenCost knows those of the site.
                    flags: { "on-by-default": true, "enable-cost": false },
                    topologySpreadConstraints: spread(dashboard),
                    resources: resources("10m", "48Mi", "128Mi"),
                },
            },
        });
        const shown = { namespace, pods: dashboard };
        this.budget(`${NAME}-dashboard`, shown, replicas);
        if (gateway !== undefined && guards !== undefined) {
            new Route(
                `${NAME}-page`,
                {
                    site,
                    gateway,
                    host: `${page.host}.${site.domain}`,
                    paths: ["/"],
                    guard: { signOn: guards, page },
                    service: `${NAME}-dashboard`,
                    port: 80,
                    to: { ...shown, ports: [8080] },
                },
                { parent: this },
            );
        }
        this.observe(namespace);
    }
}
