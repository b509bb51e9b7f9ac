/** What controllers make of declared objects, and who may reach it by name. */
import * as assert from "node:assert/strict";
import type { Inputs } from "../../harness";
import { global, inApps, type Manifest } from "./rows";
import { violations, web } from "./stack";

const takes = (name: string, key: string) =>
    web({
        container: { env: [{ name: "VALUE", valueFrom: { secretKeyRef: { name, key } } }] },
    });
const asks = (host: string) =>
    web({ container: { env: [{ name: "URL", value: `tcp://${host}` }] } });
const mounts = (name: string, key: string) =>
    web({ pod: { volumes: [{ name: "data", configMap: { name, items: [{ key }] } }] } });
const made = (apiVersion: string, kind: string, spec: Inputs = {}, name = "own") =>
    inApps(apiVersion, kind, { spec }, name);

const CNPG = "postgresql.cnpg.io/v1";
const ROOK = "ceph.rook.io/v1";
const REDIS = "redis.redis.opstreelabs.in/v1beta2";
const issuer = made("cert-manager.io/v1", "Issuer", { selfSigned: {} }, "issuer");
const certificate = (spec: Inputs = {}) =>
    made("cert-manager.io/v1", "Certificate", {
        secretName: "tls",
        issuerRef: { name: "issuer" },
        ...spec,
    });
const annotated = (kind: string, apiVersion: string, spec: Inputs): Manifest => ({
    apiVersion,
    kind,
    metadata: {
        name: "own",
        namespace: "apps",
        annotations: { "cert-manager.io/issuer": "issuer" },
    },
    spec,
});
const database = (spec: Inputs = {}) => made(CNPG, "Cluster", spec, "db");
const bucketClaim = made("objectbucket.io/v1alpha1", "ObjectBucketClaim", {}, "bucket");
const listeners = [
    { name: "web", port: 443, protocol: "HTTPS", tls: { certificateRefs: [{ name: "tls" }] } },
];

/** What names it, and of what it is made. */
const good: Record<string, [ReturnType<typeof web>, Manifest[]]> = {
    "the Secret of a Certificate": [takes("tls", "tls.crt"), [certificate(), issuer]],
    "a further format of a Certificate": [
        takes("tls", "tls-combined.pem"),
        [certificate({ additionalOutputFormats: [{ type: "CombinedPEM" }] }), issuer],
    ],
    "the Secret of an annotated Ingress": [
        takes("tls", "tls.key"),
        [annotated("Ingress", "networking.k8s.io/v1", { tls: [{ secretName: "tls" }] }), issuer],
    ],
    "the Secret of an annotated Gateway": [
        takes("tls", "tls.key"),
        [
            annotated("Gateway", "gateway.networking.k8s.io/v1", {
                gatewayClassName: "cilium",
                listeners,
            }),
            issuer,
        ],
    ],
    "the Secret of a SealedSecret": [
        takes("own", "password"),
        [made("bitnami.com/v1alpha1", "SealedSecret", { encryptedData: { password: "Ag" } })],
    ],
    "the Services of a database": [asks("db-rw.apps.svc:5432"), [database()]],
    "the login of a database": [takes("db-app", "uri"), [database()]],
    "the superuser of a database": [
        takes("db-superuser", "password"),
        [database({ enableSuperuserAccess: true })],
    ],
    "the authority of a database": [takes("db-ca", "ca.crt"), [database()]],
    "a further Service of a database": [
        asks("db-pooled.apps.svc:5432"),
        [
            database({
                managed: {
                    services: {
                        additional: [{ serviceTemplate: { metadata: { name: "db-pooled" } } }],
                    },
                },
            }),
        ],
    ],
    "the Service of a Redis": [
        asks("cache-master.apps.svc:6379"),
        [made(REDIS, "RedisReplication", {}, "cache")],
    ],
    "the Service of its sentinels": [
        asks("cache-sentinel.apps.svc:26379"),
        [made(REDIS, "RedisSentinel", {}, "cache")],
    ],
    "the Service of an object store": [
        asks("rook-ceph-rgw-store.apps.svc:80"),
        [made(ROOK, "CephObjectStore", { gateway: { port: 80 } }, "store")],
    ],
    "the keys of a user of objects": [
        takes("rook-ceph-object-user-store-backup", "AccessKey"),
        [
            made(ROOK, "CephObjectStoreUser", { store: "store" }, "backup"),
            made(ROOK, "CephObjectStore", {}, "store"),
        ],
    ],
    "the keys of a bucket": [takes("bucket", "AWS_ACCESS_KEY_ID"), [bucketClaim]],
    "the address of a bucket": [mounts("bucket", "BUCKET_HOST"), [bucketClaim]],
    "the Secret that CephClient names": [
        takes("client", "any"),
        [made(ROOK, "CephClient", { secretName: "client" })],
    ],
};

