import * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { httpProbes, patchContainer, patchPod, resources, restrictedPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { ConfiguredSecret } from "../base/secret";
import { System } from "../base/system";
import { pattern, whole } from "../base/values";
import {
    authorityManifests,
    proxmoxTokenRotation,
    authorityMount,
    proxmoxAccess,
    proxmoxAccessFaults,
    proxmoxClientFile,
    toProxmox,
} from "../base/proxmox-client";
import {
    karpenterAlerts,
    karpenterDashboards,
    karpenterMetricsPort,
    karpenterPods,
    karpenterScrapes,
} from "./karpenter-alerts";
import { karpenterObjects, machineSecret, machineUserData } from "./karpenter-objects";

const WHY_OFF =
    "what it makes is in no state of this program: machines that the site lists are counted on when a host is lost, its machines are not";

/** Machines on Proxmox for pods that find no room. */
export const karpenter = define({
    name: "karpenter",
    layer: "scaling",
    purpose: "makes worker nodes on Proxmox for pods that find no room, and gives them back",
    origin: "000.9, 002.3.3: node scaling",
    charts: {
        karpenter: chart(
            "karpenter-provider-proxmox",
            "0.4.9",
            "oci://ghcr.io/sergelogvinov/charts",
        ),
    },
    offIn: { dev: WHY_OFF, staging: WHY_OFF, prod: WHY_OFF },
    settings: {
        ...proxmoxAccess,
        template: pattern(
            /^[A-Za-z0-9]([-A-Za-z0-9.]{0,61}[A-Za-z0-9])?$/,
            "the name of a template on Proxmox, such as talos",
        )
            .default("talos")
            .describe(
                "template of a Talos machine, of the same name on every host (docs/proxmox.md)",
            ),
        cores: whole({ from: 4, to: 1024, of: "cores" })
            .default(16)
            .describe("cores that all its machines together may have; HA-11 does not count them"),
        memory: whole({ from: 16, to: 8192, of: "GiB" })
            .default(64)
            .describe("memory in GiB that all its machines together may have"),
        disk: whole({ from: 30, to: 4096, of: "GiB" })
            .default(60)
            .describe("disk of each of its machines in GiB, on the storage of the template"),
    },
    secrets: {
        karpenterToken: {
            description:
                "Proxmox API token of Karpenter, `user@realm!name=uuid`, neither that of the machines nor that of the volumes, " +
                "made with the commands at docs/proxmox.md",
            neededBecause: () => "systems.karpenter is on",
        },
        karpenterMachineConfiguration: {
            description:
                "Talos machine configuration of a worker without hostname and addresses, in YAML: what Karpenter's machines are told; how to make it is at docs/proxmox.md",
            standIn: "machine: { type: worker }\n",
            neededBecause: () => "systems.karpenter is on",
        },
    },
    leaves: "the machines that it made on Proxmox",
    capabilities: {
        metrics: karpenterScrapes,
        alerts: karpenterAlerts,
        dashboards: karpenterDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: what it made is written on the machines and nodes"),
        sizing: none("one decides and the other waits"),
        flows: "declared",
        retention: none("it keeps nothing"),
    },
    check: (own, site) => proxmoxAccessFaults("karpenter", own, site),
});

const NAMESPACE = "karpenter";
const RELEASE = "karpenter-provider-proxmox";
const configuration = { secret: "karpenter-proxmox", key: "config.yaml" } as const;

/** Port on which it says that it is alive, `http` in the chart. */
const HEALTH_PORT = 8081;

/**
 * The chart spread over hosts, without the rights of the tokens that it hands out: Talos joins with
 * one of its own, which the machine configuration has, and those of the chart are worth nothing.
 */
function patch(manifest: Manifest): Manifest | undefined {
    if (
        manifest.kind === "ClusterRoleBinding" &&
        manifest.metadata.name?.includes(":bootstrap-") === true
    ) {
        return undefined;
    }
    const probed = patchContainer(manifest, RELEASE, httpProbes("/healthz", HEALTH_PORT));
    return patchPod(probed, { topologySpreadConstraints: spread(karpenterPods) });
}

/**
 * Karpenter with its provider for Proxmox: it clones a template for pods that find no room, within
 * limits, and deletes the machine when its pods fit elsewhere. Its machines are in no state of this
 * program, and neither HA-11 nor any other criterion counts them: what a lost host takes must fit on
 * the nodes that the site lists.
 */
export class Karpenter extends System<typeof karpenter> {
    constructor(context: SystemContext<typeof karpenter>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const { site, settings } = context;
        const { proxmox, cluster } = site;
        if (proxmox === undefined) {
            throw new Error("karpenter is built without Proxmox");
        }
        const { addresses = [], authority } = settings;
        const namespace = this.namespace(NAMESPACE, {
            tier: "platform",
            backup: none("it keeps nothing: what it made is written on the machines and nodes"),
            flows: [toApiServer(), ...toProxmox(proxmox, addresses, karpenterPods)],
        });
        const told = new ConfiguredSecret(
            configuration.secret,
            {
                namespace,
                values: {
                    [configuration.key]: context
                        .secret("karpenterToken")
                        .apply((token) => proxmoxClientFile(proxmox, cluster.name, token)),
                },
                rotation: proxmoxTokenRotation,
            },
            { parent: this },
        );
        const machine = new ConfiguredSecret(
            machineSecret.name,
            {
                namespace,
                values: {
                    [machineSecret.key]: context
                        .secret("karpenterMachineConfiguration")
                        .apply(machineUserData),
                },
                rotation: { owner: "platform-admin", days: 365 },
            },
            { parent: this },
        );
        const files = authorityManifests(NAMESPACE, authority).map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        const replicas = site.replicas("serving");
        this.budget(RELEASE, { namespace, pods: karpenterPods }, replicas);
        const installed = this.chart(karpenter.charts.karpenter, {
            release: RELEASE,
            namespace,
            apiGroups: ["autoscaling.x-k8s.io", "karpenter.proxmox.sinextra.dev", "karpenter.sh"],
            needs: [told.object, ...files],
            patch,
            values: {
                replicaCount: replicas,
                existingConfigSecret: configuration.secret,
                existingConfigSecretKey: configuration.key,
                // What makes workers must not wait for one.
                priorityClassName: "system-cluster-critical",
                nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
                tolerations: [
                    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
                ],
                // No annotations: a PodMonitor says it.
                metrics: { enabled: true, port: karpenterMetricsPort, type: "monitor" },
                podSecurityContext: restrictedPod(65_532),
                // The chart's template has room for it, its values do not name it.
                resources: resources("50m", "192Mi", "512Mi"),
                ...authorityMount(authority !== undefined),
            },
        });
        const dependsOn = [...installed.ready, machine.object];
        for (const manifest of karpenterObjects(settings, cluster.name, NAMESPACE)) {
            this.waitFor(this.object(manifest, { dependsOn }));
        }
        this.observe(namespace);
    }
}
