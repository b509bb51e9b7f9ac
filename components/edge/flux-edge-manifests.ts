/** Flux v2.8 on an edge site, as objects that k3s applies by itself. Pure. */
import { diskDefaults } from "../base/tiers";
import { type DeliverySettings, repositoryAddress } from "../delivery-schema";
import type { EdgeSite } from "../edge-schema";
import { fluxRepository, fluxVersion } from "./releases";

/** Namespace of Flux. */
export const FLUX = "flux-system";
/** Namespace of what a site's folder holds, and of its account. */
export const EDGE_APPS = "edge-apps";
/** Port at which every controller of Flux tells metrics. */
export const FLUX_METRICS = 8080;

/** What a site's Flux follows from. */
export interface EdgeDelivery {
    readonly edgeSite: EdgeSite;
    readonly delivery: DeliverySettings;
    /** Folder of the repository with a folder for each site. */
    readonly folder: string;
    /** What the repository is read with: a key or a token; undefined for one that anybody may read. */
    readonly credential: string | undefined;
}

const small = {
    requests: { cpu: "20m", memory: "64Mi" },
    limits: { memory: "256Mi" },
};

/** Values of the chart: what reads Git and applies it, without what writes back or listens. */
export const fluxValues = {
    // Whoever applies does so as an account of the namespace, never as an administrator.
    multitenancy: { enabled: true, privileged: false },
    imageAutomationController: { create: false },
    imageReflectionController: { create: false },
    notificationController: { create: false },
    helmController: { create: false },
    sourceController: { resources: small },
    kustomizeController: { resources: small },
    policies: { create: true },
    // Nobody on a site scrapes but its agent.
    prometheus: { podMonitor: { create: false } },
} as const;

/** The installation; JSON is YAML, and the controller hands it to Helm as it is. */
export function fluxChart(): object {
    return {
        apiVersion: "helm.cattle.io/v1",
        kind: "HelmChart",
        metadata: { name: "flux2", namespace: "kube-system" },
        spec: {
            repo: fluxRepository,
            chart: "flux2",
            version: fluxVersion,
            targetNamespace: FLUX,
            createNamespace: true,
            // A release that failed half-way is tried again, not left.
            failurePolicy: "reinstall",
            valuesContent: JSON.stringify(fluxValues),
        },
    };
}

/**
 * What a site follows: sites of wave 0 the revision of the settings, later ones a branch of their own
 * behind it, which somebody moves once the earlier ones have done well.
 */
export function followedBy({ revision }: Pick<DeliverySettings, "revision">, wave: number): object {
    if (wave > 0) {
        return { branch: `${revision}-wave-${wave}` };
    }
    return /^[0-9a-f]{40}$/.test(revision)
        ? { commit: revision }
        : /^v?\d+\.\d+\.\d+/.test(revision)
          ? { tag: revision }
          : { branch: revision };
}

/** The address as Flux takes it: `git@host:path` has a scheme there (GitRepository, spec.url). */
export function fluxUrl(repository: string): string {
    return repository.includes("://") ? repository : `ssh://${repository.replace(":", "/")}`;
}

function credentialOf({ delivery, credential }: EdgeDelivery): object | undefined {
    if (credential === undefined) {
        return undefined;
    }
    const { scheme, host = "", port = 22 } = repositoryAddress(delivery.repository) ?? {};
    const server = port === 22 ? host : `[${host}]:${port}`;
    return {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "repository", namespace: EDGE_APPS },
        type: "Opaque",
        stringData:
            scheme === "ssh"
                ? { identity: credential, known_hosts: `${server} ${delivery.hostKey ?? ""}` }
                : { username: "git", password: credential },
    };
}

/** Cores and GiB that k3s, its agent and Flux keep of each machine. */
const RESERVED = { cpu: 0.75, memory: 1.5 } as const;

/** What may be requested on a site, and still is there when one of its three machines is not. */
export function siteQuota({ servers, cores, memory }: EdgeSite): Readonly<Record<string, string>> {
    const machines = Math.max(1, servers.length - 1);
    const cpu = Math.floor(machines * (cores - RESERVED.cpu) * 1000);
    const mebibytes = Math.floor(machines * (memory - RESERVED.memory * 1024));
    return {
        "requests.cpu": `${cpu}m`,
        "requests.memory": `${mebibytes}Mi`,
        "limits.memory": `${Math.floor(mebibytes * 1.5)}Mi`,
        pods: String(machines * 40),
        "services.nodeports": "0",
        "services.loadbalancers": "0",
    };
}

const metadata = { name: EDGE_APPS, namespace: EDGE_APPS };

function home(edgeSite: EdgeSite): object[] {
    const deny = { podSelector: {}, policyTypes: ["Ingress"] };
    return [
        {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: EDGE_APPS,
                labels: { "pod-security.kubernetes.io/enforce": "restricted" },
            },
        },
        {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata,
            spec: { hard: siteQuota(edgeSite) },
        },
        {
            apiVersion: "v1",
            kind: "LimitRange",
            metadata,
            spec: {
                limits: [
                    {
                        type: "Container",
                        default: { memory: "256Mi", ...diskDefaults.limits },
                        defaultRequest: { cpu: "50m", memory: "64Mi", ...diskDefaults.requests },
                    },
                ],
            },
        },
        {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "among-themselves", namespace: EDGE_APPS },
            spec: { ...deny, ingress: [{ from: [{ podSelector: {} }] }] },
        },
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "RoleBinding",
            metadata,
            // Of this namespace alone: everything but its quota and its own border.
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
            subjects: [{ kind: "ServiceAccount", ...metadata }],
        },
    ];
}

/** What a site deploys: its own folder, into one namespace, again and again. */
export function fluxSite(of: EdgeDelivery): object[] {
    const { edgeSite, delivery, folder } = of;
    const secret = credentialOf(of);
    const reference = secret === undefined ? {} : { secretRef: { name: "repository" } };
    return [
        ...home(edgeSite),
        ...(secret === undefined ? [] : [secret]),
        {
            apiVersion: "source.toolkit.fluxcd.io/v1",
            kind: "GitRepository",
            metadata: { ...metadata, labels: { "platform/wave": String(edgeSite.wave) } },
            spec: {
                url: fluxUrl(delivery.repository),
                ref: followedBy(delivery, edgeSite.wave),
                interval: "5m",
                timeout: "60s",
                ...reference,
            },
        },
        {
            apiVersion: "kustomize.toolkit.fluxcd.io/v1",
            kind: "Kustomization",
            metadata,
            spec: {
                sourceRef: { kind: "GitRepository", name: EDGE_APPS },
                path: `./${folder}/${edgeSite.name}`,
                targetNamespace: EDGE_APPS,
                serviceAccountName: EDGE_APPS,
                // What somebody changed by hand is put back, cut off or not.
                interval: "10m",
                retryInterval: "2m",
                timeout: "5m",
                prune: true,
                wait: true,
                postBuild: {
                    substitute: { site: edgeSite.name, wave: String(edgeSite.wave) },
                },
            },
        },
    ];
}

/** Both files: k3s tries the second again until the first has brought the kinds in it. */
export function fluxManifests(of: EdgeDelivery): Readonly<Record<string, readonly object[]>> {
    return { "flux-1-chart": [fluxChart()], "flux-2-site": fluxSite(of) };
}
