import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { client } from "../base/oidc-client";
import { image } from "../base/pins";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { certManager } from "../security/cert-manager";
import { internalCertificate } from "../security/internal-certificate";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { audiobookshelfAlerts, audiobookshelfDashboards } from "./audiobookshelf-alerts";
import {
    AUDIOBOOKSHELF,
    audiobookshelfChecks,
    audiobookshelfPods,
    audiobookshelfPort,
    audiobookshelfServer,
    audiobookshelfService,
    PASSWORD,
    signOnScript,
} from "./audiobookshelf-manifests";
import {
    audiobookshelfClient,
    listening,
    signOnSettings,
    uploadPage,
} from "./audiobookshelf-sign-on";

/** Audiobooks and podcasts. */
export const audiobookshelf = define({
    name: "audiobookshelf",
    layer: "apps",
    purpose: "audiobooks and podcasts, for browsers and telephones",
    origin: "001: audiobooks and podcasts at a name of their own",
    charts: {},
    images: { audiobookshelf: image("ghcr.io/advplyr/audiobookshelf", "2.36.0") },
    needs: [rookCeph, authelia, certManager],
    offIn: { dev: "nobody listens there, and its volumes take room that a small site has not" },
    settings: {
        mediaSize: whole({ from: 1, to: 65_536, of: "GiB" })
            .default(20)
            .describe("GiB of audiobooks and podcasts"),
        metadataSize: whole({ from: 1, to: 1024, of: "GiB" })
            .default(5)
            .describe("GiB of covers, caches, logs and files that are being uploaded"),
    },
    capabilities: {
        metrics: none("it tells none; its route is opened from outside every minute"),
        alerts: audiobookshelfAlerts,
        dashboards: audiobookshelfDashboards,
        routes: [listening, uploadPage],
        signOn: client(audiobookshelfClient),
        backup: kept(0, "who listened to what, and the audiobooks and podcasts themselves"),
        sizing: none("one pod serves a household; SQLite has one writer"),
        flows: "declared",
        retention: none("audiobooks are kept until somebody deletes them"),
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `StatefulSet/${AUDIOBOOKSHELF}/${AUDIOBOOKSHELF}`,
        reason: "Audiobookshelf keeps what it knows in SQLite, which one process may write.",
        guard:
            "It leaves a dead node after 30 s, AudiobookshelfDown tells of one that does not come " +
            "back, and programs on telephones play on what they have loaded.",
        expires: "2027-05-31",
    },
    {
        criterion: "SEC-10",
        resource: `HTTPRoute/${AUDIOBOOKSHELF}/${AUDIOBOOKSHELF}-upload`,
        reason:
            "An audiobook has gigabytes. The proxy keeps a request whose size it limits in its memory " +
            "as a whole, so a limit that lets one through would be the end of the proxy.",
        guard:
            "Only people who signed on get to this one path; what they send is written to a volume " +
            "of its own, and VolumeAlmostFull tells before it is full.",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link Audiobookshelf}. */
export interface AudiobookshelfArgs extends SystemContext<typeof audiobookshelf> {
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly provider: SignOnProvider;
    readonly storage: Storage;
    /** Signs the certificate with which the authority comes. */
    readonly authority: pulumi.Resource;
}

/** Most that an answer may take: one may be a whole book, read at the pace of its reader. */
const HOURS = 12;

/**
 * Audiobookshelf as one pod. It signs people on itself, because its programs on telephones cannot
 * pass a page of the gateway; before each start it is told how, where nobody else reaches it.
 */
export class Audiobookshelf extends System<typeof audiobookshelf> {
    /** Where people find it. */
    readonly url: string;

    constructor(
        { gateway, guards, provider, storage, authority, ...context }: AudiobookshelfArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const namespace = this.namespace(AUDIOBOOKSHELF, {
            tier: "app",
            backup: 0,
            restoreCheck: audiobookshelfChecks,
            routed: true,
            // Podcasts, and what is known of books.
            flows: [{ name: "internet", pods: audiobookshelfPods, to: "internet", ports: [443] }],
        });
        const administrator = new GeneratedSecret(
            "audiobookshelf-root",
            {
                namespace,
                generate: { [PASSWORD]: { length: 32 } },
                rotation: yearly,
                // Its database knows the old one until the new one is told.
                keepsPrevious: true,
            },
            inside,
        );
        const signOn = new OidcClient(
            "audiobookshelf-client",
            {
                ...{ site, client: audiobookshelfClient, provider, namespace },
                ...{ pods: audiobookshelfPods, rotation: yearly },
            },
            inside,
        );
        const trusted =
            provider.authority === undefined ? undefined : this.authority(namespace, authority);
        const script = this.object(signOnScript(), { dependsOn: [namespace.object] });
        const service = this.object(audiobookshelfService, { dependsOn: [namespace.object] });
        const server = this.object(
            audiobookshelfServer({
                image: audiobookshelf.images.audiobookshelf.reference,
                sizes: { config: 2, metadata: settings.metadataSize, media: settings.mediaSize },
                classes: storage.storageClasses,
                administrator: administrator.secretName,
                client: signOn.secretName,
                settings: signOnSettings(provider),
                authority: trusted?.name,
            }),
            {
                dependsOn: [
                    ...namespace.guardrails,
                    ...context.pods,
                    ...storage.ready,
                    ...signOn.ready,
                    ...(trusted === undefined ? [] : [trusted.object]),
                    ...[administrator.object, script, service],
                ],
            },
        );
        this.url = this.routes({ site, gateway, guards }, namespace);
        this.observe(namespace);
        this.waitFor(server);
    }

    /** The authority of the provider's certificate, in a Secret of the namespace. */
    private authority(namespace: Namespace, authority: pulumi.Resource) {
        const name = `${AUDIOBOOKSHELF}-authority`;
        const object = this.object(
            internalCertificate({
                name,
                namespace: namespace.name,
                names: [`${AUDIOBOOKSHELF}.${namespace.name}.svc`],
                usage: "client auth",
            }),
            { dependsOn: [namespace.object, authority] },
        );
        return { name, object };
    }

    /** Everything for its own programs, and uploads for people who signed on at the gateway too. */
    private routes(
        { site, gateway, guards }: Pick<AudiobookshelfArgs, "site" | "gateway" | "guards">,
        namespace: Namespace,
    ): string {
        const inside = { parent: this };
        const shared = {
            ...{ site, gateway, host: `${uploadPage.host}.${site.domain}` },
            ...{ service: AUDIOBOOKSHELF, port: audiobookshelfPort },
            to: { namespace, pods: audiobookshelfPods, ports: [audiobookshelfPort] },
        };
        new Route(
            `${AUDIOBOOKSHELF}-upload`,
            {
                ...shared,
                // The pages call it below the name that they were built for (index.js).
                paths: ["/api/upload", "/audiobookshelf/api/upload"],
                guard: { signOn: guards, page: uploadPage },
                limits: { requestsPerSecond: 5, requestSize: "any", timeout: HOURS * 3600 },
            },
            inside,
        );
        return new Route(
            AUDIOBOOKSHELF,
            {
                ...shared,
                paths: ["/"],
                guard: { open: "HTTPRoute/audiobookshelf/audiobookshelf" },
                limits: { timeout: HOURS * 3600 },
                answer: { path: "/healthcheck", statuses: [200] },
            },
            inside,
        ).url;
    }
}
