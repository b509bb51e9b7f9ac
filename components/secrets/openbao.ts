import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { toBackupTarget } from "../base/backup-target";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { none } from "../base/capabilities";
import { client } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { boltHeader } from "../base/restore-check";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { certManager } from "../security/cert-manager";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import type { Site } from "../site";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import {
    openBaoAlerts,
    openBaoCertificate,
    openBaoObjectives,
    openBaoScrapes,
} from "./openbao-alerts";
import {
    configuratorRole,
    memberHosts,
    openBaoHost,
    openBaoName,
    openBaoPods,
    openBaoPorts,
    readerRole,
    sealKey,
    snapshotRole,
} from "./openbao-configuration";
import { openBaoDashboards } from "./openbao-dashboards";
import { openBaoClient, openBaoPage } from "./openbao-people";
import { type PeopleSetup, setupAccount, setupFiles, setupJob, setupPods } from "./openbao-setup";
import { OpenBaoSnapshots } from "./openbao-snapshot-keeper";
import { snapshotPods, snapshotTarget } from "./openbao-snapshots";
import { openBaoValues, patchedOpenBao } from "./openbao-values";

/** Secrets that people and programs keep outside of Git and of the state. */
export const openBao = define({
    name: "openBao",
    layer: "secrets",
    purpose: "a store for secrets with sign-on, policies, versions and an audit log",
    origin: "002.2.2: a vault, with escrow of its keys",
    needs: [certManager, rookCeph],
    charts: {
        openBao: chart("openbao", "0.29.2", "https://openbao.github.io/openbao-helm"),
    },
    images: {
        openBao: image("quay.io/openbao/openbao", "2.6.2"),
        // Encrypts a folder for a key of age and stores it; upstream has nothing of the kind.
        backup: image("ghcr.io/offen/docker-volume-backup", "v2.48.2"),
    },
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
        routes: [openBaoPage],
        signOn: client(openBaoClient),
        backup: kept(
            0,
            "the volumes of all members, and snapshots of the whole outside of the cluster",
        ),
        sizing: { by: "members follow the profile; each holds everything" },
        flows: "declared",
        retention: none(
            "the last ten versions of each secret, until somebody destroys them; a lifecycle rule of the bucket takes snapshots away (docs/runbooks/openbao-restore.md)",
        ),
    },
    encrypts: ({ backup }) => (backup === undefined ? undefined : "its snapshots"),
});

/** Arguments of {@link OpenBao}. */
export interface OpenBaoArgs extends SystemContext<typeof openBao> {
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Signs the certificate of the members. */
    readonly authority: pulumi.Resource;
    /** Where its page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
    /** Signs people on; undefined when nobody does, and only programs get in. */
    readonly provider: SignOnProvider | undefined;
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
 * OpenBao: secrets with versions, policies and an audit log, on three members that agree by Raft.
 * Each opens its own seal with a key that the program has made once; so nobody has to come at night
 * because a node was restarted. The key is as safe as the cluster's etcd and the state of the stack:
 * it protects volumes, snapshots and backups of them, not against who may read Secrets here.
 */
export class OpenBao extends System<typeof openBao> implements SecretStore {
    readonly url = `https://${openBaoHost}:${openBaoPorts.api}`;
    readonly endpoint: Endpoint;
    readonly authority = { secret: openBaoCertificate, namespace: openBaoName };
    /** Where people open it; undefined where it has no route. */
    readonly page: string | undefined;

    constructor(
        { storage, authority, gateway, guards, provider, ...context }: OpenBaoArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const replicas = context.site.replicas("critical");
        super(context, { critical: [`StatefulSet/${openBaoName}/${openBaoName}`] }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const target = snapshotTarget(site);
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
            routed: gateway !== undefined && guards !== undefined,
            flows: [
                toApiServer(openBaoPods),
                ...(target === undefined
                    ? []
                    : [toBackupTarget("snapshots", target.endpoint, snapshotPods)]),
            ],
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
        const people = this.people(namespace, { site, provider });
        const files = setupFiles([configuratorRole, readerRole, snapshotRole], people?.setup);
        const read = this.object(files, { dependsOn: [namespace.object] });
        const account = this.object(setupAccount, { dependsOn: [namespace.object] });
        const { ready } = this.chart(openBao.charts.openBao, {
            release: openBaoName,
            namespace,
            needs: [certificate, seal.object, ...storage.ready],
            patch: patchedOpenBao,
            values: openBaoValues(replicas, {
                storageClass: storage.storageClasses.block,
                size: settings.size,
            }),
        });
        const way = connect("openbao-setup", {
            from: { namespace, pods: setupPods },
            to: api,
        });
        const setUp = this.object(
            setupJob({
                ...{ image: openBao.images.openBao.reference, replicas, files },
                ...{ certificate: openBaoCertificate, people: people?.setup },
            }),
            {
                dependsOn: [
                    ...[read, account, certificate],
                    ...[...ready, ...namespace.guardrails, ...way, ...(people?.ready ?? [])],
                ],
            },
        );
        if (target !== undefined) {
            const images = openBao.images;
            new OpenBaoSnapshots(
                "openbao-snapshots",
                { site, target, images, api, size: settings.size, after: [setUp] },
                inside,
            );
        }
        this.page =
            gateway &&
            guards &&
            new Route(
                "openbao",
                {
                    ...{ site, gateway, host: `${openBaoPage.host}.${site.domain}`, paths: ["/"] },
                    guard: { signOn: guards, page: openBaoPage },
                    ...{ service: openBaoName, port: openBaoPorts.api, to: api },
                    tls: { name: openBaoHost, authority: openBaoCertificate },
                },
                inside,
            ).url;
        this.budget(openBaoName, members, replicas);
        this.observe(namespace);
        this.endpoint = api;
        this.waitFor(setUp);
    }

    /** The members as a client of the login, as far as the set-up is told. */
    private people(
        namespace: Namespace,
        { site, provider }: { readonly site: Site; readonly provider: SignOnProvider | undefined },
    ): { readonly setup: PeopleSetup; readonly ready: readonly pulumi.Resource[] } | undefined {
        if (provider === undefined) {
            return undefined;
        }
        const { secretName, ready } = new OidcClient(
            "openbao-client",
            {
                ...{ site, client: openBaoClient, provider, namespace, pods: openBaoPods },
                rotation: yearly,
            },
            { parent: this },
        );
        const { issuer, groupsClaim } = provider;
        const setup = {
            ...{ issuer, groupsClaim, domain: site.domain, secretName },
            hasAuthority: provider.authority !== undefined,
            revision: namespace.secrets.revisionOf(namespace.name, secretName),
        };
        return { setup, ready };
    }
}
