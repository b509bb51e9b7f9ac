/** Longhorn: disks of its own, a class that nobody gets by accident, and a page behind the login. */
import assert from "node:assert/strict";
import { machineDocuments } from "../../../components/cluster/machine-configuration";
import { longhorn } from "../../../components/storage/longhorn";
import { longhornDiskFaults, longhornScale } from "../../../components/storage/longhorn-disks";
import { longhornValues, sidecarsOf } from "../../../components/storage/longhorn-values";
import { behaviours } from "../../../operators";
import { nodesForAll } from "../../fixtures/every-system";
import { sampleConfiguration, sampleSite, withoutStorage } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { declaredFlows } from "../flows";
import { existing } from "../variants";
import { workloads } from "../workloads";

const nodes = nodesForAll(sampleConfiguration.nodes);
const ON = { "systems.longhorn": { enabled: true } };

function sentences(changes: Readonly<Record<string, unknown>>): string[] {
    return faultsOf(changed(changes)).map(
        ({ key, found, allowed }) => `${key}: ${found}; allowed: ${allowed}`,
    );
}

describe("Longhorn", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({ nodes, systems: { longhorn: { enabled: true } } });
    });

    it("is off everywhere unless asked for", async () => {
        const names = (await stack("prod")).components.map(({ name }) => name);
        assert.ok(!names.includes("longhorn"));
    });

    it("has a class that is no default, keeps volumes in prod and stores each as often as the site says", () => {
        const made = recorded.object("StorageClass/longhorn");
        assert.equal(
            made.metadata.annotations?.["storageclass.kubernetes.io/is-default-class"],
            "false",
        );
        assert.equal(made.reclaimPolicy, "Retain");
        assert.equal(made.allowVolumeExpansion, true);
        assert.equal((made.parameters as Record<string, string>).numberOfReplicas, "3");
        const defaults = recorded.objects.filter(
            ({ kind, metadata }) =>
                kind === "StorageClass" &&
                metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
        );
        assert.deepEqual(
            defaults.map(({ metadata }) => metadata.name),
            ["ceph-block"],
        );
    });

    it("has snapshots that Velero finds, so that its volumes are kept as those of Ceph are", () => {
        const { driver, metadata } = recorded.object("VolumeSnapshotClass/longhorn");
        assert.equal(driver, "driver.longhorn.io");
        assert.equal(metadata.labels?.["velero.io/csi-volumesnapshot-class"], "true");
    });

    it("gets a page behind a second factor, and no other way to it", () => {
        const flows = declaredFlows(recorded).filter(
            ({ namespace, name }) => namespace === "longhorn-system" && /page|gateway/.test(name),
        );
        assert.ok(flows.length > 0);
        assert.match(JSON.stringify(flows), /"app":"longhorn-ui"/);
        assert.doesNotMatch(JSON.stringify(flows), /9500/);
    });

    it("lets nodes reach devices and the API server its webhook, and nobody outside of the cluster", () => {
        const flows = declaredFlows(recorded).filter(
            ({ namespace }) => namespace === "longhorn-system",
        );
        const text = JSON.stringify(flows);
        assert.match(text, /3260/);
        assert.match(text, /9502/);
        assert.doesNotMatch(text, /"internet"|0\.0\.0\.0/);
    });

    it("carries no account that is cluster-admin, and no wildcard", function () {
        const part = recorded.component("longhorn");
        needsCharts(this, part);
        const names = part.objects.map(({ kind, metadata }) => `${kind}/${metadata.name ?? ""}`);
        assert.ok(!names.some((name) => name.endsWith("/longhorn-support-bundle")));
        const roles = [...part.ofKind("ClusterRole"), ...part.ofKind("Role")];
        assert.ok(roles.length > 0);
        assert.doesNotMatch(JSON.stringify(roles), /"\*"/);
        const ofRoles = roles
            .flatMap(({ rules }) => rules as { apiGroups: string[]; verbs: string[] }[])
            .filter(({ apiGroups }) => apiGroups.includes("rbac.authorization.k8s.io"));
        assert.deepEqual([...new Set(ofRoles.flatMap(({ verbs }) => verbs))].sort(), [
            "get",
            "list",
            "watch",
        ]);
    });

    it("runs its managers probed and alone in their pods, where they answer for their Services", function () {
        const part = recorded.component("longhorn");
        needsCharts(this, part);
        const manager = workloads(part).find(({ key }) => key.startsWith("DaemonSet/"));
        const [container, ...others] = manager?.template.spec.containers ?? [];
        assert.deepEqual(others, []);
        assert.ok(container?.livenessProbe && container.readinessProbe);
        assert.ok(manager?.template.metadata.labels["longhorn.io/admission-webhook"]);
    });
});

