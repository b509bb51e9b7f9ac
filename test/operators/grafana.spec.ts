import * as assert from "node:assert/strict";
import { grafanaLabels, grafanaService } from "../../operators/grafana-operator";
import { around, custom, podsOf, roomOf } from "./surroundings";

const GROUP = "grafana.integreatly.org";
const grafana = (spec: Record<string, unknown>) => custom(GROUP, "Grafana", "web", spec);
const room = roomOf(grafana({}));

/** What a Grafana says of the pods. */
const deployment = (template: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
    deployment: { spec: { ...more, template: { spec: template } } },
});

describe("what the Grafana operator makes", () => {
    it("is one server, with its own requests, user and password", () => {
        const [set, ...others] = podsOf(grafana({}));
        assert.deepEqual(others, []);
        assert.equal(set?.name, "web-deployment");
        assert.equal(set.count, 1);
        assert.equal(set.most, 2);
        assert.deepEqual(set.labels, grafanaLabels("web"));
        const text = JSON.stringify(set.pod);
        assert.match(text, /"image":"docker.io\/grafana\/grafana:13\.0\.1"/);
        assert.match(text, /"cpu":"100m","memory":"256Mi"/);
        assert.match(text, /"name":"web-admin-credentials","key":"GF_SECURITY_ADMIN_PASSWORD"/);
        assert.match(text, /"serviceAccountName":"web-sa"/);
    });

    it("is as many as it says, each with what it says for the container of that name", () => {
        const own = {
            name: "grafana",
            env: [{ name: "A", value: "b" }],
            resources: { requests: { cpu: "1" } },
        };
        const [set] = podsOf(
            grafana({
                version: "13.1.3",
                disableDefaultAdminSecret: true,
                ...deployment(
                    {
                        priorityClassName: "high",
                        containers: [own, { name: "beside" }],
                        volumes: [{ name: "grafana-data", emptyDir: { sizeLimit: "1Gi" } }],
                    },
                    { replicas: 3, strategy: { rollingUpdate: { maxSurge: 2 } } },
                ),
            }),
        );
        assert.equal(set?.count, 3);
        assert.equal(set.most, 5);
        assert.equal(set.pod.priorityClassName, "high");
        const [server, beside] = set.pod.containers as { name: string; env?: unknown }[];
        assert.deepEqual(server?.env, own.env);
        assert.equal(beside?.name, "beside");
        const text = JSON.stringify(set.pod);
        assert.match(text, /grafana:13\.1\.3.*"requests":\{"cpu":"1"\}/);
        assert.match(text, /"emptyDir":\{"sizeLimit":"1Gi"\}/);
        assert.doesNotMatch(text, /admin-credentials/);
    });

    it("takes a whole image for its version, and runs nothing for a Grafana that is elsewhere", () => {
        const version = "ghcr.io/example/grafana:1@sha256:a";
        const [set] = podsOf(grafana({ version }));
        assert.ok(JSON.stringify(set?.pod).includes(`"image":"${version}"`));
        assert.deepEqual(podsOf(grafana({ external: { url: "https://example.org" } })), []);
    });

    it("comes with two Services, its configuration, an account and a Secret for the administrator", () => {
        const resource = grafana({});
        const surroundings = around([resource]);
        assert.deepEqual(
            room.services?.(resource, surroundings).map(({ name }) => name),
            [grafanaService("web"), "web-alerting"],
        );
        assert.deepEqual(
            room.configMaps?.(resource, surroundings).map(({ name }) => name),
            ["web-ini", "web-plugins"],
        );
        assert.deepEqual(
            room.objects?.(resource, surroundings).map(({ name }) => name),
            ["web-sa"],
        );
        assert.equal(room.secrets?.(resource).length, 1);
        assert.deepEqual(room.secrets(grafana({ disableDefaultAdminSecret: true })), []);
    });
});
