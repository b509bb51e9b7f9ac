/** Kafka and its node pools (Strimzi 1.2.0: KafkaPool.java, KafkaCluster.java, EntityOperator.java). */
import type { Behaviour, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { tcp } from "./pods";
import {
    budgetOf,
    claimsOf,
    containerOf,
    kafkaLabels,
    kafkaPorts,
    ownLabels,
    podOf,
    strimziLabels,
} from "./strimzi-pods";
import { listAt, namespaceOf, numberAt, textAt, treeAt, treesAt } from "./values";

const POOL = "kafka.strimzi.io/KafkaNodePool";
const CLUSTER = "strimzi.io/cluster";
const inside = [
    tcp(kafkaPorts.controlPlane, "tcp-ctrlplane"),
    tcp(kafkaPorts.replication, "tcp-replication"),
];

/** The Kafka that a pool belongs to, by its label. */
function kafkaOf(pool: Resource, { all }: Surroundings): Resource | undefined {
    return all("kafka.strimzi.io/Kafka").find(
        (kafka) =>
            namespaceOf(kafka) === namespaceOf(pool) &&
            kafka.metadata.name === pool.metadata.labels?.[CLUSTER],
    );
}

/** The pools of a Kafka. */
function poolsOf(kafka: Resource, { all }: Surroundings): readonly Resource[] {
    return all(POOL).filter(
        (pool) =>
            namespaceOf(pool) === namespaceOf(kafka) &&
            pool.metadata.labels?.[CLUSTER] === kafka.metadata.name,
    );
}

/** The template of a pool: each part of its own instead of the cluster's. */
function templateOf(kafka: Resource, pool: Resource): Tree {
    return { ...treeAt(kafka.spec, "kafka", "template"), ...treeAt(pool.spec, "template") };
}

/** The pods of a pool, which it takes half of from its Kafka. */
export function poolPods(pool: Resource, surroundings: Surroundings): MadePods[] | string {
    const kafka = kafkaOf(pool, surroundings);
    if (kafka === undefined) {
        return "the Kafka that its label strimzi.io/cluster names is not in the stack";
    }
    const cluster = kafka.metadata.name;
    const { spec = {}, metadata } = pool;
    const template = templateOf(kafka, pool);
    const settings = treeAt(kafka.spec, "kafka");
    const hasMetrics = "metricsConfig" in settings;
    const listeners = treesAt(settings, "listeners").flatMap(({ port, name }) =>
        typeof port === "number" ? [tcp(port, `tcp-${String(name)}`.slice(0, 15))] : [],
    );
    const roles = listAt(spec, "roles");
    return [
        {
            part: "nodes",
            name: `${cluster}-${metadata.name}`,
            labels: {
                ...ownLabels(pool, template),
                ...kafkaLabels(cluster),
                "strimzi.io/component-type": "kafka",
                "strimzi.io/pool-name": metadata.name,
                "strimzi.io/broker-role": String(roles.includes("broker")),
                "strimzi.io/controller-role": String(roles.includes("controller")),
                "app.kubernetes.io/name": "kafka",
                "app.kubernetes.io/instance": cluster,
                "app.kubernetes.io/part-of": `strimzi-${cluster}`,
                "app.kubernetes.io/managed-by": "strimzi-cluster-operator",
            },
            count: numberAt(0, spec, "replicas"),
            stateful: true,
            pod: podOf(template, [
                containerOf(
                    "kafka",
                    {
                        resources: spec.resources,
                        image: settings.image,
                        livenessProbe: settings.livenessProbe,
                        readinessProbe: settings.readinessProbe,
                    },
                    treeAt(template, "kafkaContainer"),
                ),
            ]),
            ports: [
                ...inside,
                tcp(kafkaPorts.agent, "tcp-kafkaagent"),
                ...(hasMetrics ? [tcp(kafkaPorts.metrics, "tcp-prometheus")] : []),
                ...(roles.includes("broker") ? listeners : []),
            ],
            claims: claimsOf(treeAt(spec, "storage")),
            isMain: true,
            reaches: [{ pods: kafkaLabels(cluster), ports: inside, why: "brokers replicate" }],
            operatorReaches: [...inside, tcp(kafkaPorts.agent)],
            ...(roles.includes("controller") ? { votes: "controllers", electorate: cluster } : {}),
        },
    ];
}

/** A deployment of one pod beside the brokers. */
function beside(
    kafka: Resource,
    part: string,
    template: Tree,
    containers: readonly Tree[],
    more: Partial<MadePods> = {},
): MadePods {
    const { name } = kafka.metadata;
    const full = `${name}-${part}`;
    return {
        part,
        name: full,
        labels: { ...ownLabels(kafka, template), ...strimziLabels(name, "Kafka", full) },
        count: 1,
        pod: podOf(template, containers),
        ports: [],
        reaches: [
            {
                pods: kafkaLabels(name),
                ports: [tcp(kafkaPorts.replication)],
                why: "it looks after what the brokers keep",
            },
        ],
        ...more,
    };
}

/** What a Kafka has besides its brokers, which belong to its pools. */
export function kafkaPods(kafka: Resource): MadePods[] {
    const spec = kafka.spec ?? {};
    const entity = treeAt(spec, "entityOperator");
    const template = treeAt(entity, "template");
    const operators = (["topicOperator", "userOperator"] as const)
        .filter((field) => field in entity)
        .map((field) =>
            containerOf(
                field === "topicOperator" ? "topic-operator" : "user-operator",
                treeAt(entity, field),
                treeAt(template, `${field}Container`),
            ),
        );
    const control = treeAt(spec, "cruiseControl");
    const exporter = treeAt(spec, "kafkaExporter");
    return [
        ...(operators.length > 0
            ? [
                  beside(kafka, "entity-operator", template, operators, {
                      usesApi: true,
                      // EntityTopicOperator.java, EntityUserOperator.java: HEALTHCHECK_PORT.
                      ports: [
                          ...("topicOperator" in entity
                              ? [tcp(kafkaPorts.topicOperator, "healthcheck-to")]
                              : []),
                          ...("userOperator" in entity
                              ? [tcp(kafkaPorts.userOperator, "healthcheck-uo")]
                              : []),
                      ],
                  }),
              ]
            : []),
        ...("cruiseControl" in spec
            ? [
                  beside(
                      kafka,
                      "cruise-control",
                      treeAt(control, "template"),
                      [
                          containerOf(
                              "cruise-control",
                              control,
                              treeAt(control, "template", "cruiseControlContainer"),
                          ),
                      ],
                      {
                          ports: [tcp(9090, "rest-api")],
                          operatorReaches: [tcp(9090)],
                      },
                  ),
              ]
            : []),
        ...("kafkaExporter" in spec
            ? [
                  beside(
                      kafka,
                      "kafka-exporter",
                      treeAt(exporter, "template"),
                      [
                          containerOf(
                              "kafka-exporter",
                              exporter,
                              treeAt(exporter, "template", "container"),
                          ),
                      ],
                      { ports: [tcp(kafkaPorts.metrics, "tcp-prometheus")] },
                  ),
              ]
            : []),
    ];
}

/** KafkaCluster.java: one budget for the nodes of all pools. */
export const kafkaBudgets: Behaviour["budgets"] = (kafka, surroundings) => {
    const { name } = kafka.metadata;
    const nodes = poolsOf(kafka, surroundings).reduce(
        (sum, { spec }) => sum + numberAt(0, spec, "replicas"),
        0,
    );
    const template = treeAt(kafka.spec, "kafka", "template");
    return [budgetOf(`${name}-kafka`, kafkaLabels(name), template, nodes)];
};

/** https://strimzi.io/docs/operators/latest/deploying#list-of-kafka-cluster-resources-str */
export const kafkaServices: Behaviour["services"] = ({ spec, metadata: { name } }) => {
    const listeners = treesAt(spec, "kafka", "listeners").flatMap(({ port, name: listener }) =>
        typeof port === "number"
            ? [{ name: `tcp-${String(listener)}`.slice(0, 15), port, target: port }]
            : [],
    );
    const own = (label: string, port: number) => ({ name: label, port, target: port });
    const brokers = { ...kafkaLabels(name), "strimzi.io/broker-role": "true" };
    return [
        {
            name: `${name}-kafka-bootstrap`,
            selector: brokers,
            ports: [...listeners, own("tcp-replication", kafkaPorts.replication)],
        },
        {
            name: `${name}-kafka-brokers`,
            selector: kafkaLabels(name),
            ports: [
                ...listeners,
                own("tcp-ctrlplane", kafkaPorts.controlPlane),
                own("tcp-replication", kafkaPorts.replication),
            ],
        },
    ];
};

/** Secrets with the authorities, which clients read. */
export const kafkaSecrets: Behaviour["secrets"] = ({ metadata: { name } }) =>
    ["cluster-ca-cert", "clients-ca-cert"].map((suffix) => ({
        name: `${name}-${suffix}`,
        keys: ["ca.crt", "ca.p12", "ca.password"],
    }));

/** Which kind of login a KafkaUser gets decides which keys its Secret has. */
export const userSecrets: Behaviour["secrets"] = ({ spec, metadata: { name } }) => {
    const type = textAt(spec, "authentication", "type");
    return [
        {
            name,
            ...(type === "tls"
                ? { keys: ["ca.crt", "user.crt", "user.key", "user.p12", "user.password"] }
                : type === "scram-sha-512"
                  ? { keys: ["password", "sasl.jaas.config"] }
                  : {}),
        },
    ];
};