describe("disks for Longhorn", () => {
    it("are mounted at the path that it is told, encrypted, and their nodes say so", () => {
        const site = sampleSite({ nodes, systems: { longhorn: { enabled: true } } });
        const [worker] = site.workers;
        assert.ok(worker);
        const documents = machineDocuments(site, worker);
        const volume = documents.find(
            (document) => "kind" in document && document.kind === "UserVolumeConfig",
        );
        assert.match(JSON.stringify(volume), /"name":"longhorn"/);
        // After the system disk and Ceph's.
        assert.match(JSON.stringify(volume), /drive-scsi2/);
        assert.match(JSON.stringify(volume), /luks2/);
        assert.match(
            JSON.stringify(documents[0]),
            /"node.longhorn.io\/create-default-disk":"true"/,
        );
        const [control] = site.controlPlanes;
        assert.ok(control);
        assert.doesNotMatch(JSON.stringify(machineDocuments(site, control)), /longhorn/);
        assert.match(JSON.stringify(longhornValues(longhornScale(site))), /"\/var\/mnt\/longhorn"/);
    });

    it("are asked for in one sentence where there are none, or too few", () => {
        const [none, ...others] = sentences(ON);
        assert.deepEqual(others, []);
        assert.equal(
            none,
            "systems.longhorn.enabled: true, and no node has a disk for it; allowed: a disk with purpose longhorn on at least 3 nodes (storage.replication), one for each copy of a volume",
        );
        const two = nodes.map((node, index) =>
            index < 5 ? node : { ...node, disks: sampleConfiguration.nodes[index]?.disks },
        );
        const [few, ...more] = sentences({ ...ON, nodes: two });
        assert.deepEqual(more, []);
        assert.match(few ?? "", /true, and 2 of the nodes where pods run have a disk for it/);
    });

    it("are refused twice on a node, and on control planes beside workers", () => {
        const disk = { purpose: "longhorn", size: 100 };
        const twice = nodes.map((node, index) =>
            index === 3 ? { ...node, disks: [...node.disks, disk] } : node,
        );
        assert.deepEqual(sentences({ ...ON, nodes: twice }), [
            "nodes[3].disks: 2 longhorn disks; allowed: at most one disk with purpose longhorn, as large as all of them",
        ]);
        const above = nodes.map((node, index) =>
            index === 0 ? { ...node, disks: [...node.disks, disk] } : node,
        );
        assert.match(
            sentences({ ...ON, nodes: above }).join("\n"),
            /^nodes\[0\]\.disks: a longhorn disk on the control plane ctrl-0; allowed: [^\n]+$/,
        );
        const small = nodes.map((node, index) =>
            index === 3
                ? { ...node, disks: [...node.disks.slice(0, 2), { ...disk, size: 5 }] }
                : node,
        );
        assert.match(
            sentences({ ...ON, nodes: small }).join("\n"),
            /nodes\[3\]\.disks\[2\]\.size: 5 GiB/,
        );
    });

    it("may be on control planes where there is nothing else, and are nobody's affair on another cluster", () => {
        const alone = nodes
            .filter(({ role }) => role === "controlPlane")
            .map((node) => ({
                ...node,
                disks: [...node.disks, { purpose: "longhorn", size: 100 }],
            }));
        const site = sampleSite({ nodes: alone, systems: withoutStorage });
        assert.deepEqual(longhornDiskFaults(site), []);
        assert.deepEqual(
            sentences({ ...ON, ...existing, proxmox: undefined }).filter((text) =>
                text.includes("longhorn"),
            ),
            [],
        );
    });

    it("are on different Proxmox hosts where there are as many as copies", () => {
        assert.equal(longhornScale(sampleSite({ nodes })).sharesHosts, false);
        const oneHost = nodes.map((node) => ({ ...node, host: "pve-1" }));
        assert.equal(longhornScale(sampleSite({ nodes: oneHost })).sharesHosts, true);
    });
});

