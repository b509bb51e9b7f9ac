/** Who signs on to Elasticsearch, and what each may do there. Pure. */
import * as yaml from "js-yaml";
import { streamsOf } from "./elasticsearch-state";

/** A role, as Elasticsearch has it in `roles.yml`. */
interface Role {
    readonly cluster?: readonly string[];
    readonly indices?: readonly {
        readonly names: readonly string[];
        readonly privileges: readonly string[];
    }[];
    readonly applications?: readonly {
        readonly application: string;
        readonly privileges: readonly string[];
        readonly resources: readonly string[];
    }[];
}

/** Adds documents to streams that exist and cannot read, change or delete one. */
const writes = (names: readonly string[]): Role => ({
    // Clients ask whether the cluster is well before they send.
    cluster: ["monitor"],
    indices: [{ names, privileges: ["create_doc", "auto_configure"] }],
});

/** Application of the privileges in Kibana, of its own index. */
const KIBANA = "kibana-.kibana";

const streams = [...streamsOf("vector"), ...streamsOf("fluentd")];
const traces = ["jaeger-*"];

/** The users, each with the role of the same name. */
export const elasticUsers = {
    /**
     * The Jobs of the platform: they set up, and cannot read a document. Lifecycles and snapshots are
     * carried out later with the rights of whoever wrote them.
     */
    "platform-setup": {
        cluster: [
            "monitor",
            "manage_ilm",
            "manage_index_templates",
            "manage_slm",
            "cluster:admin/repository/*",
            "cluster:admin/snapshot/*",
        ],
        indices: [{ names: [...streams, ...traces], privileges: ["manage"] }],
        applications: [{ application: KIBANA, privileges: ["all"], resources: ["*"] }],
    },
    /** The exporter of metrics. */
    "platform-exporter": {
        cluster: ["monitor", "read_slm", "read_ilm", "monitor_snapshot"],
        indices: [{ names: ["*"], privileges: ["monitor", "view_index_metadata"] }],
    },
    vector: writes(streamsOf("vector")),
    fluentd: writes(streamsOf("fluentd")),
    /** Jaeger writes and reads traces, and writes its templates anew at each start. */
    jaeger: {
        cluster: ["monitor", "manage_index_templates"],
        indices: [{ names: traces, privileges: ["read", "write", "view_index_metadata"] }],
    },
    /** Whoever signed on at the gateway looks through Kibana as this one: it reads, and no more. */
    "kibana-reader": {
        indices: [{ names: streams, privileges: ["read", "view_index_metadata"] }],
        applications: [{ application: KIBANA, privileges: ["read"], resources: ["*"] }],
    },
    /**
     * Grafana's data source (grafana v13.1: "Elasticsearch permissions"); `monitor` tells it the
     * version. Loki shows the same people the same lines.
     */
    "grafana-reader": {
        cluster: ["monitor"],
        indices: [{ names: streams, privileges: ["read", "view_index_metadata"] }],
    },
} as const satisfies Readonly<Record<string, Role>>;

/** A user by its name. */
export type ElasticUser = keyof typeof elasticUsers;

/** Name of the Secret with the user's name and password, in every namespace that has it. */
export const userSecret = (user: ElasticUser): string => `elasticsearch-user-${user}`;

/** The roles as the file of Elasticsearch. */
export function rolesFile(): string {
    return yaml.dump(elasticUsers, { lineWidth: -1, noRefs: true });
}
