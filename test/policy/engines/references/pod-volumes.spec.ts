/** What pods name inside themselves: ports that the kubelet asks, and volumes. */
import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { check, hidden, main, WEB } from "./pod-rows";
import { violations } from "./stack";

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
