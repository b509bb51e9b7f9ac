/** Pods of CloudNativePG (v1.30.0): instances, the jobs that make them, and poolers. */
import type { MadeClaim, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import {
    databaseLabels,
    instanceLabels,
    poolerLabels,
    postgresPorts,
} from "./cloudnative-pg-labels";
import { claimOf, container, joinAntiAffinity, tcp, withSurge } from "./pods";
import { labelsAt, listAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** Label of the role of an instance; the budget of the primary selects by it. */
export const instanceRoleLabel = "cnpg.io/instanceRole";

/** Name of the Barman plugin (plugin-barman-cloud v0.13.0: internal/cnpgi/metadata/constants.go). */
const BARMAN = "barman-cloud.cloudnative-pg.io";
const OBJECT_STORE = "barmancloud.cnpg.io/ObjectStore";

/** pkg/specs/pods.go, CreateAffinitySection. */
function affinity(name: string, config: Tree): Tree {
    const term = {
        labelSelector: {
            matchExpressions: [
                { key: "cnpg.io/cluster", operator: "In", values: [name] },
                { key: "cnpg.io/podRole", operator: "In", values: ["instance"] },
            ],
        },
        topologyKey: textAt(config, "topologyKey") ?? "kubernetes.io/hostname",
    };
    const generated: Tree =
        config.enablePodAntiAffinity === false
            ? {}
            : config.podAntiAffinityType === "required"
              ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
              : {
                    preferredDuringSchedulingIgnoredDuringExecution: [
                        { weight: 100, podAffinityTerm: term },
                    ],
                };
    return joinAntiAffinity(
        present({
            nodeAffinity: config.nodeAffinity,
            podAffinity: config.additionalPodAffinity,
            podAntiAffinity: config.additionalPodAntiAffinity,
        }),
        generated,
    );
}

/** pkg/reconciler/persistentvolumeclaim: the template, with the size and class beside it. */
function claim(name: string, storage: Tree): MadeClaim[] {
    const template = treeAt(storage, "pvcTemplate");
    const size = storage.size ?? treeAt(template, "resources", "requests").storage;
    return claimOf(name, {
        ...template,
        ...present({ storageClassName: textAt(storage, "storageClass") }),
        resources: { requests: present({ storage: size }) },
    });
}

/** The ObjectStore by which the Barman plugin archives a cluster. */
function archiveOf({ spec, metadata }: Resource, { all }: Surroundings): Tree | undefined {
    const plugin = treesAt(spec, "plugins").find(
        ({ name, enabled }) => name === BARMAN && enabled !== false,
    );
    const named = textAt(plugin, "parameters", "barmanObjectName");
    return all(OBJECT_STORE).find(
        (store) => store.metadata.name === named && store.metadata.namespace === metadata.namespace,
    )?.spec;
}

/**
 * The sidecar of the Barman plugin in each instance: an init container that stays
 * (plugin-barman-cloud v0.13.0: internal/cnpgi/operator/lifecycle.go). Its image is in a ConfigMap of
 * the plugin.
 */
function withSidecar(pod: Tree, store: Tree | undefined): Tree {
    if (store === undefined) {
        return pod;
    }
    const { env, resources } = treeAt(store, "instanceSidecarConfiguration");
    const authority = treeAt(store, "configuration", "endpointCA");
    const sidecar = {
        ...container("plugin-barman-cloud", resources),
        ...present({ env }),
        restartPolicy: "Always",
    };
    const volume = {
        name: "barman-certificates",
        projected: { sources: [{ secret: { name: authority.name } }] },
    };
    return {
        ...pod,
        initContainers: [...listAt(pod, "initContainers"), sidecar],
        ...(authority.name === undefined ? {} : { volumes: [...listAt(pod, "volumes"), volume] }),
    };
}

/** What instances and the jobs that make them have in common. */
function podOf(name: string, spec: Tree, main: string): Tree {
    const config = treeAt(spec, "affinity");
    const image = textAt(spec, "imageName");
    return present({
        priorityClassName: spec.priorityClassName,
        schedulerName: spec.schedulerName,
        serviceAccountName: textAt(spec, "serviceAccountName") ?? name,
        imagePullSecrets: spec.imagePullSecrets,
        nodeSelector: config.nodeSelector,
        tolerations: listAt(config, "tolerations"),
        topologySpreadConstraints: spec.topologySpreadConstraints,
        affinity: affinity(name, config),
        initContainers: [container("bootstrap-controller", spec.resources)],
        containers: [
            {
                ...container(main, spec.resources, image),
                ...present({ env: spec.env, envFrom: spec.envFrom }),
            },
        ],
        volumes:
            spec.projectedVolumeTemplate === undefined
                ? undefined
                : [{ name: "projected", projected: spec.projectedVolumeTemplate }],
    });
}

/** pkg/specs/pods.go and jobs.go; pkg/management/url. */
export function clusterPods(resource: Resource, surroundings: Surroundings): MadePods[] {
    const {
        spec = {},
        metadata: { name },
    } = resource;
    const pods = instanceLabels(name);
    const inherited = labelsAt(spec, "inheritedMetadata", "labels");
    const recommended = {
        "app.kubernetes.io/name": "postgresql",
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/component": "database",
        "app.kubernetes.io/managed-by": "cloudnative-pg",
    };
    const tablespaces = treesAt(spec, "tablespaces").flatMap((tablespace) =>
        claim(textAt(tablespace, "name") ?? "", treeAt(tablespace, "storage")),
    );
    const instances = numberAt(1, spec, "instances");
    const spoken = [tcp(postgresPorts.postgres, "postgresql"), tcp(postgresPorts.status, "status")];
    return [
        {
            part: "instances",
            name,
            labels: { ...inherited, ...recommended, ...instanceLabels(name) },
            variants: [
                { "cnpg.io/instanceRole": "primary", role: "primary" },
                { "cnpg.io/instanceRole": "replica", role: "replica" },
            ],
            count: instances,
            stateful: true,
            pod: withSidecar(podOf(name, spec, "postgres"), archiveOf(resource, surroundings)),
            ports: [...spoken, tcp(postgresPorts.metrics, "metrics")],
            claims: [
                ...claim("data", treeAt(spec, "storage")),
                ...claim("wal", treeAt(spec, "walStorage")),
                ...tablespaces,
            ],
            isMain: true,
            usesApi: true,
            reaches: [
                { pods, ports: spoken, why: "standbys follow the primary and ask its status" },
            ],
            operatorReaches: [tcp(postgresPorts.status)],
            votes: "instances",
            role: {
                label: instanceRoleLabel,
                holder: "primary",
                other: "replica",
                // internal/controller/cluster_controller.go, evaluatePodReadinessGuards, which looks
                // again after ten seconds.
                notices: "readiness",
                seconds: 10 + numberAt(0, spec, "failoverDelay"),
                // internal/controller/replicas.go, setPrimaryOnSchedulableNode.
                yieldsWith: instances,
            },
        },
        {
            // Makes the volumes of the next instance.
            part: "job",
            name: `${name}-job`,
            labels: { ...inherited, ...recommended, ...databaseLabels(name) },
            count: 0,
            most: 1,
            passing: true,
            pod: podOf(name, spec, "job"),
            ports: [],
            usesApi: true,
            reaches: [
                {
                    pods,
                    ports: [tcp(postgresPorts.postgres)],
                    why: "the data of a new standby comes from the primary",
                },
            ],
        },
    ];
}

/** pkg/specs/pgbouncer/deployments.go. */
export function poolerPods({ spec = {}, metadata: { name } }: Resource): MadePods[] {
    const cluster = textAt(spec, "cluster", "name") ?? "";
    const template = treeAt(spec, "template", "spec");
    const own = treesAt(template, "containers");
    const [bouncer] = own.filter((item) => item.name === "pgbouncer");
    const resources = treeAt(bouncer, "resources");
    const count = numberAt(1, spec, "instances");
    return [
        {
            part: "pgbouncer",
            name,
            labels: {
                ...labelsAt(spec, "template", "metadata", "labels"),
                ...poolerLabels(name),
                "cnpg.io/cluster": cluster,
                "cnpg.io/podRole": "pooler",
            },
            count,
            most: withSurge(count),
            pod: {
                ...template,
                serviceAccountName: textAt(spec, "serviceAccountName") ?? name,
                initContainers: [
                    container("bootstrap-controller", resources),
                    ...treesAt(template, "initContainers"),
                ],
                containers: [
                    { ...bouncer, ...container("pgbouncer", resources, textAt(bouncer, "image")) },
                    ...own.filter((item) => item !== bouncer),
                ],
            },
            ports: [tcp(postgresPorts.postgres, "pgbouncer"), tcp(postgresPorts.pooler, "metrics")],
            usesApi: true,
            reaches: [
                {
                    pods: instanceLabels(cluster),
                    ports: [tcp(postgresPorts.postgres)],
                    why: "poolers pass queries on",
                },
            ],
        },
    ];
}
