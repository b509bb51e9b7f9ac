/** What pods name inside themselves: containers and fields; and the labels of their maker. */
import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { check, hidden, main, WEB } from "./pod-rows";
import { unknowns, violations, web } from "./stack";

describe("HA-14, containers of a pod,", () => {
    const variable = (valueFrom: Inputs) => main({ env: [{ name: "VALUE", valueFrom }] });
    const resource = (changes: Inputs) =>
        variable({ resourceFieldRef: { resource: "limits.memory", ...changes } });
    const file = (source: Inputs) =>
        main(
            {},
            {
                volumes: [
                    {
                        name: "info",
                        projected: { sources: [{ downwardAPI: { items: [source] } }] },
                    },
                ],
            },
        );
    check([
        ["are met by resources of their own", resource({})],
        ["are met by resources of another that is there", resource({ containerName: "main" })],
        ["are met by fields of the pod", variable({ fieldRef: { fieldPath: "status.podIP" } })],
        [
            "are met by a label of the pod",
            variable({ fieldRef: { fieldPath: "metadata.labels['app']" } }),
        ],
        [
            "are met by labels in a file",
            file({ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }),
        ],
        [
            "are violated by resources of one that is not there",
            resource({ containerName: "mian" }),
            `${WEB}resourceFieldRef of env[VALUE] of container main names container mian, which the pod does not have; perhaps main is meant.`,
        ],
        [
            "are violated by a resource that none has",
            resource({ resource: "limits.disk" }),
            `${WEB}env[VALUE] of container main takes limits.disk, which a pod does not tell.`,
        ],
        [
            "are violated by a field that a pod does not tell",
            variable({ fieldRef: { fieldPath: "spec.nodename" } }),
            `${WEB}env[VALUE] of container main takes spec.nodename, which a pod does not tell; perhaps spec.nodeName is meant.`,
        ],
        [
            "are violated by a file of resources of one that is not there",
            file({
                path: "memory",
                resourceFieldRef: { containerName: "proxy", resource: "limits.memory" },
            }),
            `${WEB}resourceFieldRef of a file of volume info names container proxy, which the pod does not have; it has main.`,
        ],
        [
            "are violated by two of one name",
            main({}, { initContainers: [{ name: "main" }] }),
            `${WEB}two of its containers are called main; rename one.`,
        ],
        [
            "are violated by a target that is not there",
            main({}, { ephemeralContainers: [{ name: "debug", targetContainerName: "web" }] }),
            `${WEB}targetContainerName of container debug names container web, which the pod does not have; it has main, debug.`,
        ],
    ]);
    hidden({
        "the container": resource({ containerName: UNKNOWN }),
        "the field": variable({ fieldRef: { fieldPath: UNKNOWN } }),
        "the source": variable({ fieldRef: UNKNOWN }),
    });

    const metric = (container: string): Manifest =>
        inApps("autoscaling/v2", "HorizontalPodAutoscaler", {
            spec: {
                scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                metrics: [
                    { type: "ContainerResource", containerResource: { name: "cpu", container } },
                ],
            },
        });
    const policy = (containerName: string): Manifest =>
        inApps("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
            spec: {
                targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                resourcePolicy: { containerPolicies: [{ containerName }] },
            },
        });

    it("are what autoscalers measure", async () => {
        assert.deepEqual(await violations(web(), metric("main"), policy("main")), []);
        assert.deepEqual(await violations(web(), policy("*")), []);
        assert.deepEqual(await violations(web(), metric("app")), [
            "HorizontalPodAutoscaler/apps/own: metrics.containerResource.container names container app, which the pod does not have; it has main.",
        ]);
        assert.equal((await violations(web(), policy("app"))).length, 1);
    });
});

describe("HA-14, the labels of a maker,", () => {
    const maker = (selector: unknown, labels: unknown, kind = "Deployment"): Manifest =>
        inApps(
            kind === "ReplicationController" ? "v1" : "apps/v1",
            kind,
            {
                spec: {
                    selector,
                    template: { metadata: { labels }, spec: { containers: [{ name: "main" }] } },
                },
            },
            "web",
        );
    const app = { app: "web" };
    const said = (kind: string, what: string) =>
        `${kind}/apps/web: its selector wants ${what}; use the same labels in both.`;
    check([
        ["are met by its template", maker({ matchLabels: app }, { ...app, tier: "front" })],
        [
            "are met by an expression",
            maker({ matchExpressions: [{ key: "app", operator: "Exists" }] }, app),
        ],
        ["are met by plain labels", maker(app, app, "ReplicationController")],
        [
            "are violated by another value",
            maker({ matchLabels: app }, { app: "other" }),
            said("Deployment", "app=web, and its own template has app=other"),
        ],
        [
            "are violated by a template without labels",
            maker({ matchLabels: app }, undefined, "StatefulSet"),
            said("StatefulSet", "app=web, and its own template has no app"),
        ],
        [
            "are violated by an expression",
            maker(
                { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] },
                app,
                "DaemonSet",
            ),
            said("DaemonSet", "app NotIn, and its own template has app=web"),
        ],
        [
            "are violated by plain labels",
            maker(app, { app: "other" }, "ReplicationController"),
            said("ReplicationController", "app=web, and its own template has app=other"),
        ],
    ]);

    it("are not judged where only the update knows them", async () => {
        for (const item of [maker(UNKNOWN, app), maker({ matchLabels: app }, { app: UNKNOWN })]) {
            assert.deepEqual(await violations(item), []);
            assert.equal((await unknowns(item)).length, 1);
        }
    });
});
