import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { GuardedPage } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define, type SettingsOf } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { atGateway } from "../base/oidc-client";
import { image } from "../base/pins";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { pattern, whole } from "../base/values";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { influxAlerts, influxScrapes } from "./influxdb-alerts";
import { influxDashboards } from "./influxdb-dashboards";
import {
    INFLUXDB,
    type InfluxBucket,
    influxChecks,
    influxPods,
    influxPort,
    influxServer,
    influxService,
    influxSetupPods,
    setupFiles,
    setupJob,
} from "./influxdb-manifests";

const influxPage: GuardedPage = {
    what: "InfluxDB: series, queries and tasks, after its own sign-on",
    host: "influxdb",
    guard: "second factor",
    groups: ["platform-admin"],
};

const NAMESPACE = pattern(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "the name of a namespace");

const bucket = z.strictObject({
    name: pattern(
        /^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/,
        "a name of at most 42 lower case letters, digits and hyphens",
    ).describe("name of the bucket, and of the database for clients of InfluxDB 1"),
    days: whole({ from: 0, to: 36_500, of: "days" })
        .default(90)
        .describe("days for which a point is kept; 0: for good"),
    namespaces: z
        .array(NAMESPACE)
        .default([])
        .describe("namespaces whose pods write and read, which must let them out themselves"),
});

/** Series of measurements that programs write. */
export const influxDb = define({
    name: "influxDb",
    layer: "data",
    purpose: "series and events that programs and devices write, in buckets that are data",
    origin: "001: fast series and events",
    charts: {},
    images: {
        influxdb: image("docker.io/library/influxdb", "2.9.1-alpine"),
        node: image("docker.io/library/node", "24.21.0-alpine"),
    },
    needs: [rookCeph],
    offIn: { dev: "half a GiB that nothing there writes into" },
    settings: {
        size: whole({ from: 1, to: 16_384, of: "GiB" }).default(5).describe("GiB of its volume"),
        buckets: z
            .array(bucket)
            .default([])
            .describe("buckets, each with a user that writes and reads"),
    },
    check: ({ buckets }) =>
        buckets.flatMap(({ name }, index) =>
            name === "default" || buckets.findIndex((other) => other.name === name) < index
                ? [
                      {
                          key: `systems.influxDb.buckets[${index}].name`,
                          found: name,
                          allowed: "a name that no other bucket has, nor `default`",
                      },
                  ]
                : [],
        ),
    capabilities: {
        metrics: influxScrapes,
        alerts: influxAlerts,
        dashboards: influxDashboards,
        routes: [influxPage],
        signOn: atGateway(
            "its open source edition signs nobody on from outside: behind the gateway its own account asks once more",
        ),
        backup: { by: "velero", what: "its volume, once a day" },
        sizing: { by: "one pod with its volume; the open source edition has no cluster" },
        flows: "declared",
        retention: [{ what: "points of a bucket that says nothing else", for: "90d" }],
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `StatefulSet/${INFLUXDB}/${INFLUXDB}`,
        reason: "The open source edition of InfluxDB 2 has no cluster: one process writes its files.",
        guard:
            "It leaves a dead node after 30 s, InfluxDbDown tells of one that does not come back, " +
            "and Telegraf and the like keep what they could not write.",
        expires: "2027-05-31",
    },
];

/** Arguments of {@link InfluxDb}. */
export interface InfluxDbArgs extends SystemContext<typeof influxDb> {
    readonly storage: Storage;
    /** Where its page attaches; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the page; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/**
 * InfluxDB OSS 2. Who writes into a bucket has a user and a password, which the program generates and
 * `/write` and `/query` take; tokens of the API of version 2 are made by InfluxDB itself, and could
 * not be given to anybody before (influxdb v2.9.1: authorization/http_server.go).
 */
export class InfluxDb extends System<typeof influxDb> {
    readonly endpoint: Endpoint;
    /** Where people find it; undefined where they cannot. */
    readonly url: string | undefined;

    constructor(
        { storage, gateway, guards, ...context }: InfluxDbArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings, pods } = context;
        const inside = { parent: this };
        const isRouted = gateway !== undefined && guards !== undefined;
        const namespace = this.namespace(INFLUXDB, {
            tier: "platform",
            backup: 1,
            restoreCheck: influxChecks,
            routed: isRouted,
            flows: settings.buckets.flatMap(({ name, namespaces }) =>
                namespaces.map((other) => ({
                    name: `${name}-from-${other}`,
                    pods: influxPods,
                    from: { namespace: other },
                    ports: [influxPort],
                })),
            ),
        });
        this.endpoint = { namespace, pods: influxPods, ports: [influxPort] };
        const service = this.object(influxService, { dependsOn: [namespace.object] });
        const server = this.object(
            influxServer({
                image: influxDb.images.influxdb.reference,
                size: settings.size,
                storageClass: storage.storageClasses.block,
            }),
            {
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [...pods, ...namespace.guardrails, ...storage.ready, service],
            },
        );
        this.waitFor(server, ...this.setUp(namespace, settings.buckets, server));
        this.observe(namespace);
        if (isRouted) {
            this.url = new Route(
                "influxdb-page",
                {
                    site,
                    gateway,
                    host: `${influxPage.host}.${site.domain}`,
                    paths: ["/"],
                    guard: { signOn: guards, page: influxPage },
                    service: INFLUXDB,
                    port: influxPort,
                    to: this.endpoint,
                },
                inside,
            ).url;
        }
        this.registerOutputs({ url: this.url });
    }

    /** The organisation, the buckets, and who writes into them. */
    private setUp(
        namespace: Namespace,
        asked: SettingsOf<typeof influxDb>["buckets"],
        server: pulumi.Resource,
    ): readonly pulumi.Resource[] {
        const inside = { parent: this };
        const administrator = new GeneratedSecret(
            "influxdb-administrator",
            {
                namespace,
                plain: { username: "admin" },
                generate: { password: { length: 32 }, token: { length: 64 } },
                rotation: { owner: "platform-admin", days: 3650 },
                renewal: {
                    how: "by hand",
                    why: "InfluxDB reads it when it is empty, and from then on knows its digest",
                    runbook: "docs/runbooks/rotate-secrets.md",
                },
            },
            inside,
        );
        const secrets = asked.map(
            ({ name }) =>
                new GeneratedSecret(
                    `influxdb-${name}`,
                    {
                        namespace,
                        plain: { username: name, database: name },
                        generate: { password: { length: 32 } },
                        rotation: yearly,
                    },
                    inside,
                ),
        );
        const buckets = asked.map(({ name, days }): InfluxBucket => ({
            name,
            days,
            credentials: `influxdb-${name}`,
            revision: namespace.secrets.revisionOf(namespace.name, `influxdb-${name}`),
        }));
        const setup = {
            image: influxDb.images.node.reference,
            administrator: administrator.secretName,
            buckets,
        };
        const files = setupFiles(setup);
        const written = this.object(files, { dependsOn: [namespace.object] });
        const way = connect("influxdb-setup", {
            from: { namespace, pods: influxSetupPods },
            to: this.endpoint,
        });
        return [
            this.object(setupJob(setup, files), {
                dependsOn: [
                    server,
                    written,
                    administrator.object,
                    ...secrets.map(({ object }) => object),
                    ...way,
                    ...namespace.guardrails,
                ],
            }),
        ];
    }
}
