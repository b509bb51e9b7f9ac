/** Pods that Rook makes of file systems and object stores (rook v1.20.6: pkg/operator/ceph). */
import { readTree } from "../../../kernel/tree";
import { podSet, type PodSet } from "../pod-set";
import { apart, joinAntiAffinity, present } from "./placement";
import { daemon, LEAVES_SOON, type ObjectOf, placement, withTolerations } from "./rook-daemon";

/** file/mds: one deployment for each daemon. */
export function cephFilesystemPods(fact: ObjectOf): PodSet[] {
    const server = readTree(fact.inputs, "spec", "metadataServer");
    const count = Number(server.activeCount ?? 1) * (server.activeStandby === true ? 2 : 1);
    const pods = daemon(
        fact,
        "mds",
        server.resources,
        withTolerations(
            {
                ...placement({}, readTree(server, "placement")),
                ...present({ priorityClassName: server.priorityClassName }),
            },
            LEAVES_SOON,
        ),
    );
    return [
        podSet({
            ...pods,
            labels: { ...pods.labels, rook_file_system: fact.object.name },
            count,
        }),
    ];
}

/** object/spec.go: one deployment, whose update makes no pod more. */
export function cephObjectStorePods(fact: ObjectOf): PodSet[] {
    const gateway = readTree(fact.inputs, "spec", "gateway");
    const spec = withTolerations(
        {
            ...placement({}, readTree(gateway, "placement")),
            ...present({ priorityClassName: gateway.priorityClassName }),
        },
        LEAVES_SOON,
    );
    const { namespace = "default", name } = fact.object;
    const labels = { app: "rook-ceph-rgw", rgw: name, rook_cluster: namespace };
    return [
        podSet({
            ...daemon(fact, "rgw", gateway.resources, {
                ...spec,
                affinity: joinAntiAffinity(
                    readTree(spec, "affinity"),
                    apart(labels, gateway.hostNetwork === true),
                ),
            }),
            labels,
            count: Number(gateway.instances ?? 1),
        }),
    ];
}
