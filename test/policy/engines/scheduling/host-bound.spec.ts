import * as assert from "node:assert/strict";
import { spareNode } from "../../../../policy/criteria/high-availability/spare-node";
import { volumes } from "../../../../policy/criteria/high-availability/volumes";
import { durableStorageClasses } from "../../../../policy/criteria/disaster-recovery/storage-classes";
import { container, type Inputs, judge, object, platform, type Resource } from "../../harness";
import { soundSite } from "../../sound-parts";

const site = platform({ ...soundSite, profile: "prod" });

function storageClass(changes: Inputs = {}, annotations: Inputs = {}): Resource {
    return object({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "proxmox-local", annotations },
        provisioner: "csi.proxmox.sinextra.dev",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        reclaimPolicy: "Retain",
        ...changes,
    });
}

const spec = (storageClassName: string | undefined) => ({
    storageClassName,
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Ti" } },
});

/** A set whose pods each have a claim of the class. */
function broker(storageClassName?: string): Resource {
    const labels = { app: "broker" };
    return object({
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "broker", namespace: "apps" },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [container()] } },
            volumeClaimTemplates: [{ metadata: { name: "data" }, spec: spec(storageClassName) }],
        },
    });
}

async function notJudged(...stack: readonly Resource[]): Promise<string> {
    const result = await judge([site, ...stack], { judgedBy: [spareNode] });
    return result.notJudged("HA-11").join("\n");
}

describe("volumes that never leave their Proxmox host", () => {
    const STAYS = /StatefulSet\/apps\/broker: .*proxmox-local never leave their Proxmox host/;

    it("leave open where their pods go when a node is lost", async () => {
        assert.match(await notJudged(storageClass(), broker("proxmox-local")), STAYS);
    });

    it("do so as the default class too", async () => {
        const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
        assert.match(await notJudged(storageClass({}, annotations), broker()), STAYS);
    });

    it("do so by a claim that a pod names", async () => {
        const claim = object({
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data", namespace: "apps" },
            spec: spec("proxmox-local"),
        });
        const labels = { app: "web" };
        const pods = object({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "web", namespace: "apps" },
            spec: {
                replicas: 1,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        containers: [container()],
                        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
                    },
                },
            },
        });
        assert.match(
            await notJudged(storageClass(), claim, pods),
            /Deployment\/apps\/web: .*never/,
        );
    });

    it("are others than those of storage that all hosts share, and of other classes", async () => {
        const shared = storageClass({ volumeBindingMode: "Immediate" });
        assert.equal(await notJudged(shared, broker("proxmox-local")), "");
        const ceph = storageClass({ provisioner: "rook-ceph.rbd.csi.ceph.com" });
        assert.equal(await notJudged(ceph, broker("proxmox-local")), "");
        assert.equal(await notJudged(storageClass(), broker("ceph-block")), "");
    });

    it("take no room of Ceph, however large they are", async () => {
        const stack = [site, storageClass(), broker("proxmox-local")];
        const result = await judge(stack, { judgedBy: [volumes] });
        assert.deepEqual([result.of("HA-12"), result.notJudged("HA-12")], [[], []]);
    });

    it("must outlive their claims and may grow, as every other", async () => {
        const of = async (changes: Inputs) =>
            (await judge([site, storageClass(changes)], { judgedBy: [durableStorageClasses] })).of(
                "DR-10",
            );
        assert.deepEqual(await of({}), []);
        assert.match((await of({ reclaimPolicy: "Delete" })).join("\n"), /reclaimPolicy/);
        assert.match((await of({ allowVolumeExpansion: undefined })).join("\n"), /allowVolumeExp/);
    });
});
