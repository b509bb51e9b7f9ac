/** References of routes and gateways: to each other, to Services and their ports, to certificates. */
import { isTree, readList, readString, readTree } from "../machinery/tree";
import { CORE_SERVICE, type Finder, type Reference } from "./resolve";

/** Routes of the Gateway API. */
export const route: Finder = (fact) => {
    const own = fact.object.namespace ?? "";
    const parents = readList(fact.inputs, "spec", "parentRefs")
        .filter(isTree)
        .filter(({ kind = "Gateway" }) => kind === "Gateway");
    const backends = readList(fact.inputs, "spec", "rules")
        .flatMap((rule) => readList(rule, "backendRefs"))
        .filter(isTree)
        .filter(({ kind = "Service" }) => kind === "Service");
    return [
        ...parents.map((parent) => ({
            fact,
            where: "a parent",
            kind: "gateway.networking.k8s.io/Gateway",
            namespace: parent.namespace ?? own,
            name: parent.name,
        })),
        ...backends.map((backend) => ({
            fact,
            where: "a backend",
            kind: CORE_SERVICE,
            namespace: backend.namespace ?? own,
            name: backend.name,
            port: backend.port,
        })),
    ];
};

/** Gateways. */
export const gateway: Finder = (fact) =>
    readList(fact.inputs, "spec", "listeners").flatMap((listener) =>
        readList(listener, "tls", "certificateRefs")
            .filter(isTree)
            .map((certificate) => ({
                fact,
                where: `listener ${readString(listener, "name") ?? "?"}`,
                kind: "/Secret",
                namespace: certificate.namespace ?? fact.object.namespace ?? "",
                name: certificate.name,
            })),
    );

/** Ingresses. */
export const ingress: Finder = (fact) => {
    const rules = readList(fact.inputs, "spec", "rules");
    const backends = [
        readTree(fact.inputs, "spec", "defaultBackend"),
        ...rules.flatMap((rule) =>
            readList(rule, "http", "paths").map((path) => readTree(path, "backend")),
        ),
    ];
    return backends.flatMap((backend): Reference[] => {
        const service = readTree(backend, "service");
        const port = readTree(service, "port");
        return Object.keys(service).length === 0
            ? []
            : [
                  {
                      fact,
                      where: "a backend",
                      kind: CORE_SERVICE,
                      namespace: fact.object.namespace ?? "",
                      name: service.name,
                      port: port.number ?? port.name,
                  },
              ];
    });
};
