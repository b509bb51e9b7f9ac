import type * as pulumi from "@pulumi/pulumi";
import { elasticPorts } from "../../operators/eck";
import { none } from "../base/capabilities";
import { connect, connectClients, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart, image } from "../base/pins";
import { GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { internalCertificate } from "../security/internal-certificate";
import { Bucket } from "../storage/bucket";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { elasticsearchAlerts, elasticsearchScrapes, operatorPods } from "./elasticsearch-alerts";
import { elasticsearchDashboards } from "./elasticsearch-dashboards";
import { elasticsearchExceptions } from "./elasticsearch-exceptions";
import { EXPORTER, exporterDeployment, exporterPods } from "./elasticsearch-exporter";
import {
    CERTIFICATE,
    CLUSTER,
    elasticsearchCluster,
    elasticsearchNames,
    elasticsearchPods,
    elasticsearchUrl,
    NAMESPACE,
    ROLES,
    setupFiles,
    setupJob,
    setupPods,
} from "./elasticsearch-objects";
import { elasticGroups, OPERATOR, operatorValues, patchOperator } from "./elasticsearch-values";
import type { ElasticAccess, EvidenceStore, SetUp } from "./evidence-store";
import { operatorRights } from "./elasticsearch-rights";
import { elasticsearchRequests, snapshots } from "./elasticsearch-state";
import { type ElasticUser, rolesFile, userSecret } from "./elasticsearch-users";
import { evidenceKinds, REPORTS } from "./evidence";
import { evidenceReports, type ReportKinds, reportPods } from "./evidence-reports";

/** The store of evidence. */
export const eckOperator = define({
    name: "eckOperator",
    layer: "observability",
    purpose: "Elasticsearch: logs and evidence that can be searched by every word",
    origin: "001: Elasticsearch with three data nodes and snapshots",
    charts: { operator: chart("eck-operator", "3.5.0", "https://helm.elastic.co") },
    images: {
        elasticsearch: image("docker.elastic.co/elasticsearch/elasticsearch", "9.4.3"),
        exporter: image("quay.io/prometheuscommunity/elasticsearch-exporter", "v1.11.0"),
        node: image("docker.io/library/node", "24.21.0-alpine"),
    },
    needs: [rookCeph, certManager],
    offIn: { dev: "Loki keeps the same lines in a tenth of the memory" },
    settings: {
        size: whole({ from: 5, to: 4096, of: "GiB" })
            .default(20)
            .describe("GiB of the volume of each of the nodes of Elasticsearch"),
    },
    capabilities: {
        metrics: elasticsearchScrapes,
        alerts: elasticsearchAlerts,
        dashboards: elasticsearchDashboards,
        routes: none("Kibana shows what is in it"),
        signOn: none("programs sign on with a password of their own; Kibana is for people"),
        backup: {
            by: "eckOperator",
            what: `snapshots of all evidence but container logs, every night in a bucket, kept ${snapshots.days} days`,
        },
        sizing: { by: "three nodes, each of which holds two thirds of everything" },
        flows: "declared",
        retention: evidenceKinds.map(([, { what, days }]) => ({
            what: `${what}, in Elasticsearch`,
            for: `${days}d`,
        })),
    },
});

/** Arguments of {@link EckOperator}. */
export interface EckOperatorArgs extends SystemContext<typeof eckOperator> {
    readonly storage: Storage;
    /** Signs the certificate of Elasticsearch. */
    readonly authority: pulumi.Resource;
    /** Who signs on besides the platform's own users. */
    readonly clients: readonly ElasticUser[];
    /** Reports in the API that are evidence too. */
    readonly reports: readonly ReportKinds[];
}

/** Most that snapshots may take, in GiB. */
const BUCKET = 15;

/** Elasticsearch on three nodes, and the operator that looks after them in this namespace alone. */
export class EckOperator extends System<typeof eckOperator> implements EvidenceStore {
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    readonly url = elasticsearchUrl;
    private readonly authority: pulumi.Resource;
    private readonly cluster: pulumi.Resource;

    constructor(
        { storage, authority, clients, reports, ...context }: EckOperatorArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions: elasticsearchExceptions }, opts);
        const { site, settings } = context;
        const { images } = eckOperator;
        const inside = { parent: this };
        this.authority = authority;
        // Two would both have to be there for a majority; three do without one.
        const replicas = site.replicas("serving");
        const nodes = replicas > 1 ? 3 : 1;
        const namespace = this.namespace(NAMESPACE, {
            tier: "monitoring",
            backup: none(
                "copies of its volumes would be of different moments; it makes snapshots of its own",
            ),
            routed: true,
            flows: [
                toApiServer(operatorPods),
                ...(reports.length > 0 ? [toApiServer(reportPods)] : []),
            ],
        });
        this.home = namespace;
        const own = { namespace, pods: elasticsearchPods };
        this.endpoint = { ...own, ports: [elasticPorts.http] };
        const ways = [
            ...connect("elasticsearch-nodes", {
                from: own,
                to: { ...own, ports: [elasticPorts.transport, elasticPorts.http] },
            }),
            ...connectClients("elasticsearch-own", {
                clients: [operatorPods, exporterPods, setupPods],
                to: this.endpoint,
            }),
        ];
        const bucket = new Bucket(
            "elasticsearch",
            {
                ...context,
                namespace,
                storage,
                clients: [elasticsearchPods],
                size: BUCKET,
                retention: {
                    deletedBy: `Elasticsearch, after retention.expire_after of the policy ${snapshots.policy} (${snapshots.days}d)`,
                },
            },
            inside,
        );
        const operator = this.chart(eckOperator.charts.operator, {
            release: OPERATOR,
            namespace,
            apiGroups: elasticGroups,
            needs: [
                ...operatorRights.map((right) =>
                    this.object(right, { dependsOn: [namespace.object] }),
                ),
                ...ways,
            ],
            patch: patchOperator,
            values: operatorValues(replicas),
        });
        this.budget(OPERATOR, { namespace, pods: operatorPods }, replicas);
        const certificate = this.object(
            internalCertificate({
                name: CERTIFICATE,
                namespace: namespace.name,
                names: elasticsearchNames,
                usage: "server auth",
            }),
            { dependsOn: [namespace.object, authority] },
        );
        const roles = new GeneratedSecret(
            ROLES,
            { namespace, generate: {}, plain: { "roles.yml": rolesFile() }, rotation: yearly },
            inside,
        );
        const users = [this.person("platform-setup"), this.person("platform-exporter")];
        this.cluster = this.object(
            elasticsearchCluster({
                image: images.elasticsearch,
                nodes,
                storageClass: storage.storageClasses.block,
                size: settings.size,
                bucket,
                users: ["platform-setup", "platform-exporter", ...clients],
            }),
            {
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [
                    ...operator.ready,
                    ...this.definition("elasticsearch.k8s.elastic.co/Elasticsearch"),
                    ...namespace.guardrails,
                    ...storage.ready,
                    ...bucket.ready,
                    certificate,
                    roles.object,
                    ...users.map(({ object }) => object),
                ],
            },
            { name: CLUSTER },
        );
        this.object(
            exporterDeployment(images.exporter, replicas),
            {
                dependsOn: [this.cluster, ...namespace.guardrails],
            },
            { name: EXPORTER },
        );
        this.budget(EXPORTER, { namespace, pods: exporterPods }, replicas);
        this.observe(namespace);
        if (reports.length > 0) {
            evidenceReports(images.node, reports).reduce<pulumi.Resource[]>(
                (before, manifest) => [
                    ...before,
                    this.object(
                        manifest,
                        { dependsOn: [...namespace.guardrails, ...before] },
                        { name: REPORTS },
                    ),
                ],
                [],
            );
        }
        const done = this.setUp({
            name: CLUSTER,
            requests: elasticsearchRequests({
                replicas: nodes > 1 ? 1 : 0,
                bucket: bucket.bucket,
            }),
        });
        this.waitFor(this.cluster, done);
    }

    user(user: ElasticUser, namespace: Namespace): ElasticAccess {
        const password = this.person(user, namespace);
        const authority = `${userSecret(user)}-authority`;
        const certificate = this.object(
            internalCertificate({
                name: authority,
                namespace: namespace.name,
                names: [`${user}.${namespace.name}`],
                usage: "client auth",
            }),
            { dependsOn: [namespace.object, this.authority] },
            { name: user },
        );
        return {
            secretName: userSecret(user),
            authority,
            ready: [password.copied ?? password.object, certificate],
        };
    }

    setUp(
        { name, url = this.url, requests }: SetUp,
        before: readonly pulumi.Resource[] = [],
    ): pulumi.Resource {
        const files = setupFiles({ name, requests });
        const read = this.object(files, { dependsOn: [this.home.object] });
        return this.object(setupJob({ name, image: eckOperator.images.node, url }, files), {
            dependsOn: [read, this.cluster, ...this.home.guardrails, ...before],
        });
    }

    /** A user with a password, and the same in another namespace. */
    private person(user: ElasticUser, namespace?: Namespace): GeneratedSecret {
        const type = "kubernetes.io/basic-auth";
        const plain = { username: user, roles: user };
        return new GeneratedSecret(
            userSecret(user),
            {
                namespace: this.home,
                plain,
                generate: { password: { length: 40 } },
                rotation: yearly,
                type,
                ...(namespace === undefined || namespace.name === this.home.name
                    ? {}
                    : { copy: { namespace, plain: { username: user }, type } }),
            },
            { parent: this },
        );
    }
}
