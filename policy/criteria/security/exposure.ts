/** SEC-10: who opens a route signs in, and cannot flood what is behind it. */
import { publicRoutes } from "../../../trust/access";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, someIn } from "../../kernel/ternary";
import { isUnknown, read, readList, readString } from "../../kernel/tree";
import { applies, isEnvoy, parentsOf } from "./attachments";
import { judgeExternalAddresses } from "./external-addresses";
import { judgeIngressExposure } from "./ingress-exposure";
import { isFromOutside, redirects, routesOf } from "./routes";

/** Headers that tell browsers to be careful; one of each list. */
const HEADERS = [
    ["strict-transport-security"],
    ["x-content-type-options"],
    ["x-frame-options", "content-security-policy"],
];

/** Whether a policy has one of the fields. */
function hasOne(...paths: readonly (readonly string[])[]): (policy: ObjectOf) => Ternary {
    return ({ inputs }) =>
        anyOf(
            paths.map((path) => {
                const { state } = read(inputs, ["spec", ...path]);
                return state === "unknown" ? "unknown" : state === "known";
            }),
        );
}

/**
 * Whether a policy signs people on. One that lets everybody in while nobody answers the question is
 * no guard (gateway.envoyproxy.io/v1alpha1, `extAuth.failOpen`).
 */
function signsOn(policy: ObjectOf): Ternary {
    const open = read(policy.inputs, ["spec", "extAuth", "failOpen"]);
    const shut = open.state === "unknown" ? "unknown" : open.state === "absent" || !open.value;
    return anyOf([hasOne(["oidc"])(policy), allOf([hasOne(["extAuth"])(policy), shut])]);
}

/** Whether the modifier at a path sets a header. */
function setsHeader(tree: unknown, path: readonly string[], names: readonly string[]): Ternary {
    return anyOf(
        ["set", "add", "addIfAbsent"].map((field) =>
            someIn(tree, [...path, field], (header) =>
                names.includes((readString(header, "name") ?? "").toLowerCase()),
            ),
        ),
    );
}

/** Headers that every rule of the route sets, or the Gateway for all. */
function sendsHeader(facts: Facts, route: ObjectOf, names: readonly string[]): Ternary {
    const rules = readList(route.inputs, "spec", "rules");
    const byRules = allOf(
        rules.map((rule) =>
            isUnknown(rule)
                ? "unknown"
                : someIn(rule, ["filters"], (filter) =>
                      setsHeader(filter, ["responseHeaderModifier"], names),
                  ),
        ),
    );
    return anyOf([
        rules.length === 0 ? false : byRules,
        applies(facts, "ClientTrafficPolicy", route, ({ inputs }) =>
            setsHeader(inputs, ["spec", "headers", "lateResponseHeaders"], names),
        ),
    ]);
}

interface Guard {
    readonly what: string;
    readonly answer: Ternary;
    readonly wanted: string;
}

function guardsOf(facts: Facts, route: ObjectOf, isPublic: boolean): Guard[] {
    return [
        ...(isPublic
            ? []
            : [
                  {
                      what: "single sign-on",
                      answer: applies(facts, "SecurityPolicy", route, signsOn),
                      wanted: "target it with a SecurityPolicy that has oidc or extAuth and does not fail open, or list it in publicRoutes of trust/access.ts with a reason",
                  },
              ]),
        {
            what: "rate limit",
            answer: applies(facts, "BackendTrafficPolicy", route, hasOne(["rateLimit"])),
            wanted: "target it with a BackendTrafficPolicy that has rateLimit",
        },
        {
            what: "limit on the size of requests",
            answer: applies(
                facts,
                "BackendTrafficPolicy",
                route,
                hasOne(["requestBuffer", "limit"]),
            ),
            wanted: "target it with a BackendTrafficPolicy that has requestBuffer.limit",
        },
        ...HEADERS.map((names) => ({
            what: `header ${names.join(" or ")}`,
            answer: sendsHeader(facts, route, names),
            wanted: "set it in a ResponseHeaderModifier or a ClientTrafficPolicy",
        })),
    ];
}

function judgeRoute(facts: Facts, route: ObjectOf, isPublic: boolean): Finding[] {
    const parents = parentsOf(facts, route);
    const served = allOf(parents.map(({ gateway }) => isEnvoy(facts, gateway)));
    if (read(route.inputs, ["spec", "parentRefs"]).state === "unknown") {
        return [notJudged(route, "its Gateway is known only at the update")];
    }
    if (served !== true) {
        const message =
            "its Gateway is not of Envoy Gateway, whose policies are the ones known here";
        return [notJudged(route, message)];
    }
    return guardsOf(facts, route, isPublic).flatMap(({ what, answer, wanted }) =>
        answer === true
            ? []
            : answer === "unknown"
              ? [notJudged(route, `whether it has a ${what} is known only at the update`)]
              : [violated(route, `it has no ${what}; ${wanted}`)],
    );
}

/**
 * SEC-10.
 *
 * @param open routes that need no sign-on, with the reason
 */
export function routeExposure(open: Readonly<Record<string, string>>): StackCriterion {
    return {
        id: "SEC-10",
        name: "sec-10-guarded-routes",
        description:
            "Checks that every route and Ingress is behind single sign-on or listed as public, and has a rate limit, a size limit and security headers, and that no Service takes the traffic of other addresses past them.",
        severity: "high",
        remediation:
            "Target the route or its Gateway with a SecurityPolicy, a BackendTrafficPolicy and a ClientTrafficPolicy.",
        judgeStack: (facts) => {
            // A route that only sends people to https answers nothing itself.
            const routes = routesOf(facts).filter(
                (route) => isFromOutside(route) && redirects(route) !== true,
            );
            const ingresses = facts.objects("networking.k8s.io", "Ingress");
            const past = judgeExternalAddresses(facts);
            return {
                subjects: routes.length + ingresses.length + past.subjects,
                judged: [...routes, ...ingresses, ...past.judged],
                findings: [
                    ...routes.flatMap((route) => judgeRoute(facts, route, route.key in open)),
                    ...ingresses.flatMap((ingress) =>
                        judgeIngressExposure(facts, ingress, ingress.key in open),
                    ),
                    ...past.findings,
                ],
            };
        },
    };
}

/** With the routes that the pack allows. */
export const exposure = routeExposure(publicRoutes);
