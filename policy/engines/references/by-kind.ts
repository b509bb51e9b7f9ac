/**
 * References that only some kinds have, each where its API puts it: kinds of the API server and of the
 * Gateway API. What custom resources name, their rooms in operators/ say.
 */
import { pluginSecretAnnotations } from "../../../operators/cloudnative-pg-labels";
import type { ObjectOf } from "../../kernel/facts";
import { isUnknown, readLabels, readString } from "../../kernel/tree";
import { gateway, ingress, route, ROUTES } from "./by-route";
import { storageClass } from "./by-storage";
import { servedNames } from "./served-names";
import { CORE_SERVICE, type Finder, type Reference } from "./resolve";
import { fieldOf, namedObject, valuesAt } from "./values";

const RBAC = "rbac.authorization.k8s.io";

const binding: Finder = (fact) => {
    const own = fact.object.namespace ?? "";
    const roles = valuesAt(fact.inputs, ["roleRef"]).map((role): Reference => {
        const defaults = { group: RBAC, kind: "ClusterRole", namespace: own };
        return { fact, where: "roleRef", ...namedObject(role, defaults) };
    });
    const subjects = valuesAt(fact.inputs, ["subjects[]"])
        .map((subject) => ({ subject, kind: fieldOf(subject, "kind") }))
        .filter(({ kind }) => kind === "ServiceAccount" || isUnknown(kind))
        .map(({ subject, kind }): Reference => ({
            fact,
            where: "a subject",
            kind: "/ServiceAccount",
            namespace: fieldOf(subject, "namespace") ?? own,
            name: isUnknown(kind) ? kind : fieldOf(subject, "name"),
        }));
    return [...roles, ...subjects];
};

/** Services that the API server calls; 443 is the default of the API. */
function called(fact: ObjectOf, where: string, services: readonly unknown[]): Reference[] {
    return services.map((service) => ({
        fact,
        where,
        kind: CORE_SERVICE,
        namespace: fieldOf(service, "namespace") ?? fact.object.namespace ?? "",
        name: fieldOf(service, "name"),
        port: fieldOf(service, "port") ?? 443,
    }));
}

const webhooks: Finder = (fact) =>
    valuesAt(fact.inputs, ["webhooks[]"]).flatMap((webhook) =>
        called(
            fact,
            `webhook ${readString(webhook, "name") ?? "?"}`,
            valuesAt(webhook, ["clientConfig", "service"]),
        ),
    );

const conversion: Finder = (fact) =>
    called(
        fact,
        "the conversion webhook",
        valuesAt(fact.inputs, ["spec", "conversion", "webhook", "clientConfig", "service"]),
    );

const extension: Finder = (fact) =>
    called(fact, "spec.service", valuesAt(fact.inputs, ["spec", "service"]));

/** The table, by `<group>/<Kind>`. */
const FINDERS: Readonly<Record<string, Finder>> = {
    [`${RBAC}/RoleBinding`]: binding,
    [`${RBAC}/ClusterRoleBinding`]: binding,
    "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhooks,
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhooks,
    "apiextensions.k8s.io/CustomResourceDefinition": conversion,
    "apiregistration.k8s.io/APIService": extension,
    "storage.k8s.io/StorageClass": storageClass,
    ...Object.fromEntries(ROUTES.map((kind) => [`gateway.networking.k8s.io/${kind}`, route])),
    "gateway.networking.k8s.io/Gateway": gateway,
    "networking.k8s.io/Ingress": ingress,
};

/** The namespace that an object is in. */
const home: Finder = (fact) => {
    const { namespace } = fact.object;
    return namespace === undefined
        ? []
        : [
              {
                  fact,
                  where: "metadata.namespace",
                  kind: "/Namespace",
                  namespace: "",
                  name: namespace,
              },
          ];
};

/** Every reference of an object that only its kind has. */
export const ofKind: Finder = (fact) => [
    ...(FINDERS[`${fact.object.group}/${fact.object.kind}`]?.(fact) ?? []),
    ...servedNames(fact),
    ...annotations(fact),
    ...home(fact),
];

/** What annotations of cert-manager name on any object, and those of CloudNativePG. */
function annotations(fact: ObjectOf): Reference[] {
    const found = readLabels(fact.inputs, "metadata", "annotations");
    const own = fact.object.namespace ?? "";
    const named = (key: string, kind: string, group = "cert-manager.io"): Reference[] => {
        const value = found[`${group}/${key}`];
        if (value === undefined) {
            return [];
        }
        const [first = "", second] = value.split("/");
        const [namespace, name] = second === undefined ? [own, first] : [first, second];
        return [{ fact, where: `annotation ${key}`, kind, namespace, name }];
    };
    return [
        ...named("inject-ca-from", "cert-manager.io/Certificate"),
        ...named("inject-ca-from-secret", "/Secret"),
        ...named("issuer", "cert-manager.io/Issuer"),
        ...named("cluster-issuer", "cert-manager.io/ClusterIssuer"),
        ...pluginSecretAnnotations.flatMap((annotation) => {
            const [group, key = ""] = annotation.split("/");
            return named(key, "/Secret", group);
        }),
    ];
}
