/** What the operators of databases and queues make. */
import { isTree, readList, readString, readTree } from "../../kernel/tree";
import { type Maker, secret, service } from "./maker";

/** https://cloudnative-pg.io/documentation/1.30/applications/ and `pkg/certs`. */
export const postgres: Maker = (fact) => {
    const { object, inputs } = fact;
    const { namespace, name } = object;
    const pods = { "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" };
    const disabled = readList(inputs, "spec", "managed", "services", "disabledDefaultServices");
    const services = [
        ["rw", { ...pods, "cnpg.io/instanceRole": "primary" }],
        ["ro", { ...pods, "cnpg.io/instanceRole": "replica" }],
        ["r", pods],
    ] as const;
    const additional = readList(inputs, "spec", "managed", "services", "additional").flatMap(
        (entry) => {
            const named = readString(entry, "serviceTemplate", "metadata", "name");
            return named === undefined ? [] : [{ ...service(fact, "", pods, 5432), name: named }];
        },
    );
    const login = [
        ...["username", "user", "password", "dbname", "host", "port"],
        ...["pgpass", "uri", "jdbc-uri", "fqdn-uri", "fqdn-jdbc-uri"],
    ];
    const given = readString(inputs, "spec", "bootstrap", "initdb", "secret", "name");
    return [
        ...services
            .filter(([suffix]) => !disabled.includes(suffix))
            .map(([suffix, selector]) => service(fact, `-${suffix}`, selector, 5432)),
        ...additional,
        secret(namespace, `${name}-ca`, ["ca.crt", "ca.key"]),
        secret(namespace, `${name}-server`, ["tls.crt", "tls.key"]),
        secret(namespace, `${name}-replication`, ["tls.crt", "tls.key"]),
        ...(given === undefined ? [secret(namespace, `${name}-app`, login)] : []),
        ...(readTree(inputs, "spec").enableSuperuserAccess === true
            ? [secret(namespace, `${name}-superuser`, login)]
            : []),
        { kind: "/ServiceAccount", namespace, name },
    ];
};

/** redis-operator v0.26.0: `internal/k8sutils/redis-replication.go`. */
export const redis: Maker = (fact) => {
    const pods = { app: fact.object.name, role: "replication" };
    return [
        service(fact, "", pods, 6379),
        service(fact, "-headless", pods, 6379),
        service(fact, "-additional", pods, 6379),
        service(fact, "-master", { ...pods, "redis-role": "master" }, 6379),
        service(fact, "-replica", { ...pods, "redis-role": "slave" }, 6379),
    ];
};

export const sentinel: Maker = (fact) => {
    const pods = { app: `${fact.object.name}-sentinel`, role: "sentinel" };
    return ["-sentinel", "-sentinel-headless", "-sentinel-additional"].map((suffix) =>
        service(fact, suffix, pods, 26379),
    );
};

/** https://strimzi.io/docs/operators/latest/deploying#list-of-kafka-cluster-resources-str */
export const kafka: Maker = (fact) => {
    const { object, inputs } = fact;
    const pods = { "strimzi.io/name": `${object.name}-kafka` };
    const ports = readList(inputs, "spec", "kafka", "listeners").flatMap((listener) =>
        isTree(listener) && typeof listener.port === "number" ? [listener.port] : [],
    );
    return [
        service(fact, "-kafka-bootstrap", pods, ...ports, 9091),
        service(fact, "-kafka-brokers", pods, ...ports, 9090, 9091),
        secret(object.namespace, `${object.name}-cluster-ca-cert`, [
            "ca.crt",
            "ca.p12",
            "ca.password",
        ]),
        secret(object.namespace, `${object.name}-clients-ca-cert`, [
            "ca.crt",
            "ca.p12",
            "ca.password",
        ]),
    ];
};

export const kafkaUser: Maker = ({ object: { namespace, name } }) => [secret(namespace, name)];

/** https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services */
export const elasticsearch: Maker = (fact) => {
    const { namespace, name } = fact.object;
    const pods = { "elasticsearch.k8s.elastic.co/cluster-name": name };
    return [
        service(fact, "-es-http", pods, 9200),
        service(fact, "-es-internal-http", pods, 9200),
        service(fact, "-es-transport", pods, 9300),
        secret(namespace, `${name}-es-elastic-user`, ["elastic"]),
        secret(namespace, `${name}-es-http-certs-public`, ["tls.crt", "ca.crt"]),
    ];
};

export const kibana: Maker = (fact) => [
    service(fact, "-kb-http", { "kibana.k8s.elastic.co/name": fact.object.name }, 5601),
];
