/**
 * SEC-09: a listener that hands connections through leads only to pods that end TLS themselves and sign
 * on whoever calls; trust/access.ts names them.
 */
import { endsTls } from "../../../trust/access";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isUnknown, read, readList, readString, readTree } from "../../kernel/tree";
import { attached, GATEWAY, type Listener } from "./routes";

/** Kinds of routes that lead connections on without looking into them. */
const KINDS = ["TLSRoute", "TCPRoute"];

/** Whether the pods of a Service are of those that are named. */
function isTrusted({ inputs }: ObjectOf): boolean {
    const selector = readTree(inputs, "spec", "selector");
    return endsTls.some(({ pods }) =>
        Object.entries(pods).every(([key, value]) => selector[key] === value),
    );
}

/** Of a route that says only at the update where it leads. */
const hidden = (route: ObjectOf): Finding[] => [
    notJudged(route, "where it hands connections through is known only at the update"),
];

function judgeBackend(facts: Facts, route: ObjectOf, backend: unknown): Finding[] {
    const {
        kind = "Service",
        group = "",
        name,
        namespace = route.object.namespace,
    } = readTree(backend);
    if (isUnknown(backend) || [kind, group, name, namespace].some(isUnknown)) {
        return hidden(route);
    }
    const called = `${String(kind)} ${String(name)}`;
    const service =
        kind === "Service" && group === ""
            ? facts
                  .objects("", "Service")
                  .find(({ object }) => object.name === name && object.namespace === namespace)
            : undefined;
    if (service !== undefined && read(service.inputs, ["spec", "selector"]).state === "unknown") {
        return [notJudged(route, `which pods ${called} has is known only at the update`)];
    }
    return service !== undefined && isTrusted(service)
        ? []
        : [
              violated(
                  route,
                  `it hands connections through to ${called}, and trust/access.ts names none of its pods as ending TLS and signing people on; end TLS at the gateway`,
              ),
          ];
}

function judgeRoute(facts: Facts, route: ObjectOf): Finding[] {
    if (read(route.inputs, ["spec", "rules"]).state === "unknown") {
        return hidden(route);
    }
    return readList(route.inputs, "spec", "rules").flatMap((rule) =>
        isUnknown(rule) || read(rule, ["backendRefs"]).state === "unknown"
            ? hidden(route)
            : readList(rule, "backendRefs").flatMap((backend) =>
                  judgeBackend(facts, route, backend),
              ),
    );
}

/** What a listener that ends no TLS lets in, and where that goes. */
export function judgePassthrough(facts: Facts, listener: Listener): Finding[] {
    const { owner, name, tree } = listener;
    const host = read(tree, ["hostname"]);
    const from = read(tree, ["allowedRoutes", "namespaces", "from"]);
    if (host.state === "unknown" || from.state === "unknown") {
        return [notJudged(owner, `the names of listener ${name} are known only at the update`)];
    }
    const found = [
        ...(host.state === "absent" || readString(tree, "hostname") === ""
            ? ["takes every name; set its hostname"]
            : []),
        ...(from.state === "known" && from.value === "All"
            ? ["takes routes of every namespace; name them in allowedRoutes"]
            : []),
    ];
    const routes = KINDS.flatMap((kind) => facts.objects(GATEWAY, kind));
    return [
        ...found.map((what) =>
            violated(owner, `listener ${name} hands connections through and ${what}`),
        ),
        ...attached(facts, listener, routes).flatMap(({ route }) => judgeRoute(facts, route)),
    ];
}
