/** What pods name inside themselves: volumes, ports, containers, fields; and the labels of their maker. */
import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { unknowns, violations, web } from "./stack";

const WEB = "Deployment/apps/web: ";
type Row = readonly [title: string, stack: ReturnType<typeof web> | Manifest, said?: string];

function main(changes: Inputs, pod: Inputs = {}) {
    return web({ container: changes, pod });
}

function check(rows: readonly Row[]): void {
    for (const [title, item, said] of rows) {
        it(title, async () => {
            const found = await violations(item);
            assert.deepEqual(found, said === undefined ? [] : [said]);
        });
    }
}

/** Titles end the sentence "HA-14 takes ... and is not judged where". */
function hidden(rows: Readonly<Record<string, ReturnType<typeof web>>>): void {
    for (const [title, item] of Object.entries(rows)) {
        it(`is not judged where ${title} only the update knows`, async () => {
            assert.deepEqual(await violations(item), []);
            assert.ok((await unknowns(item)).length > 0);
        });
    }
}

const asks = (handler: Inputs) => ({ livenessProbe: handler });
const http = (port: unknown) => ({ httpGet: { path: "/", port } });

describe("HA-14, ports that the kubelet asks,", () => {
    check([
        ["are met by a named port", main(asks(http("http")))],
        ["are met by any number", main(asks(http(9999)))],
        ["are met by a number for gRPC", main(asks({ grpc: { port: 9000 } }))],
        ["are met by a command", main(asks({ exec: { command: ["true"] } }))],
        [
            "are violated by a name that the container does not have",
            main(asks(http("web"))),
            `${WEB}livenessProbe.httpGet of container main asks port web, which the container does not name; the container names http, dns.`,
        ],
        [
            "are violated by a misspelt name",
            main({ readinessProbe: { tcpSocket: { port: "htpp" } } }),
            `${WEB}readinessProbe.tcpSocket of container main asks port htpp, which the container does not name; perhaps http is meant.`,
        ],
        [
            "are violated by a name where the container has no names",
            main({ ports: [{ containerPort: 8082 }], startupProbe: http("web") }),
            `${WEB}startupProbe.httpGet of container main asks port web, which the container does not name; the container names no port.`,
        ],
        [
            "are violated by a hook",
            main({ lifecycle: { preStop: http("admin") } }),
            `${WEB}lifecycle.preStop.httpGet of container main asks port admin, which the container does not name; the container names http, dns.`,
        ],
        [
            "are violated by a number in quotes",
            main(asks(http("8080"))),
            `${WEB}livenessProbe.httpGet of container main asks port 8080, which the container does not name; write it as a number, without quotes.`,
        ],
        [
            "are violated by a name for gRPC",
            main(asks({ grpc: { port: "http" } })),
            `${WEB}livenessProbe.grpc of container main asks port "http"; gRPC takes a number.`,
        ],
        [
            "are violated by no port",
            main(asks({ tcpSocket: {} })),
            `${WEB}livenessProbe.tcpSocket of container main names no port; name one of its container.`,
        ],
        [
            "are violated by a number that is no port",
            main(asks(http(70000))),
            `${WEB}livenessProbe.httpGet of container main asks port 70000; a port is 1 to 65535.`,
        ],
        [
            "never look at another container",
            main(
                {},
                {
                    initContainers: [
                        { name: "proxy", restartPolicy: "Always", startupProbe: http("http") },
                    ],
                },
            ),
            `${WEB}startupProbe.httpGet of container proxy asks port http, which the container does not name; the container names no port.`,
        ],
        [
            "are violated by two of one name",
            main({
                ports: [
                    { name: "http", containerPort: 80 },
                    { name: "http", containerPort: 81 },
                ],
            }),
            `${WEB}two ports of container main are called http; rename one.`,
        ],
    ]);
    hidden({
        "the port": main(asks(http(UNKNOWN))),
        "the name of a port": main({
            ports: [{ name: UNKNOWN, containerPort: 80 }],
            ...asks(http("web")),
        }),
        "the probe": main({ livenessProbe: UNKNOWN }),
    });

    it("find a Service's port only among names, whatever a probe asks", async () => {
        const pods = main({ ports: undefined, ...asks(http(8080)) });
        const service = inApps(
            "v1",
            "Service",
            { spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] } },
            "web",
        );
        assert.deepEqual(await violations(pods, service), [
            "Service/apps/web: port 80 leads to http, which no container of its pods names; they have no names.",
        ]);
    });
});

