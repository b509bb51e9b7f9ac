import type * as pulumi from "@pulumi/pulumi";
import { leavesDeadNode } from "../base/availability";
import { none } from "../base/capabilities";
import { patchContainer, patchPod, resources } from "../base/containers";
import type { Controller } from "../base/component";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { isRecord, type Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { isCrd } from "../base/scope";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { cilium } from "./cilium";

const CILIUM_DOES = "Cilium gives Services their addresses and announces them";

/** Load balancers by MetalLB instead of Cilium. */
export const metallb = define({
    name: "metallb",
    layer: "network",
    purpose: "addresses for load balancers by MetalLB, in place of Cilium's own",
    origin: "000, 004.5.2: load balancing by hand",
    charts: { metallb: chart("metallb", "0.16.1", "https://metallb.github.io/metallb") },
    excludes: [cilium],
    besides: {
        holds: ({ network }) => network.loadBalancers.announce === "metallb",
        says: "network.loadBalancers.announce is metallb: two load balancers would answer for one address",
    },
    offIn: { dev: CILIUM_DOES, staging: CILIUM_DOES, prod: CILIUM_DOES },
    requiredBecause: ({ network }) =>
        network.loadBalancers.announce === "metallb"
            ? "network.loadBalancers.announce is metallb"
            : undefined,
    capabilities: {
        // Since 0.16 by TLS alone and to tokens that may read `/metrics`.
        metrics: none(
            "it gives them to tokens alone, which no monitor here carries; Cilium has those of the network",
        ),
        alerts: none(
            "without metrics; LoadBalancerAddressMissing tells of Services without an address",
        ),
        dashboards: none("it shows its metrics to nobody without a token"),
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("addresses are in the status of the Services that have them"),
        sizing: { by: "one speaker on each worker" },
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

const NAME = "metallb";
const CONTROLLER = `${NAME}-controller`;
const SPEAKER = `${NAME}-speaker`;
const MEMBERS_SECRET = `${NAME}-memberlist`;

function podLabels(component: string) {
    return {
        "app.kubernetes.io/name": NAME,
        "app.kubernetes.io/instance": NAME,
        "app.kubernetes.io/component": component,
    };
}

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NAME}/${SPEAKER}`,
        reason:
            "A speaker answers ARP for the addresses of Services, which takes raw packets on the " +
            "network of its node.",
        guard:
            "it keeps NET_RAW alone, on a root filesystem that nobody writes to and without " +
            "escalation; nobody but the platform may create pods in metallb",
        expires: "2027-05-31",
    },
];

const controllers: readonly Controller[] = [
    {
        resource: `Deployment/${NAME}/${CONTROLLER}`,
        reason:
            "The controller has no leader election; it gives new Services their address. Those that " +
            "have one are announced by the speakers without it.",
    },
];

/** What exists only for the webhooks, which are off. */
const OF_WEBHOOKS: ReadonlySet<string> = new Set([
    "Secret/metallb-webhook-cert",
    "Service/metallb-webhook-service",
    "ValidatingWebhookConfiguration/metallb-webhook-configuration",
]);
/** API groups that the controller changes only to bring certificates into its webhooks. */
const CHANGED_BY_WEBHOOKS = ["admissionregistration.k8s.io", "apiextensions.k8s.io"];

/** One rule of a role. */
interface Rule {
    readonly apiGroups?: readonly string[];
    readonly verbs: readonly string[];
}

const EVERY_VERB = ["create", "delete", "get", "list", "patch", "update", "watch"];

/** Rules of a role without those that only the webhooks need, each verb by its name. */
function narrowed(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind.endsWith("Role") && Array.isArray(rules)
        ? {
              ...manifest,
              rules: (rules as readonly Rule[])
                  .filter(
                      ({ apiGroups }) =>
                          !apiGroups?.some((group) => CHANGED_BY_WEBHOOKS.includes(group)),
                  )
                  .map((rule) =>
                      rule.verbs.includes("*") ? { ...rule, verbs: EVERY_VERB } : rule,
                  ),
          }
        : manifest;
}

/**
 * The chart without its webhooks: its own switch turns them off in the controller and leaves their
 * objects. Only this program writes pools and advertisements, and it has checked them before; a
 * webhook would be one more thing that has to answer before an address can be given.
 */
function withoutWebhooks(manifest: Manifest): Manifest | undefined {
    if (OF_WEBHOOKS.has(`${manifest.kind}/${manifest.metadata.name ?? ""}`)) {
        return undefined;
    }
    if (isCrd(manifest) && isRecord(manifest.spec)) {
        // BGPPeer has two versions, of which nothing here writes any.
        const { conversion, ...spec } = manifest.spec;
        return conversion === undefined ? manifest : { ...manifest, spec };
    }
    return manifest.kind === "Deployment"
        ? patchContainer(patchPod(manifest, { volumes: [] }), "controller", { volumeMounts: [] })
        : narrowed(manifest);
}

/** The chart's DaemonSet has no profile, and leaves its announcements no time to move. */
function withProfile(manifest: Manifest): Manifest {
    return manifest.kind === "DaemonSet" || manifest.kind === "Deployment"
        ? patchPod(manifest, {
              securityContext: { seccompProfile: { type: "RuntimeDefault" } },
              terminationGracePeriodSeconds: 10,
          })
        : manifest;
}

/**
 * Gives Services of type LoadBalancer the addresses of the settings, and answers ARP for them: one
 * speaker for each Service, another one takes over when its node is lost.
 */
export class Metallb extends System<typeof metallb> {
    constructor(context: SystemContext<typeof metallb>, opts: pulumi.ComponentResourceOptions) {
        super(context, { exceptions, controllers }, opts);
        const { site } = context;
        // Without workers the control planes have to serve, although they are marked as excluded.
        const onControlPlanes = site.nodes.length > 0 && site.workers.length === 0;
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: 2,
            podSecurity: "privileged",
            // Speakers are on the network of their nodes, which no NetworkPolicy selects.
            flows: [toApiServer(podLabels("controller"))],
        });
        const members = new GeneratedSecret(
            MEMBERS_SECRET,
            // The controller would make it; so it is there before a speaker mounts it.
            { namespace, rotation: yearly, generate: { secretkey: { length: 32 } } },
            { parent: this },
        );
        const installed = this.chart(metallb.charts.metallb, {
            release: NAME,
            namespace,
            apiGroups: ["metallb.io"],
            needs: [members.object],
            patch: (manifest) => {
                const kept = withoutWebhooks(manifest);
                return kept && withProfile(kept);
            },
            values: {
                // BGP is Cilium's affair (`network.loadBalancers.announce`).
                frrk8s: { enabled: false },
                controller: {
                    webhookMode: "disabled",
                    priorityClassName: priorities.platform.name,
                    // The one that gives new Services their address comes back within a minute.
                    tolerations: leavesDeadNode,
                    resources: resources("25m", "64Mi", "256Mi"),
                },
                speaker: {
                    tolerateMaster: onControlPlanes,
                    ignoreExcludeLB: onControlPlanes,
                    secretName: MEMBERS_SECRET,
                    priorityClassName: "system-node-critical",
                    resources: resources("25m", "64Mi", "256Mi"),
                },
            },
        });
        this.announce(context, installed.ready);
        this.observe(namespace);
    }

    /** The pool of the settings, and its announcement by ARP. */
    private announce({ site }: SystemContext<typeof metallb>, ready: readonly pulumi.Resource[]) {
        const { start, stop } = site.network.loadBalancers;
        const own = (kind: string, spec: Readonly<Record<string, unknown>>) => {
            return this.object(
                {
                    apiVersion: "metallb.io/v1beta1",
                    kind,
                    metadata: { name: "nodes", namespace: NAME },
                    spec,
                },
                { dependsOn: [...ready, ...this.definition(`metallb.io/${kind}`)] },
            );
        };
        this.waitFor(
            own("IPAddressPool", { addresses: [`${start}-${stop}`] }),
            own("L2Advertisement", { ipAddressPools: ["nodes"] }),
        );
    }
}
