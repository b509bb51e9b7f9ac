import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ClusterHealth } from "../../components/cluster/cluster-health";
import type { NodeReport } from "../../components/cluster/node-report";
import { Recorder, valueOf } from "../fixtures/recorder";
import { sampleSite } from "../fixtures/settings";

const health = "talos:cluster/getHealth:getHealth";
const client = { caCertificate: "ca", clientCertificate: "certificate", clientKey: "key" };
const well: NodeReport = { unready: [], cordoned: [], unexpected: [] };

interface Circumstances {
    preview?: boolean;
    /** Nodes that the update configured. */
    configured?: string[];
    report?: Partial<NodeReport>;
}

async function run({ preview = false, configured = [], report = {} }: Circumstances = {}) {
    const asked: Record<string, unknown>[] = [];
    const waits: { endpoint: string; names: readonly string[] }[] = [];
    const observed: string[][] = [];
    await Recorder.install(
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
            configured: pulumi.output(configured),
        },
        waitForNodes: (endpoint, _certificate, names) => {
            waits.push({ endpoint, names });
            return Promise.resolve();
        },
        observeNodes: (_endpoint, _certificate, names) => {
            observed.push([...names]);
            return Promise.resolve({ ...well, ...report });
        },
    });
    const resource = await valueOf(component.healthy);
    return { asked, waits, observed, component, resource };
}

describe("the health of the cluster", () => {
    it("is waited for where the update configured nodes: asked of Talos by their own addresses, then of Kubernetes", async () => {
        const configured = ["ctrl-0", "worker-1"];
        const { asked, waits, component, resource } = await run({
            configured,
            report: { unready: configured },
        });
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
        assert.deepEqual(waits, [{ endpoint: "https://192.168.68.100:6443", names: configured }]);
        assert.equal(resource, component);
    });

    it("holds nobody where no node changed, also with a node that is down", async () => {
        const { asked, waits, observed, resource, component } = await run({
            report: { unready: ["worker-2"] },
        });
        assert.deepEqual([asked, waits], [[], []]);
        assert.deepEqual(
            observed.map((names) => names.length),
            [7],
        );
        assert.equal(resource, component);
    });

    it("does not ask Talos, who would wait in vain, while another node is away", async () => {
        for (const report of [
            { unready: ["worker-2"] },
            { cordoned: ["worker-2"] },
            { unexpected: ["worker-9"] },
        ]) {
            const { asked, waits } = await run({ configured: ["worker-1"], report });
            assert.deepEqual(asked, []);
            assert.deepEqual(
                waits.map(({ names }) => names),
                [["worker-1"]],
            );
        }
    });

    it("is never asked in a preview, which an ill cluster would block", async () => {
        const { asked, waits, observed, component, resource } = await run({ preview: true });
        assert.deepEqual([asked, waits, observed], [[], [], []]);
        assert.equal(resource, component);
    });
});
