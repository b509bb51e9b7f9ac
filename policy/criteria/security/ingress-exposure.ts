/**
 * Pages that an Ingress opens (SEC-10). Who gets in is for its controller to say: that of ingress-nginx
 * asks `auth-url` before each request, or one address for all of them (ingress-nginx: docs/user-guide/
 * nginx-configuration/annotations.md "External Authentication", configmap.md "global-auth-url").
 */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { read, readString } from "../../kernel/tree";

const ASKS = "nginx.ingress.kubernetes.io/auth-url";
const CONTROLLER = "k8s.io/ingress-nginx";

/** The class of an Ingress: the field, or the annotation that came before it. */
function classOf({ inputs }: ObjectOf): string | undefined {
    return (
        readString(inputs, "spec", "ingressClassName") ??
        readString(inputs, "metadata", "annotations", "kubernetes.io/ingress.class")
    );
}

/** Whether the controller of ingress-nginx serves the class; `nginx` is its usual name. */
function isNginx(facts: Facts, name: string | undefined): boolean {
    const [found] = facts
        .objects("networking.k8s.io", "IngressClass")
        .filter(({ object }) => object.name === name);
    return found === undefined
        ? name === "nginx"
        : readString(found.inputs, "spec", "controller") === CONTROLLER;
}

/** Whether the controller asks somebody before every request, whatever an Ingress says. */
function asksForAll(facts: Facts): boolean {
    return facts
        .objects("", "ConfigMap")
        .some(({ inputs }) => read(inputs, ["data", "global-auth-url"]).state !== "absent");
}

/** Whether an Ingress is behind sign-on; one that is listed as public needs none. */
export function judgeIngressExposure(
    facts: Facts,
    ingress: ObjectOf,
    isPublic: boolean,
): Finding[] {
    const asked = read(ingress.inputs, ["metadata", "annotations", ASKS]);
    const isAsked = asked.state === "known" && String(asked.value) !== "";
    if (isPublic || isAsked) {
        return [];
    }
    const known =
        asked.state !== "unknown" && isNginx(facts, classOf(ingress)) && !asksForAll(facts);
    return known
        ? [
              violated(
                  ingress,
                  `it has no single sign-on; set the annotation ${ASKS}, or list it in publicRoutes of trust/access.ts with a reason`,
              ),
          ]
        : [notJudged(ingress, "whether its controller signs people on cannot be seen here")];
}