describe("HA-14, volumes of a pod,", () => {
    const mounts = (...volumeMounts: Inputs[]) => ({ volumeMounts });
    const data = { volumes: [{ name: "data", emptyDir: {} }] };
    const mount = (name: unknown, mountPath = "/data") => ({ name, mountPath });
    const set = (spec: Inputs): Manifest =>
        inApps(
            "apps/v1",
            "StatefulSet",
            {
                spec: {
                    selector: { matchLabels: { app: "web" } },
                    template: {
                        metadata: { labels: { app: "web" } },
                        spec: { containers: [{ name: "main", ...mounts(mount("data")) }] },
                    },
                    ...spec,
                },
            },
            "web",
        );
    check([
        ["are met by a mount of one", main(mounts(mount("data")), data)],
        ["are met by one at two places", main(mounts(mount("data"), mount("data", "/more")), data)],
        [
            "are met by a claim template",
            set({ volumeClaimTemplates: [{ metadata: { name: "data" } }] }),
        ],
        [
            "are violated by a mount without its volume",
            main(mounts(mount("missing"))),
            `${WEB}volumeMounts[0] of container main names volume missing, which the pod does not have; it has none.`,
        ],
        [
            "are violated by a misspelt mount of an init container",
            main({}, { ...data, initContainers: [{ name: "first", ...mounts(mount("dta")) }] }),
            `${WEB}volumeMounts[0] of container first names volume dta, which the pod does not have; perhaps data is meant.`,
        ],
        [
            "are violated by a mount of an ephemeral container",
            main({}, { ephemeralContainers: [{ name: "debug", ...mounts(mount("data")) }] }),
            `${WEB}volumeMounts[0] of container debug names volume data, which the pod does not have; it has none.`,
        ],
        [
            "are violated by a device without its volume",
            main({ volumeDevices: [{ name: "disk", devicePath: "/dev/x" }] }, data),
            `${WEB}volumeDevices[0] of container main names volume disk, which the pod does not have; it has data.`,
        ],
        [
            "are violated by a claim template of another name",
            set({ volumeClaimTemplates: [{ metadata: { name: "store" } }] }),
            "StatefulSet/apps/web: volumeMounts[0] of container main names volume data, which the pod does not have; it has store.",
        ],
        [
            "are violated by two at one place",
            main(mounts(mount("data"), mount("data", "/data/")), data),
            `${WEB}container main mounts two volumes at /data; leave one.`,
        ],
        [
            "are violated by two of one name",
            main({}, { volumes: [...data.volumes, ...data.volumes] }),
            `${WEB}two of its volumes are called data; rename one.`,
        ],
        [
            "are violated by a claim on a device that the pod has not",
            main({ resources: { claims: [{ name: "gpu" }] } }),
            `${WEB}resources.claims of container main names resource claim gpu, which the pod does not have; it has none.`,
        ],
    ]);
    hidden({
        "a volume": main(mounts(mount("data")), { volumes: [UNKNOWN] }),
        "the name of one": main(mounts(mount("data")), {
            volumes: [{ name: UNKNOWN, emptyDir: {} }],
        }),
        "the name in a mount": main(mounts(mount(UNKNOWN)), data),
        "the mounts": main({ volumeMounts: UNKNOWN }, data),
    });
});

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
