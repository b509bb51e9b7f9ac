import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { needsCharts, record, type Recording } from "../network/record";
import { build, settingsOf } from "./systems";

interface Container {
    readonly readinessProbe?: object;
    readonly livenessProbe?: object;
    readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
}

function containers({ spec }: Manifest): Container[] {
    const { template } = spec as { template: { spec: { containers: Container[] } } };
    return template.spec.containers;
}

describe("the Rook operator", () => {
    let recording: Recording;
    before(async () => {
        recording = await record(build, settingsOf("prod"));
    });

    it("is probed and writes only where it has a volume", function () {
        needsCharts(this, recording);
        const [container] = containers(recording.object("Deployment", "rook-ceph-operator"));
        assert.ok(container?.readinessProbe);
        assert.ok(container.livenessProbe);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    });

    it("brings the block and the file driver, twice each, without a snapshotter", function () {
        needsCharts(this, recording);
        const drivers = recording.objects.filter(({ kind }) => kind === "Driver");
        const specs = drivers.map(
            ({ spec }) =>
                spec as { snapshotPolicy: string; controllerPlugin: { replicas: number } },
        );
        assert.deepEqual(drivers.map(({ metadata }) => metadata.name).sort(), [
            "rook-ceph.cephfs.csi.ceph.com",
            "rook-ceph.rbd.csi.ceph.com",
        ]);
        assert.ok(specs.every(({ snapshotPolicy }) => snapshotPolicy === "none"));
        assert.ok(specs.every(({ controllerPlugin }) => controllerPlugin.replicas === 2));
    });

    it("runs in a privileged namespace, which nothing else here does", function () {
        const levels = recording.objects
            .filter(({ kind }) => kind === "Namespace")
            .map(({ metadata }) => [
                metadata.name,
                metadata.labels?.["pod-security.kubernetes.io/enforce"],
            ]);
        assert.deepEqual(Object.fromEntries(levels), {
            "rook-ceph": "privileged",
            "cnpg-system": "restricted",
            "redis-operator": "restricted",
            n8n: "restricted",
        });
    });
});
