/** What Rook makes of the resources of Ceph. */
import { readList, readString, readTree } from "../../kernel/tree";
import { type Made, type Maker, secret } from "./maker";

/** https://rook.io/docs/rook/v1.20/Storage-Configuration/Ceph-CSI/ and `pkg/operator/ceph`. */
export const ceph: Maker = ({ object }) => {
    const { namespace } = object;
    const secrets = [
        ...["rook-ceph-mon", "rook-ceph-config", "rook-ceph-admin-keyring"],
        ...["rook-csi-rbd-provisioner", "rook-csi-rbd-node"],
        ...["rook-csi-cephfs-provisioner", "rook-csi-cephfs-node"],
    ];
    const maps = ["rook-ceph-mon-endpoints", "rook-config-override", "rook-ceph-csi-config"];
    const manager: Made = {
        kind: "/Service",
        namespace,
        name: "rook-ceph-mgr",
        selector: { app: "rook-ceph-mgr", mgr_role: "active" },
        ports: [{ name: "http-metrics", port: 9283, target: 9283, protocol: "TCP" }],
    };
    return [
        ...secrets.map((name) => secret(namespace, name)),
        ...maps.map((name): Made => ({ kind: "/ConfigMap", namespace, name })),
        manager,
        // The bucket provisioner that StorageClasses name.
        { kind: "storage.k8s.io/CSIDriver", name: `${namespace ?? ""}.ceph.rook.io/bucket` },
    ];
};

/** Pools that storage classes name: rook v1.20 `pkg/operator/ceph/file/filesystem.go`. */
export const filesystem: Maker = ({ object, inputs }) => {
    const isPreserved = readTree(inputs, "spec").preservePoolNames === true;
    return readList(inputs, "spec", "dataPools").map((pool, index) => {
        const own = readString(pool, "name");
        const prefixed = `${object.name}-${own ?? `data${index}`}`;
        return {
            kind: "ceph.rook.io/CephFilesystem pool",
            namespace: object.namespace,
            name: isPreserved ? (own ?? prefixed) : prefixed,
        };
    });
};

export const objectStore: Maker = ({ object, inputs }) => {
    const gateway = readTree(inputs, "spec", "gateway");
    const ports = [
        ["http", gateway.port, 8080],
        ["https", gateway.securePort, 8443],
    ] as const;
    return [
        {
            kind: "/Service",
            namespace: object.namespace,
            name: `rook-ceph-rgw-${object.name}`,
            selector: { app: "rook-ceph-rgw", rgw: object.name },
            ports: ports.flatMap(([name, port, target]) =>
                typeof port === "number" ? [{ name, port, target, protocol: "TCP" }] : [],
            ),
        },
    ];
};

export const objectUser: Maker = ({ object, inputs }) => {
    const store = readString(inputs, "spec", "store") ?? "";
    const name = `rook-ceph-object-user-${store}-${object.name}`;
    return [secret(object.namespace, name, ["AccessKey", "SecretKey", "Endpoint"])];
};

export const bucketClaim: Maker = ({ object: { namespace, name } }) => [
    secret(namespace, name, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
    {
        kind: "/ConfigMap",
        namespace,
        name,
        keys: ["NAME", "HOST", "PORT", "REGION", "SUBREGION"].map((key) => `BUCKET_${key}`),
    },
];
