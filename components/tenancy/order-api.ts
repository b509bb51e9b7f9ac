/**
 * What people order with: the shape of an entry in `tenants` as a custom resource, and the Promise by
 * which Kratix serves it (kratix ae170e2: api/v1alpha1/{promise,pipeline}_types.go). Pure.
 */
import { z } from "zod";
import { orderNamespace } from "../../operators/kratix";
import { isRecord, type Manifest } from "../base/object";
import { order, tenantNamePattern } from "../tenant-schema";
import { words } from "./order-words";

/** The kind of an order. */
export const orderKind = {
    group: "orders.platform",
    version: "v1",
    kind: "TenantOrder",
    plural: "tenantorders",
    singular: "tenantorder",
} as const;

/** Namespace in which people order, and in which orders are carried out. */
export const ORDERS = orderNamespace;

/** The Promise. */
export const PROMISE = "virtual-cluster";

/** Labels of the place to which Kratix writes. */
export const destinationLabels = { "platform/destination": "orders" } as const;

/** What a schema in a CustomResourceDefinition may say of what the settings' own does. */
const SAID = [
    ...["type", "description", "default", "enum", "pattern", "required"],
    ...["minimum", "maximum", "minLength", "maxLength"],
] as const;

/** The schema of the settings in the form that the API server takes. */
function structural(schema: unknown): Readonly<Record<string, unknown>> {
    if (!isRecord(schema)) {
        return {};
    }
    const { properties } = schema;
    return {
        ...Object.fromEntries(
            SAID.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])),
        ),
        ...(isRecord(properties)
            ? {
                  properties: Object.fromEntries(
                      Object.entries(properties).map(([key, value]) => [key, structural(value)]),
                  ),
              }
            : {}),
    };
}

/** What cannot change, because the namespace would be another one. */
const kept = (what: string) => ({
    rule: "self == oldSelf",
    message: `the ${what} of an order cannot change: delete it and order anew`,
});

/** A word that stands for something may not be said itself: it would be filled in. */
const unspoken = {
    rule: ["self.group", "self.costLabel"]
        .map((field) => `!${field}.matches("${Object.values(words).join("|")}")`)
        .join(" && "),
    message: `group and costLabel hold none of the words ${Object.values(words).join(", ")}`,
};

/** Most letters of a label's value; what a rule reads must end somewhere, or it might take too long. */
const LONGEST = { maxLength: 63 } as const;

function specSchema(): Readonly<Record<string, unknown>> {
    const spec = structural(z.toJSONSchema(order, { io: "input" }));
    const properties = isRecord(spec.properties) ? spec.properties : {};
    const changed = (key: string, change: object) => ({
        ...(isRecord(properties[key]) ? properties[key] : {}),
        ...change,
    });
    const fixed = (key: string, what: string) =>
        changed(key, { "x-kubernetes-validations": [kept(what)] });
    return {
        ...spec,
        properties: {
            ...properties,
            group: changed("group", LONGEST),
            costLabel: changed("costLabel", LONGEST),
            kind: fixed("kind", "kind"),
            backup: fixed("backup", "tier of backups"),
        },
        "x-kubernetes-validations": [unspoken],
    };
}

/** Names and groups that an order cannot have. */
export interface Taken {
    /** Of the tenants of the settings. */
    readonly names: readonly string[];
    /** Theirs, and those of the platform's own people. */
    readonly groups: readonly string[];
}

/** What an order may not take from others. */
const untaken = ({ names, groups }: Taken) => [
    {
        rule: `!(self.metadata.name in ${JSON.stringify(names)})`,
        message: "a tenant of the settings has this name",
    },
    {
        rule: `!(self.spec.group in ${JSON.stringify(groups)})`,
        message: "this group belongs to a tenant of the settings or to the platform",
    },
];

/** The CustomResourceDefinition, which Kratix makes. */
export const orderDefinition = (taken: Taken): Manifest => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${orderKind.plural}.${orderKind.group}` },
    spec: {
        group: orderKind.group,
        scope: "Namespaced",
        names: {
            kind: orderKind.kind,
            plural: orderKind.plural,
            singular: orderKind.singular,
        },
        versions: [
            {
                name: orderKind.version,
                served: true,
                storage: true,
                schema: {
                    openAPIV3Schema: {
                        type: "object",
                        required: ["spec"],
                        properties: {
                            metadata: {
                                type: "object",
                                properties: {
                                    name: {
                                        type: "string",
                                        pattern: tenantNamePattern,
                                    },
                                },
                            },
                            spec: specSchema(),
                        },
                        "x-kubernetes-validations": untaken(taken),
                    },
                },
            },
        ],
    },
});

/** The program that carries an order out. */
export interface PlaceProgram {
    readonly image: string;
    readonly command: readonly string[];
    /** ConfigMap of {@link ORDERS} with it and what it fills in. */
    readonly files: string;
    readonly mountPath: string;
    readonly securityContext: object;
    readonly resources: object;
}

/** The Promise: one program for each order, whose output goes to {@link destinationLabels}. */
export function promise(program: PlaceProgram, taken: Taken): Manifest {
    const { files, mountPath, command, ...container } = program;
    return {
        apiVersion: "platform.kratix.io/v1alpha1",
        kind: "Promise",
        metadata: { name: PROMISE },
        spec: {
            api: orderDefinition(taken),
            destinationSelectors: [{ matchLabels: { ...destinationLabels } }],
            workflows: {
                resource: {
                    configure: [
                        {
                            apiVersion: "platform.kratix.io/v1alpha1",
                            kind: "Pipeline",
                            metadata: { name: "place" },
                            spec: {
                                containers: [
                                    {
                                        name: "place",
                                        ...container,
                                        command: [...command],
                                        imagePullPolicy: "IfNotPresent",
                                        volumeMounts: [
                                            { name: "place", mountPath, readOnly: true },
                                        ],
                                    },
                                ],
                                volumes: [{ name: "place", configMap: { name: files } }],
                            },
                        },
                    ],
                },
            },
        },
    };
}
