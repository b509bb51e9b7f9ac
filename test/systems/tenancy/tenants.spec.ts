import assert from "node:assert/strict";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { tenantLogs } from "../../../components/observability/alloy-config";
import { checkTenants } from "../../../components/tenant-checks";
import { tenants } from "../../../components/tenancy/tenants";
import { sampleTenants } from "../../fixtures/every-system";
import { sampleConfiguration } from "../../fixtures/settings";
import type { RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";

const [green, blue] = sampleTenants;

/** Faults of the sample with other tenants, each as one sentence. */
function faults(all: readonly object[], systems: Readonly<Record<string, object>> = {}): string[] {
    const result = parseConfiguration(
        { ...sampleConfiguration, tenants: all, systems },
        new Set(Object.keys(secretDescriptions)),
    );
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

describe("tenants", () => {
    let stack: RecordedStack;
    before(async () => {
        stack = await alone(tenants);
    });

    it("have a namespace with the quota of the tier, and nothing that reaches past its border", () => {
        const { hard } = stack.object("ResourceQuota/tenant-green/tier").spec as {
            hard: Record<string, string>;
        };
        assert.equal(hard["requests.cpu"], "4");
        assert.equal(hard["limits.memory"], "16Gi");
        assert.equal(hard["services.loadbalancers"], "0");
        assert.equal(hard["requests.storage"], "100Gi");
    });

    it("show whose they are, who pays, and that their logs are read through the API", () => {
        const { labels = {}, annotations = {} } = stack.object("Namespace/tenant-green").metadata;
        assert.equal(labels["platform/tenant"], "green");
        assert.equal(labels["platform/cost"], "research");
        assert.equal(labels["platform/logs"], "api");
        assert.match(annotations["platform/keeps-nothing"] ?? "", /repository/);
    });

    it("let their own group in, and not the developers of the platform", () => {
        const { subjects } = stack.object("RoleBinding/tenant-green/app-developer") as {
            subjects?: readonly { name: string }[];
        };
        assert.deepEqual(
            subjects?.map(({ name }) => name),
            ["oidc:team-green"],
        );
    });

    it("have a label of their name on what they log", () => {
        const rules = JSON.stringify(tenantLogs("logging").spec);
        assert.match(rules, /"regex":"tenant-\(\.\+\)","targetLabel":"tenant"/);
    });

    it("are refused with one sentence for each mistake", () => {
        const own = (changes: object) => [{ ...green, ...changes }];
        const on = { vcluster: { enabled: true } };
        for (const [all, expected, systems] of [
            [
                [green, { ...green, group: "team-too", hosts: [] }],
                /^tenants\[1\]\.name: green, as another/,
            ],
            [
                [green, { ...green, name: "red", hosts: [] }],
                /^tenants\[1\]\.group: team-green, which green has/,
            ],
            [own({ name: "n8n" }), /^tenants\[0\]\.name: n8n, as a system of the platform/],
            [own({ name: "rook-ceph" }), /^tenants\[0\]\.name: rook-ceph, as a system/],
            [own({ name: "kube-system" }), /^tenants\[0\]\.name: kube-system, which Kubernetes/],
            [own({ name: "Blue" }), /^tenants\[0\]\.name: .*at most 20 lower-case letters/],
            [
                own({ group: "platform-admin" }),
                /^tenants\[0\]\.group: platform-admin, which has rights/,
            ],
            [
                own({ quota: { cpu: 5 } }),
                /^tenants\[0\]\.quota\.cpu: 5; a number of cores from 0\.1 to 4, what a tenant gets at most/,
            ],
            [
                own({ quota: { memory: 9 } }),
                /^tenants\[0\]\.quota\.memory: 9; a whole number of GiB from 1 to 8/,
            ],
            [
                own({ quota: { pods: 101 } }),
                /^tenants\[0\]\.quota\.pods: 101; a whole number from 1 to 100/,
            ],
            [own({ quota: { gpus: 1 } }), /^tenants\[0\]\.quota\.gpus/],
            [
                own({ backup: 3 }),
                /^tenants\[0\]\.backup: 3; a tier \(0, 1 or 2\), or none with the reason/,
            ],
            [own({ backup: "none" }), /^tenants\[0\]\.backup: .*; a tier/],
            [own({ costLabel: "a b" }), /^tenants\[0\]\.costLabel: .*the value of a label/],
            [
                own({ hosts: [{ name: "grafana" }] }),
                /^tenants\[0\]\.hosts\[0\]\.name: grafana, which leads to grafanaOperator/,
            ],
            [
                own({ hosts: [{ name: "a" }, { name: "a" }] }),
                /^tenants\[0\]\.hosts\[1\]\.name: a, as another page/,
            ],
            [
                [{ ...blue, hosts: [{ name: "blue" }] }],
                /^tenants\[0\]\.hosts: 1, of a virtual cluster/,
                on,
            ],
            [
                [{ ...blue, quota: { memoryLimit: 4 } }],
                /^tenants\[0\]\.quota\.memoryLimit: 4; at least 10/,
                on,
            ],
            [[blue], /^systems\.vcluster\.enabled: nothing.*tenants has the virtual cluster blue/],
            [own({ group: undefined }), /^tenants\[0\]\.group/],
        ] as [object[], RegExp, Record<string, object>?][]) {
            const found = faults(all, systems);
            assert.equal(found.length, 1, found.join("\n") || String(expected));
            assert.match(found[0] ?? "", expected);
        }
    });

    it("are refused where their quotas do not fit once the largest worker is lost", () => {
        const many = Array.from({ length: 7 }, (_, index) => ({
            ...green,
            ...{ name: `team-${index}`, group: `team-${index}`, hosts: [] },
        }));
        // Four workers with 8 cores: 24 without the largest, 4 for each tenant.
        assert.deepEqual(faults(many), [
            "tenants[6].quota.cpu: 4 cores, with which tenants are promised 28; at most 0: without their largest one all workers have 24 cores",
        ]);
        assert.deepEqual(faults(many.slice(1)), []);
    });

    it("are refused with a group that nobody makes", () => {
        const site = {
            cluster: { source: "proxmox" },
            domain: "example.org",
            tenants: [{ ...green, kind: "namespace", hosts: [] }],
        };
        const found = checkTenants({ site: site as never, isOn: () => false });
        assert.deepEqual(
            found.map(({ key, found: what }) => `${key}: ${what}`),
            ["tenants[0].group: team-green, which nobody makes"],
        );
    });
});
