import * as assert from "node:assert/strict";
import { resources } from "../../../../policy/criteria/high-availability/resources";
import { deployment, type Inputs, judge, object, type Resource, UNKNOWN } from "../../harness";

const found = async (...given: Resource[]) =>
    (await judge(given, { judgedBy: [resources] })).of("HA-08");
const withArguments = (...args: unknown[]) => deployment({ container: { args } });
const settings = (data: Inputs) =>
    object({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "rook-ceph-operator-config", namespace: "rook-ceph" },
        data,
    });
const csi = (...lines: string[]) => settings({ CSI_RBD_PROVISIONER_RESOURCE: lines.join("\n") });
const solver = (change: Inputs) =>
    settings({
        "config.yaml": JSON.stringify({
            apiVersion: "controller.config.cert-manager.io/v1alpha1",
            kind: "ControllerConfiguration",
            acmeHTTP01Config: change,
        }),
    });

describe("HA-08, containers that operators make as they are told", () => {
    for (const [title, given, message] of [
        [
            "a driver of Rook without a memory limit",
            csi("- name: csi-provisioner", "  resource:", "    requests: {cpu: 10m, memory: 1Gi}"),
            /container csi-provisioner of key CSI_RBD_PROVISIONER_RESOURCE has no memory limit/,
        ],
        [
            "one that asks for more than it may have",
            csi(
                "- name: csi-attacher",
                "  resource:",
                "    requests: {cpu: 10m, memory: 2Gi}",
                "    limits: {memory: 1Gi}",
            ),
            /csi-attacher .* requests "2Gi" of memory, above the limit of "1Gi"/,
        ],
        [
            "one in a variable of the operator",
            deployment({
                container: {
                    env: [
                        {
                            name: "CSI_CEPHFS_PLUGIN_RESOURCE",
                            value: "- name: x\n  resource: {limits: {cpu: 1, memory: 1GB}}",
                        },
                    ],
                },
            }),
            /container x of variable CSI_CEPHFS_PLUGIN_RESOURCE has "1GB"/,
        ],
        [
            "a solver with nothing",
            withArguments("--acme-http01-solver-resource-limits-memory=0"),
            /acmesolver of the arguments of web requests "64Mi" of memory, above the limit of "0"/,
        ],
        [
            "a solver whose amount is no quantity",
            withArguments("--acme-http01-solver-resource-request-cpu", "10 m"),
            /acmesolver .* has "10 m" in resources\.requests\.cpu/,
        ],
        [
            "a solver in a file",
            solver({ solverResourceRequestMemory: "1Gi" }),
            /acmesolver of key config\.yaml requests "1Gi" of memory, above the limit of "64Mi"/,
        ],
        [
            "a reloader without a limit",
            withArguments("--config-reloader-memory-limit=0"),
            /config-reloader of the arguments of web has no memory limit/,
        ],
        [
            "a reloader with no memory at all",
            withArguments("--config-reloader-memory=0"),
            /config-reloader of the arguments of web has no memory request/,
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            assert.match((await found(given)).join("\n"), message);
        });
    }

    for (const [title, given] of [
        [
            "drivers with everything",
            csi(
                "- name : csi-provisioner",
                "  resource:",
                "    requests:",
                "      memory: 128Mi",
                "      cpu: 100m",
                "    limits:",
                "      memory: 256Mi",
            ),
        ],
        ["an operator that says nothing", withArguments("--v=2")],
        [
            "one amount over the operator's defaults",
            withArguments("--acme-http01-solver-resource-limits-cpu=200m"),
        ],
        ["a reloader without a limit of its CPU", withArguments("--config-reloader-cpu-limit=0")],
        ["a file that says nothing of it", solver({ solverRunAsNonRoot: true })],
        ["an amount of another program", withArguments("--cache-memory-limit=512MB")],
    ] as const) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual(await found(given), []);
        });
    }

    it("is not judged where only the update knows what they are told", async () => {
        const given = [
            settings({ CSI_RBD_PLUGIN_RESOURCE: UNKNOWN, OTHER: UNKNOWN }),
            withArguments("--acme-http01-solver-resource-limits-memory", UNKNOWN),
        ];
        const result = await judge(given, { judgedBy: [resources] });
        assert.deepEqual(result.of("HA-08"), []);
        assert.deepEqual(result.notJudged("HA-08"), [
            "Deployment/apps/web: the memory limit of container acmesolver of the arguments of web is known only at the update",
            "ConfigMap/rook-ceph/rook-ceph-operator-config: the resources of the containers of key CSI_RBD_PLUGIN_RESOURCE are known only at the update",
        ]);
    });
});
