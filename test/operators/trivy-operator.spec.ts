/** The Jobs that the Trivy operator makes, from the ConfigMaps that tell it. */
import * as assert from "node:assert/strict";
import type { Resource } from "../../operators/behaviour";
import { scannedContainers, trivyOperator } from "../../operators/trivy-operator";

function map(name: string, data: Readonly<Record<string, string>>): Resource {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "trivy-operator" },
        data,
    };
}

const [room] = trivyOperator;
assert.ok(room?.pods);
const { pods } = room;

function made(resource: Resource, ...others: readonly Resource[]) {
    const found = pods(resource, { all: () => [resource, ...others], nodes: [] });
    assert.ok(typeof found !== "string");
    return found;
}

const scanner = map("trivy-operator-trivy-config", {
    "trivy.repository": "ghcr.io/aquasecurity/trivy",
    "trivy.tag": "0.72.0",
    "trivy.resources.requests.cpu": "20m",
    "trivy.resources.limits.memory": "512Mi",
});

describe("the Jobs of the Trivy operator", () => {
    it("are as many at a time as it is told, and each has a container for each that is scanned", () => {
        const [scans, ...others] = made(
            scanner,
            map("trivy-operator-config", { OPERATOR_CONCURRENT_SCAN_JOBS_LIMIT: "2" }),
            map("trivy-operator", { "scanJob.podTemplateLabels": "a=b,c=d" }),
        );
        assert.deepEqual(others, []);
        assert.equal(scans?.count, 2);
        assert.equal(scans.passing, true);
        assert.deepEqual(scans.labels, {
            a: "b",
            c: "d",
            "app.kubernetes.io/managed-by": "trivy-operator",
        });
        const containers = scans.pod.containers as { image: string; resources: unknown }[];
        assert.equal(containers.length, scannedContainers);
        assert.equal(containers[0]?.image, "ghcr.io/aquasecurity/trivy:0.72.0");
        assert.deepEqual(containers[0].resources, {
            requests: { cpu: "20m" },
            limits: { memory: "512Mi" },
        });
    });

    it("are ten at a time where nobody says otherwise", () => {
        assert.equal(made(scanner)[0]?.count, 10);
    });

    it("come from one ConfigMap alone, and survive one that cannot be read", () => {
        assert.deepEqual(made(map("trivy-operator-config", {})), []);
        const [scans] = made(
            scanner,
            map("trivy-operator", { "scanJob.podTemplatePodSecurityContext": "{" }),
        );
        assert.deepEqual(scans?.pod.securityContext, {});
    });
});
