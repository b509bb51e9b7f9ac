/** Objects that the tests of several criteria declare. */
import { type Inputs, object, resource, type Resource, standardLabels } from "./harness";

/** A chart that was rendered, unless the inputs say otherwise. */
export function chart(inputs: Inputs = {}): Resource {
    return resource("platform:base:Chart", "cilium", {
        chart: "cilium",
        version: "1.20.0",
        repository: "https://helm.cilium.io/",
        digest: "5f9b7a2d".repeat(8),
        rendered: true,
        objects: 10,
        ...inputs,
    });
}

/** The CRD of a kind of `example.org`, which serves v1 and no longer v1alpha1. */
export function definition(kind: string, spec: Inputs = {}): Resource {
    return object({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${kind.toLowerCase()}s.example.org`, labels: standardLabels },
        spec: {
            group: "example.org",
            scope: "Namespaced",
            names: { kind },
            versions: [
                { name: "v1", served: true },
                { name: "v1alpha1", served: false },
            ],
            ...spec,
        },
    });
}

/** A Namespace; with the option `patch` one that the cluster brings. */
export function namespace(name: string, labels: unknown = {}, options = {}): Resource {
    return object({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, options);
}