describe("two default storage classes", () => {
    it("are refused in one sentence", () => {
        const both = sentences({
            nodes,
            "systems.longhorn": { enabled: true, defaultClass: true },
        });
        assert.deepEqual(both, [
            "systems.longhorn.enabled: true; allowed: only one of longhorn and rookCeph, unless systems.longhorn.defaultClass is false: a claim that names no class would find two that are the default",
        ]);
    });

    for (const own of [{}, { defaultClass: false }]) {
        it(`are none with ${JSON.stringify(own)}: both may be there`, () => {
            assert.deepEqual(
                sentences({ nodes, "systems.longhorn": { enabled: true, ...own } }),
                [],
            );
        });
    }

    it("are none where Ceph is off", () => {
        const found = sentences({
            nodes,
            systems: { ...withoutStorage, longhorn: { enabled: true, defaultClass: true } },
        });
        assert.ok(!found.some((text) => text.includes("only one of")), found.join("\n"));
    });

    it("are none where Longhorn is off, whatever it says", () => {
        assert.deepEqual(
            sentences({ "systems.longhorn": { enabled: false, defaultClass: true } }),
            [],
        );
    });
});

describe("what Longhorn makes", () => {
    const room = behaviours.get("/ConfigMap");
    const resource = (settings: string, annotations = {}) => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "longhorn-default-setting", namespace: "longhorn-system", annotations },
        data: { "default-setting.yaml": settings },
    });
    const made = (settings: string, annotations?: object, cores = 8) => {
        const found = room?.pods?.(resource(settings, annotations), {
            all: () => [],
            nodes: [
                { name: "small", disks: 0, cores: 2 },
                { name: "large", disks: 0, cores },
            ],
        });
        assert.ok(found !== undefined && typeof found !== "string");
        return found;
    };
    const text = (settings: string) => JSON.stringify(made(settings));

    it("asks for a part of the largest node, by engine or for all, and for 12 % unless told", () => {
        assert.match(text('guaranteed-instance-manager-cpu: \'{"v1":"5","v2":"12"}\''), /"400m"/);
        assert.match(text('guaranteed-instance-manager-cpu: "10"'), /"800m"/);
        assert.match(text(""), /"960m"/);
        assert.match(text("not: [yaml"), /"960m"/);
    });

    it("has as many sidecars as the annotation says, and three unless told", () => {
        const counts = (annotations?: object) =>
            made("", annotations)
                .filter(({ name }) => name.startsWith("csi-"))
                .map(({ count }) => count);
        assert.deepEqual(counts(), [3, 3, 3, 3]);
        const told = JSON.stringify(sidecarsOf({ replicas: 2 }));
        assert.deepEqual(counts({ "storage.platform/longhorn-sidecars": told }), [2, 2, 2, 2]);
    });

    it("leaves other ConfigMaps to their operators", () => {
        assert.ok(room?.only !== undefined && "test" in room.only);
        const { only } = room;
        assert.ok(only.test("trivy-operator"));
        assert.ok(only.test("longhorn-default-setting"));
        for (const name of ["longhorn-default-setting-2", "my-trivy-operator", "settings"]) {
            assert.ok(!only.test(name), name);
        }
    });

    it("is on every profile's list with the reason why it is off", () => {
        assert.deepEqual(Object.keys(longhorn.offIn).sort(), ["dev", "prod", "staging"]);
    });
});
