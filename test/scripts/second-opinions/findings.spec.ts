import * as assert from "node:assert/strict";
import {
    kubeLinterFindings,
    kubeScoreFindings,
    polarisFindings,
} from "../../../scripts/second-opinions/findings";
import { manifestsOf } from "../../../scripts/second-opinions/manifests";

describe("the report", () => {
    it("of kube-score v1.20.0 is read", () => {
        const check = (grade: number, skipped = false) => ({
            check: { id: "container-resources" },
            grade,
            skipped,
            comments: [{ path: "certgen", summary: "CPU limit is not set" }],
        });
        const object = {
            type_meta: { kind: "CronJob", apiVersion: "batch/v1" },
            object_meta: { name: "certs", namespace: "kube-system" },
            checks: [check(1), check(10), check(1, true)],
        };
        assert.deepEqual(kubeScoreFindings([object]), [
            {
                rule: "container-resources",
                resource: "CronJob/kube-system/certs",
                message: "certgen: CPU limit is not set",
            },
        ]);
    });

    it("of kube-linter v0.7.6 is read, also of an object without a namespace", () => {
        const report = (Namespace: string) => ({
            Check: "access-to-secrets",
            Diagnostic: { Message: "binding" },
            Object: {
                K8sObject: {
                    Name: "a",
                    Namespace,
                    GroupVersionKind: { Kind: "ClusterRoleBinding" },
                },
            },
        });
        assert.deepEqual(
            kubeLinterFindings({ Reports: [report(""), report("b")] }).map(
                ({ resource }) => resource,
            ),
            ["ClusterRoleBinding/a", "ClusterRoleBinding/b/a"],
        );
        assert.deepEqual(kubeLinterFindings({ Reports: null }), []);
    });

    it("of polaris v10.2.2 is read, of objects, pods and containers", () => {
        const results = (rule: string) => ({
            [rule]: { Success: false, Message: rule },
            good: { Success: true, Message: "" },
        });
        const result = {
            Kind: "Deployment",
            Namespace: "n",
            Name: "d",
            Results: results("one"),
            PodResult: {
                Results: results("two"),
                ContainerResults: [{ Results: results("three") }, { Results: null }],
            },
        };
        assert.deepEqual(
            polarisFindings({ Results: [result, { ...result, Results: null, PodResult: null }] }),
            ["one", "two", "three"].map((rule) => ({
                rule,
                resource: "Deployment/n/d",
                message: rule,
            })),
        );
    });
});

describe("the manifests for other tools", () => {
    const resource = (type: string, inputs: object) => ({
        urn: "",
        type,
        name: "",
        parent: "",
        custom: true,
        inputs: inputs as Record<string, never>,
        dependsOn: [],
        provider: "",
        protect: false,
    });

    it("are whole objects of Kubernetes, without secrets and without what is unknown", () => {
        const text = manifestsOf({
            resources: [
                resource("kubernetes:core/v1:Secret", {
                    kind: "Secret",
                    data: { $secret: true },
                    list: [{ $unknown: true }, { a: 1 }],
                }),
                resource("kubernetes:core/v1:NamespacePatch", { kind: "Namespace" }),
                resource("crd:index:CustomResourceDefinition", { kind: "X" }),
                resource("kubernetes:core/v1:Service", { kind: "Service" }),
            ],
        });
        assert.equal(text, '{"kind":"Secret","list":[{"a":1}]}\n---\n{"kind":"Service"}\n');
    });
});
