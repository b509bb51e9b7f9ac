/**
 * Objects that controllers make of declared ones, by rule: a Certificate makes its Secret, a
 * database cluster its Services. Each rule names where the controller's code or manual says so.
 */
import { read, readLabels, readList, readString, readTree } from "../../kernel/tree";
import {
    elasticsearch,
    kafka,
    kafkaUser,
    kibana,
    postgres,
    redis,
    sentinel,
} from "./made-databases";
import { bucketClaim, ceph, filesystem, objectStore, objectUser } from "./made-storage";
import { type Maker, secret, service } from "./maker";

/** Keys of a Secret of cert-manager. */
export const TLS_KEYS: readonly string[] = ["tls.crt", "tls.key", "ca.crt"];

/** https://cert-manager.io/docs/usage/certificate/ */
const certificate: Maker = ({ object, inputs }) => {
    const name = readString(inputs, "spec", "secretName");
    const formats = readList(inputs, "spec", "additionalOutputFormats").map((format) =>
        readString(format, "type") === "DER" ? "key.der" : "tls-combined.pem",
    );
    const stores = Object.keys(readTree(inputs, "spec", "keystores")).flatMap((type) =>
        type === "pkcs12" ? ["keystore.p12", "truststore.p12"] : ["keystore.jks", "truststore.jks"],
    );
    return name === undefined
        ? []
        : [secret(object.namespace, name, [...TLS_KEYS, ...formats, ...stores])];
};

/** https://github.com/bitnami-labs/sealed-secrets#usage */
const sealed: Maker = ({ object, inputs }) => {
    const template = readTree(inputs, "spec", "template");
    const keys = ["encryptedData", "template"].some(
        (field) => read(inputs, ["spec", field]).state === "unknown",
    )
        ? undefined
        : [
              ...Object.keys(readTree(inputs, "spec", "encryptedData")),
              ...Object.keys(readTree(template, "data")),
          ];
    const name = readString(template, "metadata", "name") ?? object.name;
    return [secret(object.namespace, name, keys)];
};

const external: Maker = ({ object, inputs }) => [
    secret(object.namespace, readString(inputs, "spec", "target", "name") ?? object.name),
];

/** prometheus-operator: `pkg/prometheus/server/statefulset.go`, `pkg/alertmanager/statefulset.go`. */
function governing(app: string, port: number): Maker {
    return ({ object }) => [
        {
            kind: "/Service",
            namespace: object.namespace,
            name: `${app}-operated`,
            selector: { "app.kubernetes.io/name": app },
            ports: [{ name: "web", port, target: "web", protocol: "TCP" }],
        },
    ];
}

/** The gateway and ingress shims of cert-manager: https://cert-manager.io/docs/usage/gateway/ */
const annotated: Maker = ({ object, inputs }) => {
    const annotations = readLabels(inputs, "metadata", "annotations");
    if (!["issuer", "cluster-issuer"].some((kind) => `cert-manager.io/${kind}` in annotations)) {
        return [];
    }
    const names = [
        ...readList(inputs, "spec", "tls").map((entry) => readString(entry, "secretName")),
        ...readList(inputs, "spec", "listeners").flatMap((listener) =>
            readList(listener, "tls", "certificateRefs").map((ref) => readString(ref, "name")),
        ),
    ];
    return names.flatMap((name) =>
        name === undefined ? [] : [secret(object.namespace, name, TLS_KEYS)],
    );
};

/** The table, by `<group>/<Kind>`. */
export const MADE: Readonly<Record<string, Maker>> = {
    "cert-manager.io/Certificate": certificate,
    "networking.k8s.io/Ingress": annotated,
    "gateway.networking.k8s.io/Gateway": annotated,
    "postgresql.cnpg.io/Cluster": postgres,
    "postgresql.cnpg.io/Pooler": (fact) => [
        service(fact, "", { "cnpg.io/poolerName": fact.object.name }, 5432),
    ],
    "redis.redis.opstreelabs.in/RedisReplication": redis,
    "redis.redis.opstreelabs.in/RedisSentinel": sentinel,
    "ceph.rook.io/CephCluster": ceph,
    "ceph.rook.io/CephFilesystem": filesystem,
    "ceph.rook.io/CephObjectStore": objectStore,
    "ceph.rook.io/CephObjectStoreUser": objectUser,
    "ceph.rook.io/CephClient": ({ object, inputs }) => [
        secret(
            object.namespace,
            readString(inputs, "spec", "secretName") ?? `rook-ceph-client-${object.name}`,
        ),
    ],
    "csi.ceph.io/Driver": ({ object }) => [{ kind: "storage.k8s.io/CSIDriver", name: object.name }],
    "objectbucket.io/ObjectBucketClaim": bucketClaim,
    "bitnami.com/SealedSecret": sealed,
    "external-secrets.io/ExternalSecret": external,
    "monitoring.coreos.com/Prometheus": governing("prometheus", 9090),
    "monitoring.coreos.com/Alertmanager": governing("alertmanager", 9093),
    "kafka.strimzi.io/Kafka": kafka,
    "kafka.strimzi.io/KafkaUser": kafkaUser,
    "elasticsearch.k8s.elastic.co/Elasticsearch": elasticsearch,
    "kibana.k8s.elastic.co/Kibana": kibana,
};
