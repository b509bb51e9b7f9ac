/** Volumes on the disks of the Proxmox hosts. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { proxmoxCsi } from "../../../components/storage/proxmox-csi";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { alone, existing } from "../variants";
import { workloads } from "../workloads";

const AUTHORITY_AT = "/etc/ssl/certs/proxmox.pem";

function faults(changes: object): string[] {
    const systems = { proxmoxCsi: { enabled: true, addresses: ["192.168.1.10"] } };
    const result = parseConfiguration(
        { ...sampleConfiguration, systems, ...changes },
        new Set(Object.keys(secretDescriptions)),
    );
    return "faults" in result ? result.faults.map(({ key, found }) => `${key}: ${found}`) : [];
}

describe("ProxmoxCsi", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({
            systems: {
                proxmoxCsi: { enabled: true, addresses: ["192.168.1.10", "192.168.1.11"] },
            },
        });
    });

    it("is off everywhere unless asked for", async () => {
        const names = (await stack("prod")).components.map(({ name }) => name);
        assert.ok(!names.includes("proxmox-csi"));
    });

    it("is refused without Proxmox, and on hosts that are no cluster", () => {
        assert.deepEqual(faults({}), []);
        assert.match(faults({ ...existing, proxmox: undefined }).join("\n"), /proxmox: nothing/);
        const { nodes, proxmox } = sampleConfiguration;
        const [first, ...rest] = proxmox.hosts;
        const hosts = [{ ...first, endpoint: "https://pve-1.example.org:8006" }, ...rest];
        assert.match(
            faults({ nodes, proxmox: { ...proxmox, hosts } }).join("\n"),
            /systems\.proxmoxCsi\.enabled: true, and the host pve-1 has an API of its own/,
        );
    });

    it("has a class that waits for the pod, is no default and knows the hosts of the nodes", function () {
        needsCharts(this, recorded.component("proxmox-csi"));
        const made = recorded.object("StorageClass/proxmox-local");
        assert.equal(made.volumeBindingMode, "WaitForFirstConsumer");
        assert.equal(made.allowVolumeExpansion, true);
        assert.equal(made.reclaimPolicy, "Retain");
        assert.equal(made.metadata.annotations, undefined);
        const text = JSON.stringify(made.allowedTopologies);
        assert.match(text, /"topology.kubernetes.io\/region","values":\["home"\]/);
        assert.match(text, /"topology.kubernetes.io\/zone","values":\["pve-1","pve-2","pve-3"\]/);
    });

    it("tells the driver its own token, for the region that the nodes are labelled with", () => {
        const { inputs } = recorded.resource("Secret/csi-proxmox/proxmox-csi");
        const text = JSON.stringify(inputs.stringData);
        assert.match(text, /secret-proxmoxCsiToken/);
        assert.doesNotMatch(text, /proxmoxApiToken/);
        assert.match(text, /\/api2\/json/);
        assert.match(text, /region[\\":]+home/);
    });

    it("lets the controller alone reach Proxmox, by address", () => {
        const flows = declaredFlows(recorded).filter(({ name }) => name.startsWith("proxmox-"));
        const text = JSON.stringify(flows);
        assert.match(text, /192\.168\.1\.10\/32/);
        assert.match(text, /192\.168\.1\.11\/32/);
        assert.match(text, /8006/);
        assert.match(text, /"app.kubernetes.io\/component":"controller"/);
    });

    it("runs its controller on control planes and its plugin on workers, each probed", function () {
        const own = recorded.component("proxmox-csi");
        needsCharts(this, own);
        const [controller] = workloads(own).filter(({ key }) => key.startsWith("Deployment/"));
        const [plugin] = workloads(own).filter(({ key }) => key.startsWith("DaemonSet/"));
        assert.match(JSON.stringify(controller?.template.spec), /node-role.*control-plane/);
        assert.doesNotMatch(JSON.stringify(plugin?.template.spec), /"operator":"Exists"/);
        for (const { livenessProbe, readinessProbe, name } of [
            ...(controller?.template.spec.containers ?? []),
            ...(plugin?.template.spec.containers ?? []),
        ]) {
            assert.ok(livenessProbe, name);
            assert.ok(readinessProbe, name);
        }
        assert.doesNotMatch(JSON.stringify(controller?.template.metadata), /prometheus\.io/);
    });

    it("verifies the API by an authority that the site names", async function () {
        const { rootCertificates } = await import("node:tls");
        const [authority = ""] = rootCertificates;
        const verified = await alone(proxmoxCsi, { addresses: ["192.168.1.10"], authority });
        const own = verified.component("proxmox-csi");
        needsCharts(this, own);
        const [controller] = workloads(own).filter(({ key }) => key.startsWith("Deployment/"));
        assert.ok(JSON.stringify(controller?.template.spec).includes(AUTHORITY_AT));
        const { data } = own.object("ConfigMap/csi-proxmox/proxmox-authority") as unknown as {
            data: Readonly<Record<string, string>>;
        };
        assert.match(data["proxmox.pem"] ?? "", /BEGIN CERTIFICATE/);
        assert.ok(!pulumi.Output.isInstance(data));
    });
});
