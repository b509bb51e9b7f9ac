import assert from "node:assert/strict";
import { scannedContainers } from "../../../operators/trivy-operator";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";
import { everything } from "../variants";
import { workloads } from "../workloads";

describe("TrivyOperator", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await stack("prod")).component("trivy-operator");
    });

    function data(name: string): Record<string, string> {
        const map = recorded.object(`ConfigMap/trivy-operator/${name}`) as unknown as {
            data: Record<string, string>;
        };
        return map.data;
    }

    it("scans every namespace, two workloads at a time, for what there is a newer version", function () {
        needsCharts(this, recorded);
        const settings = data("trivy-operator-config");
        assert.equal(settings.OPERATOR_CONCURRENT_SCAN_JOBS_LIMIT, "2");
        assert.equal(settings.OPERATOR_VULNERABILITY_SCANNER_ENABLED, "true");
        assert.equal(settings.OPERATOR_EXPOSED_SECRET_SCANNER_ENABLED, "true");
        assert.equal(settings.OPERATOR_CONFIG_AUDIT_SCANNER_ENABLED, "true");
        assert.equal(settings.OPERATOR_RBAC_ASSESSMENT_SCANNER_ENABLED, "true");
        assert.equal(settings.OPERATOR_CLUSTER_COMPLIANCE_ENABLED, "false");
        assert.equal(data("trivy-operator-trivy-config")["trivy.ignoreUnfixed"], "true");
        const operator = JSON.stringify(
            recorded.object("Deployment/trivy-operator/trivy-operator"),
        );
        for (const name of ["TARGET", "EXCLUDE"]) {
            assert.ok(operator.includes(`{"name":"OPERATOR_${name}_NAMESPACES","value":""}`), name);
        }
    });

    it("runs no scanner of the days of the stolen release, in no way", function () {
        needsCharts(this, recorded);
        const scanner = data("trivy-operator-trivy-config");
        const [, minor = ""] = /^0\.(\d+)\.\d+$/.exec(scanner["trivy.tag"] ?? "") ?? [];
        assert.ok(Number(minor) >= 70, scanner["trivy.tag"]);
        const images = workloads(recorded).map(
            ({ template }) => template.spec.containers[0]?.image,
        );
        assert.deepEqual(images.sort(), [
            "ghcr.io/aquasecurity/trivy-operator:0.32.0",
            `ghcr.io/aquasecurity/trivy:${scanner["trivy.tag"] ?? ""}`,
        ]);
        assert.doesNotMatch(JSON.stringify(recorded.objects), /trivy:0\.69\.|mirror\.gcr\.io/);
    });

    it("reads no Secret of others", function () {
        needsCharts(this, recorded);
        const { rules } = recorded.object("ClusterRole/trivy-operator") as unknown as {
            rules: { resources?: string[] }[];
        };
        const resources = rules.flatMap((rule) => rule.resources ?? []);
        assert.deepEqual(
            resources.filter((resource) => /secrets|nodes\/proxy|serviceaccounts/.test(resource)),
            [],
        );
    });

    it("lets scans reach registries and the server, and nothing else in", () => {
        assert.deepEqual(
            flowTexts(declaredFlows(recorded)).filter((text) => !text.includes(" dns ")),
            [
                "trivy-operator databases out",
                "trivy-operator registries out",
                "trivy-operator to-api-server out",
                "trivy-operator trivy-operator-metrics in",
                "trivy-operator trivy-operator-server in",
                "trivy-operator trivy-operator-server out",
                "trivy-operator trivy-scans-server in",
                "trivy-operator trivy-scans-server out",
            ],
        );
    });

    it("reckons with the largest pod that there is to scan", async function () {
        const all = await everything();
        needsCharts(this, all);
        const sizes = workloads(all).map(({ key, template: { spec } }) => ({
            key,
            size: spec.containers.length + (spec.initContainers ?? []).length,
        }));
        assert.deepEqual(
            sizes.filter(({ size }) => size > scannedContainers),
            [],
        );
    });
});