describe("HA-14, what controllers make,", () => {
    for (const [title, [pods, makers]] of Object.entries(good)) {
        it(`is there: ${title}`, async () => {
            assert.deepEqual(await violations(pods, ...makers), []);
        });
        it(`is not there without its maker: ${title}`, async () => {
            const found = (await violations(pods)).join();
            assert.match(found, /which nothing defines/);
        });
    }

    it("has the keys and ports that its manual says", async () => {
        assert.match(
            (await violations(takes("db-app", "passwort"), database())).join(),
            /takes passwort of Secret\/apps\/db-app, .*; perhaps password is meant/,
        );
        assert.match(
            (await violations(asks("db-rw.apps.svc:5433"), database())).join(),
            /takes port 5433 of Service\/apps\/db-rw, which has 5432/,
        );
        assert.match(
            (await violations(takes("tls", "tls.pem"), certificate(), issuer)).join(),
            /takes tls\.pem of Secret\/apps\/tls/,
        );
    });

    it("is not there where the resource says otherwise", async () => {
        const services = { disabledDefaultServices: ["ro"] };
        const without = database({ managed: { services } });
        assert.equal((await violations(asks("db-ro.apps.svc:5432"), without)).length, 1);
        const given = database({ bootstrap: { initdb: { secret: { name: "login" } } } });
        const login = inApps("v1", "Secret", {}, "login");
        assert.equal((await violations(takes("db-app", "uri"), given, login)).length, 1);
        assert.equal((await violations(takes("db-superuser", "uri"), database())).length, 1);
    });

    it("is a pool of a file system, by the name that Ceph gives it", async () => {
        const driver = global("storage.k8s.io/v1", "CSIDriver", {}, "apps.cephfs.csi.ceph.com");
        const files = (spec: Inputs) => made(ROOK, "CephFilesystem", spec, "files");
        const pool = (name: string) =>
            global("storage.k8s.io/v1", "StorageClass", {
                provisioner: "apps.cephfs.csi.ceph.com",
                parameters: { clusterID: "apps", fsName: "files", pool: name },
            });
        const said = (name: string, spec: Inputs) => violations(driver, files(spec), pool(name));
        assert.deepEqual(await said("files-data0", { dataPools: [{}] }), []);
        assert.deepEqual(await said("files-fast", { dataPools: [{ name: "fast" }] }), []);
        const preserved = { preservePoolNames: true, dataPools: [{ name: "fast" }] };
        assert.deepEqual(await said("fast", preserved), []);
        assert.deepEqual(await said("files-data1", { dataPools: [{}] }), [
            "StorageClass/own: parameter pool names CephFilesystem pool/apps/files-data1, which nothing defines; perhaps files-data0 is meant.",
        ]);
    });

    it("is a Secret that a program's arguments name, if its role lets it make one", async () => {
        const pods = (verbs: string[]) => [
            web({
                name: "operator",
                pod: { serviceAccountName: "operator" },
                container: { args: ["--tls-secret-name=operator-tls"] },
            }),
            inApps("v1", "ServiceAccount", {}, "operator"),
            inApps(
                "rbac.authorization.k8s.io/v1",
                "Role",
                { rules: [{ apiGroups: [""], resources: ["secrets"], verbs }] },
                "operator",
            ),
            inApps("rbac.authorization.k8s.io/v1", "RoleBinding", {
                roleRef: { kind: "Role", name: "operator" },
                subjects: [{ kind: "ServiceAccount", name: "operator", namespace: "apps" }],
            }),
        ];
        const reader = takes("operator-tls", "tls.crt");
        assert.deepEqual(await violations(reader, ...pods(["create", "get"])), []);
        assert.equal((await violations(reader, ...pods(["get"]))).length, 1);
    });
});
