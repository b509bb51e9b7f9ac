import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ClusterHealth } from "../../components/cluster/cluster-health";
import { Recorder, valueOf } from "../fixtures/recorder";
import { sampleSite } from "../fixtures/settings";

const health = "talos:cluster/getHealth:getHealth";
const client = { caCertificate: "ca", clientCertificate: "certificate", clientKey: "key" };

async function run(preview: boolean) {
    const asked: Record<string, unknown>[] = [];
    const waits: { endpoint: string; names: readonly string[] }[] = [];
    const recorder = await Recorder.install(
        {},
        {
            [health]: (inputs) => {
                asked.push(inputs);
                return { id: "cluster_health" };
            },
        },
        preview,
    );
    const component = new ClusterHealth("cluster-health", {
        site: sampleSite(),
        cluster: {
            clientConfiguration: pulumi.secret(client),
            kubernetesClient: pulumi.secret(client),
            endpoint: "https://192.168.68.100:6443",
            controlPlaneAddresses: ["192.168.68.101", "192.168.68.102", "192.168.68.106"],
        },
        waitForNodes: (endpoint, _certificate, names) => {
            waits.push({ endpoint, names });
            return Promise.resolve();
        },
    });
    const resource = await valueOf(component.healthy);
    return { asked, waits, recorder, component, resource };
}

describe("the health of the cluster", () => {
    it("is asked of Talos by the nodes' own addresses, then of Kubernetes for every node", async () => {
        const { asked, waits, component, resource } = await run(false);
        assert.deepEqual(asked, [
            {
                clientConfiguration: client,
                endpoints: ["192.168.68.101", "192.168.68.102", "192.168.68.106"],
                controlPlaneNodes: ["192.168.68.101", "192.168.68.102", "192.168.68.106"],
                workerNodes: [
                    "192.168.68.103",
                    "192.168.68.104",
                    "192.168.68.105",
                    "192.168.68.107",
                ],
                timeouts: { read: "15m" },
            },
        ]);
        assert.deepEqual(
            waits.map(({ names }) => names.length),
            [7],
        );
        assert.equal(resource, component);
    });

    it("is never asked in a preview, which an ill cluster would block", async () => {
        const { asked, waits, component, resource } = await run(true);
        assert.deepEqual(asked, []);
        assert.deepEqual(waits, []);
        assert.equal(resource, component);
    });
});
