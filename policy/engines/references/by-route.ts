/** References of routes and gateways: to each other, to Services and their ports, to certificates. */
import { readString } from "../../kernel/tree";
import { CORE_SERVICE, type Finder, type Reference } from "./resolve";
import { fieldOf, namedObject, valuesAt } from "./values";

/** Kinds of routes. */
export const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"] as const;

const GATEWAY_API = "gateway.networking.k8s.io";

/** Places of a route's rule that send requests to something. */
const BACKENDS: readonly (readonly string[])[] = [
    ["backendRefs[]"],
    ["filters[]", "requestMirror", "backendRef"],
    ["backendRefs[]", "filters[]", "requestMirror", "backendRef"],
];

/** Routes of the Gateway API. */
export const route: Finder = (fact) => {
    const namespace = fact.object.namespace ?? "";
    const ofParent = { group: GATEWAY_API, kind: "Gateway", namespace };
    const ofBackend = { group: "", kind: "Service", namespace };
    const parents = valuesAt(fact.inputs, ["spec", "parentRefs[]"]);
    const backends = valuesAt(fact.inputs, ["spec", "rules[]"]).flatMap((rule) =>
        BACKENDS.flatMap((path) => valuesAt(rule, path)),
    );
    return [
        ...parents.map((parent): Reference => ({
            fact,
            where: "a parent",
            ...namedObject(parent, ofParent),
        })),
        ...backends.map((backend): Reference => ({
            fact,
            where: "a backend",
            ...namedObject(backend, ofBackend),
            port: fieldOf(backend, "port"),
        })),
    ];
};

/** Gateways. */
export const gateway: Finder = (fact) => {
    const defaults = { group: "", kind: "Secret", namespace: fact.object.namespace ?? "" };
    return valuesAt(fact.inputs, ["spec", "listeners[]"]).flatMap((listener) =>
        valuesAt(listener, ["tls", "certificateRefs[]"]).map((certificate): Reference => ({
            fact,
            where: `listener ${readString(listener, "name") ?? "?"}`,
            ...namedObject(certificate, defaults),
        })),
    );
};

/** Ingresses. */
export const ingress: Finder = (fact) => {
    const services = [
        ...valuesAt(fact.inputs, ["spec", "defaultBackend", "service"]),
        ...valuesAt(fact.inputs, ["spec", "rules[]", "http", "paths[]", "backend", "service"]),
    ];
    return services.map((service): Reference => {
        const port = fieldOf(service, "port");
        return {
            fact,
            where: "a backend",
            kind: CORE_SERVICE,
            namespace: fact.object.namespace ?? "",
            name: fieldOf(service, "name"),
            port: fieldOf(port, "number") ?? fieldOf(port, "name"),
        };
    });
};
