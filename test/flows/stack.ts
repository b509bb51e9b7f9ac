/** Small stacks for the tests of paths and flows. */
import { factsOf } from "../../preview/recorded-stack";
import type { Facts } from "../../policy/kernel/facts";
import { type Inputs, object, platform, resource, type Resource, system } from "../policy/harness";

/** What the pack would know of these resources; the site is that of the harness, with a node list. */
export function stackOf(...resources: readonly Resource[]): Facts {
    const site = platform({
        apiServerPort: 6443,
        podNetwork: "10.244.0.0/16",
        nodes: [1, 2, 3].map((number) => ({ address: `192.168.68.10${number}` })),
        controlPlanes: [{ address: "192.168.68.101" }],
    });
    return factsOf(
        [site, system, ...resources].map(({ parent = "", protect = false, ...rest }) => ({
            ...{ parent, protect, dependencies: [] },
            ...rest,
        })),
    );
}

/** A namespace of a layer and a tier, as the program declares it. */
export function namespace(name: string, layer = "apps", tier = "app"): Resource[] {
    const owner = resource(`platform:${layer}:System`, name);
    const component = resource("platform:base:Namespace", name, { tier }, { parent: owner.urn });
    return [
        owner,
        component,
        object(
            { apiVersion: "v1", kind: "Namespace", metadata: { name } },
            { parent: component.urn },
        ),
    ];
}

/** A Deployment whose pods carry the label `app`, and listen on TCP ports. */
export function pods(
    home: string,
    name: string,
    ports: readonly (number | Inputs)[],
    { pod = {}, app = name }: { pod?: Inputs; app?: string } = {},
): Resource {
    const labels = { app };
    const listed = ports.map((port) => (typeof port === "number" ? { containerPort: port } : port));
    return object({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: home },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    automountServiceAccountToken: false,
                    dnsPolicy: "Default",
                    containers: [{ name: "main", image: "example/main:1.2.3", ports: listed }],
                    ...pod,
                },
            },
        },
    });
}

/** A NetworkPolicy for the pods of a namespace with a label `app`, or for all of them. */
export function policy(
    home: string,
    name: string,
    app: string | undefined,
    spec: Inputs,
): Resource {
    return object({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace: home },
        spec: {
            podSelector: app === undefined ? {} : { matchLabels: { app } },
            policyTypes: [
                ...("ingress" in spec ? ["Ingress"] : []),
                ...("egress" in spec ? ["Egress"] : []),
            ],
            ...spec,
        },
    });
}

/** A peer of pods with a label `app` in another namespace, or of all its pods. */
export function peer(home: string, app?: string): Inputs {
    return {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": home } },
        ...(app === undefined ? {} : { podSelector: { matchLabels: { app } } }),
    };
}

/** Denies everything in a namespace. */
export function denyAll(home: string): Resource {
    return policy(home, "deny", undefined, { ingress: [], egress: [] });
}
