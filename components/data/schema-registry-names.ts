/** How the registry of schemas is called, for those who ask it and those who look after it. Pure. */
import { apicurioLabels, apicurioPorts } from "../../operators/apicurio";

/** Namespace of the registry and of its operator, and name of the registry in it. */
export const SCHEMA_REGISTRY = "schema-registry";

/** Pods of the operator (apicurio-registry v3.3.1: operator/install/apicurio-registry-operator-3.3.1.yaml). */
export const apicurioOperatorPods = {
    app: "apicurio-registry-operator",
    "app.kubernetes.io/component": "operator",
} as const;
export const registryPods = apicurioLabels(SCHEMA_REGISTRY, "app");
export const registryPagePods = apicurioLabels(SCHEMA_REGISTRY, "ui");
export const registryPorts = apicurioPorts;

/** Services that the operator makes (ResourceFactory.java, getDefaultResource). */
export const registryService = `${SCHEMA_REGISTRY}-app-service`;
export const registryPageService = `${SCHEMA_REGISTRY}-ui-service`;

/** Address of the API that clients of Confluent's registry know, from every namespace. */
export const registryUrl = `http://${registryService}.${SCHEMA_REGISTRY}.svc:${registryPorts.http}/apis/ccompat/v7`;

/** What a new version of a schema must be to those before it, in the words of the API. */
export const compatibilities = [
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
    "NONE",
] as const;
export type Compatibility = (typeof compatibilities)[number];
