import * as assert from "node:assert/strict";
import type { Resource, Tree } from "../../operators/behaviour";
import { around, budgetsOf, custom, podsOf, roomOf } from "./surroundings";

const GATEWAY_API = "gateway.networking.k8s.io";

/** A Gateway, its class and the EnvoyProxy of the class, all of namespace `apps`. */
function parts(deployment: Tree = {}, kubernetes: Tree = {}) {
    const gateway = custom(GATEWAY_API, "Gateway", "public", {
        gatewayClassName: "envoy",
        listeners: [
            { name: "http", protocol: "HTTP", port: 80 },
            { name: "https", protocol: "HTTPS", port: 443 },
            { name: "high", protocol: "HTTPS", port: 8443 },
        ],
    });
    const gatewayClass = custom(GATEWAY_API, "GatewayClass", "envoy", {
        controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
        parametersRef: {
            group: "gateway.envoyproxy.io",
            kind: "EnvoyProxy",
            name: "proxies",
            namespace: "apps",
        },
    });
    const proxy = custom("gateway.envoyproxy.io", "EnvoyProxy", "proxies", {
        provider: { kubernetes: { envoyDeployment: deployment, ...kubernetes } },
    });
    return { gateway, gatewayClass, proxy };
}

function why(gateway: Resource, others: readonly Resource[]): string {
    const pods = roomOf(gateway).pods?.(gateway, around([gateway, ...others]));
    assert.ok(typeof pods === "string", "somebody can say");
    return pods;
}

describe("what Envoy Gateway makes", () => {
    it("is one proxy with what upstream gives where nothing is said", () => {
        const { gateway, gatewayClass, proxy } = parts();
        const [made] = podsOf(gateway, [gatewayClass, proxy]);
        assert.deepEqual(
            [made?.count, made?.ports.map(({ port }) => port)],
            [1, [19001, 19003, 10080, 10443, 8443]],
        );
        const containers = made?.pod.containers as readonly Tree[];
        assert.deepEqual(
            containers.map(({ name, resources }) => [name, resources]),
            [
                ["envoy", { requests: { cpu: "100m", memory: "512Mi" } }],
                ["shutdown-manager", { requests: { cpu: "10m", memory: "32Mi" } }],
            ],
        );
        assert.equal(made?.pod.terminationGracePeriodSeconds, 360);
        assert.equal(made.labels["gateway.envoyproxy.io/owning-gateway-name"], "public");
    });

    it("is as many proxies as the EnvoyProxy says, with its pod and its patch", () => {
        const { gateway, gatewayClass, proxy } = parts({
            name: "front",
            replicas: 3,
            container: { image: "docker.io/envoyproxy/envoy:distroless-v1.39.0" },
            pod: { priorityClassName: "high", labels: { team: "a" } },
            patch: {
                value: {
                    spec: {
                        template: {
                            spec: { containers: [{ name: "shutdown-manager", resources: {} }] },
                        },
                    },
                },
            },
        });
        const [made] = podsOf(gateway, [gatewayClass, proxy]);
        const [envoy, manager] = made?.pod.containers as readonly Tree[];
        assert.deepEqual(
            [made?.name, made?.count, made?.pod.priorityClassName, made?.labels.team],
            ["front", 3, "high", "a"],
        );
        assert.equal(envoy?.image, "docker.io/envoyproxy/envoy:distroless-v1.39.0");
        assert.deepEqual(manager?.resources, {});
    });

    it("is an account, a ConfigMap and a Service under names with a digest", () => {
        const { gatewayClass, proxy, ...rest } = parts();
        // The names of upstream's guide (site/content/en/latest/tasks).
        const gateway = { ...rest.gateway, metadata: { name: "eg", namespace: "default" } };
        const room = roomOf(gateway);
        const all = around([gateway, gatewayClass, proxy]);
        const name = "envoy-default-eg-e41e7b31";
        const names = [
            ...(room.objects?.(gateway, all) ?? []),
            ...(room.configMaps?.(gateway, all) ?? []),
            ...(room.services?.(gateway, all) ?? []),
        ].map((made) => made.name);
        assert.deepEqual(names, [name, name, name]);
        const [service] = room.services?.(gateway, all) ?? [];
        assert.deepEqual(service?.ports[1], { port: 443, target: 10_443 });
    });

    it("is a budget only where the EnvoyProxy has a limit", () => {
        const bare = parts();
        assert.deepEqual(budgetsOf(bare.gateway, [bare.gatewayClass, bare.proxy]), []);
        const { gateway, gatewayClass, proxy } = parts({}, { envoyPDB: { minAvailable: 1 } });
        const [budget] = budgetsOf(gateway, [gatewayClass, proxy]);
        assert.equal(budget?.minAvailable, 1);
    });

    it("is unknown without the EnvoyProxy, away from the controller, and for what is not described", () => {
        const { gateway, gatewayClass, proxy } = parts();
        assert.match(why(gateway, [gatewayClass]), /EnvoyProxy of its class envoy/);
        const elsewhere = { ...gateway, metadata: { ...gateway.metadata, namespace: "shop" } };
        assert.match(why(elsewhere, [gatewayClass, proxy]), /run in namespace apps/);
        const daemons = parts({}, { envoyDaemonSet: {} });
        assert.match(why(daemons.gateway, [daemons.gatewayClass, daemons.proxy]), /DaemonSet/);
    });

    it("is nothing for a Gateway of Cilium", () => {
        const { gateway, proxy } = parts();
        const cilium = { ...gateway, spec: { ...gateway.spec, gatewayClassName: "cilium" } };
        assert.deepEqual(podsOf(cilium, [proxy]), []);
        const all = around([cilium, proxy]);
        assert.deepEqual(roomOf(cilium).services?.(cilium, all), []);
        assert.deepEqual(roomOf(cilium).objects?.(cilium, all), []);
    });
});
