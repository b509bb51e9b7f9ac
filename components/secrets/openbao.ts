import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { patchContainer, resources, restrictedContainer, restrictedPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { boltHeader } from "../base/restore-check";
import { GeneratedSecret } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import {
    openBaoAlerts,
    openBaoCertificate,
    openBaoObjectives,
    openBaoScrapes,
} from "./openbao-alerts";
import { openBaoDashboards } from "./openbao-dashboards";
import {
    configuratorRole,
    memberHosts,
    openBaoFiles,
    openBaoHost,
    openBaoName,
    openBaoPods,
    openBaoPorts,
    readerRole,
    sealKey,
    serverConfiguration,
    snapshotRole,
} from "./openbao-configuration";
import { setupAccount, setupFiles, setupJob, setupPods } from "./openbao-setup";

/** Secrets that people and programs keep outside of Git and of the state. */
export const openBao = define({
    name: "openBao",
    layer: "secrets",
    purpose: "a store for secrets with sign-on, policies, versions and an audit log",
    needs: [certManager, rookCeph],
    charts: {
        openBao: chart("openbao", "0.29.2", "https://openbao.github.io/openbao-helm"),
    },
    images: { openBao: image("quay.io/openbao/openbao", "2.6.2") },
    offIn: { dev: "Sealed Secrets keep what a person writes, and one member keeps no majority" },
    settings: {
        size: whole({ from: 1, to: 1024, of: "GiB" })
            .default(2)
            .describe("GiB of each member's volume"),
    },
    capabilities: {
        metrics: openBaoScrapes,
        alerts: openBaoAlerts,
        objectives: openBaoObjectives,
        dashboards: openBaoDashboards,
        routes: none("people reach it through kubectl, as docs/runbooks/openbao-set-up.md says"),
        signOn: none(
            "programs sign on with their accounts, people with a role that is given for a day",
        ),
        backup: kept(0, "the volumes of all members"),
        sizing: { by: "members follow the profile; each holds everything" },
        flows: "declared",
        retention: none("the last ten versions of each secret, until somebody destroys them"),
    },
});

/** Arguments of {@link OpenBao}. */
export interface OpenBaoArgs extends SystemContext<typeof openBao> {
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Signs the certificate of the members. */
    readonly authority: pulumi.Resource;
}

/** Whoever reads secrets asks here. */
export interface SecretStore {
    /** `https://host:port`. */
    readonly url: string;
    readonly endpoint: Endpoint;
    /** Secret with the authority of its certificate in `ca.crt`, and its namespace. */
    readonly authority: { readonly secret: string; readonly namespace: string };
    /** What must be there before anybody can sign on. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * A new certificate lies in the file, and a server reads it when it is told to (openbao v2.6.2:
 * SIGHUP, command/server.go). Nobody else would tell it before the old one expires.
 */
const RELOAD = `f=${openBaoFiles.certificates}/tls.crt
before=$(md5sum "$f")
(while sleep 300; do
    now=$(md5sum "$f")
    [ "$now" = "$before" ] || { before=$now; kill -HUP "$(pidof bao)"; }
done) >/dev/null 2>&1 &`;

/** Whether the program answers, in whatever state; only readiness wants it open. */
const HEALTH = "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204";

/**
 * The chart brings a Pod that tests it. Nobody waits for the members: they are ready only after the
 * set-up, which itself waits until they answer.
 */
function patch(manifest: Manifest): Manifest | undefined {
    if (manifest.kind !== "StatefulSet") {
        return manifest.kind === "Pod" ? undefined : manifest;
    }
    const annotations = { ...manifest.metadata.annotations, "pulumi.com/skipAwait": "true" };
    return patchContainer(
        { ...manifest, metadata: { ...manifest.metadata, annotations } },
        "openbao",
        {
            // A member that was away reads what it has missed before it listens.
            startupProbe: {
                httpGet: { path: HEALTH, port: openBaoPorts.api, scheme: "HTTPS" },
                periodSeconds: 5,
                timeoutSeconds: 3,
                failureThreshold: 60,
            },
        },
    );
}

function chartValues(
    replicas: number,
    { storageClass, size }: { readonly storageClass: string; readonly size: number },
) {
    return {
        global: { tlsDisable: false },
        injector: { enabled: false },
        server: {
            image: { registry: "quay.io", repository: "openbao/openbao", tag: "2.6.2" },
            // The chart would wait for a person who deletes pods one by one.
            updateStrategyType: "RollingUpdate",
            // A new cluster begins when all members are there.
            podManagementPolicy: "Parallel",
            priorityClassName: priorities.platform.name,
            topologySpreadConstraints: spread(openBaoPods),
            affinity: "",
            resources: resources("100m", "256Mi", "512Mi"),
            livenessProbe: { enabled: true, path: HEALTH, failureThreshold: 6 },
            terminationGracePeriodSeconds: 30,
            serviceAccount: { serviceDiscovery: { enabled: false } },
            service: {
                // Requests go to members that are open, and these know the active one.
                publishNotReadyAddresses: false,
                active: { enabled: false },
                standby: { enabled: false },
            },
            postStart: ["/bin/sh", "-c", RELOAD],
            statefulSet: {
                securityContext: {
                    pod: restrictedPod(100, 1000),
                    container: restrictedContainer,
                },
            },
            extraVolumes: [
                { type: "secret", name: openBaoCertificate, defaultMode: 0o440 },
                { type: "secret", name: "openbao-seal", defaultMode: 0o440 },
            ],
            // The chart copies its configuration there.
            volumes: [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }],
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            dataStorage: { size: `${size}Gi`, storageClass },
            ha: {
                enabled: true,
                replicas,
                apiAddr: `https://$(BAO_K8S_POD_NAME).${openBaoName}-internal.${openBaoName}.svc:${openBaoPorts.api}`,
                // Ours says how many must stay.
                disruptionBudget: { enabled: false },
                raft: {
                    enabled: true,
                    setNodeId: true,
                    config: JSON.stringify(serverConfiguration(replicas), undefined, 2),
                },
            },
        },
    };
}

/**
 * OpenBao: secrets with versions, policies and an audit log, on three members that agree by Raft.
 * Each opens its own seal with a key that the program has made once; so nobody has to come at night
 * because a node was restarted. The key is as safe as the cluster's etcd and the state of the stack:
 * it protects volumes, snapshots and backups of them, not against who may read Secrets here.
 */
export class OpenBao extends System<typeof openBao> implements SecretStore {
    readonly url = `https://${openBaoHost}:${openBaoPorts.api}`;
    readonly endpoint: Endpoint;
    readonly authority = { secret: openBaoCertificate, namespace: openBaoName };

    constructor(
        { storage, authority, ...context }: OpenBaoArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const replicas = context.site.replicas("critical");
        super(context, { critical: [`StatefulSet/${openBaoName}/${openBaoName}`] }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const namespace = this.namespace(openBaoName, {
            tier: "platform",
            backup: 0,
            restoreCheck: [
                {
                    claims: openBaoPods,
                    files: [
                        { path: "vault.db", begins: boltHeader },
                        { path: "raft/raft.db", begins: boltHeader },
                    ],
                },
            ],
            flows: [toApiServer(openBaoPods)],
        });
        const members = { namespace, pods: openBaoPods };
        const api: Endpoint = { ...members, ports: [openBaoPorts.api] };
        connect("openbao-members", {
            from: members,
            to: { ...members, ports: [openBaoPorts.api, openBaoPorts.cluster] },
        });
        const [first, ...names] = [
            ...serviceNames(openBaoName, namespace.name),
            ...memberHosts(replicas),
            "localhost",
        ] as const;
        const certificate = this.object(
            internalCertificate({
                name: openBaoCertificate,
                namespace: namespace.name,
                names: [first, ...names],
                usage: "server auth",
            }),
            { dependsOn: [namespace.object, authority] },
        );
        const seal = new GeneratedSecret(
            "openbao-seal",
            {
                namespace,
                generate: { [sealKey]: { bytes: 32 } },
                rotation: { owner: "platform-admin", days: 730 },
                escrow: "everything in OpenBao, its snapshots and backups",
                renewal: {
                    how: "by hand",
                    why: "members take the old and the new key together for one start",
                    runbook: "docs/runbooks/openbao-seal.md",
                },
            },
            // Without it nothing in the volumes can ever be read again.
            { ...inside, protect: site.protect },
        );
        const files = setupFiles([configuratorRole, readerRole, snapshotRole]);
        const read = this.object(files, { dependsOn: [namespace.object] });
        const account = this.object(setupAccount, { dependsOn: [namespace.object] });
        const { ready } = this.chart(openBao.charts.openBao, {
            release: openBaoName,
            namespace,
            needs: [certificate, seal.object, ...storage.ready],
            patch,
            values: chartValues(replicas, {
                storageClass: storage.storageClasses.block,
                size: settings.size,
            }),
        });
        const way = connect("openbao-setup", {
            from: { namespace, pods: setupPods },
            to: api,
        });
        const setUp = this.object(
            setupJob(openBao.images.openBao.reference, replicas, openBaoCertificate, files),
            { dependsOn: [read, account, certificate, ...ready, ...namespace.guardrails, ...way] },
        );
        this.budget(openBaoName, members, replicas);
        this.observe(namespace);
        this.endpoint = api;
        this.waitFor(setUp);
    }
}
