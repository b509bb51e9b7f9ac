/**
 * Resources of containers that an operator makes, where it is told of them by arguments or by a
 * ConfigMap and not by a custom resource. What is not said has the operator's own default. Pure.
 */
import * as yaml from "js-yaml";
import { isTree, listAt, treeAt } from "./values";
import type { Tree } from "./resource";

/** A container that an operator will make, and what it will give it. */
export interface HandedContainer {
    readonly container: string;
    /** As in a container: `requests` and `limits`. */
    readonly resources: Tree;
}

type Field = "requests" | "limits";
type Amounts = Record<Field, Record<string, unknown>>;

/** Arguments that together say what one container gets. */
interface Family {
    readonly container: string;
    /** Groups `field` and `resource`; without a field it means both. */
    readonly argument: RegExp;
    readonly defaults: Readonly<Record<Field, Readonly<Record<string, string>>>>;
    /** The operator leaves out what is zero. */
    readonly zeroIsNone?: true;
}

/** cert-manager v1.21: `pkg/apis/config/controller/v1alpha1/defaults.go`. */
const SOLVER: Family = {
    container: "acmesolver",
    argument: /^acme-http01-solver-resource-(?<field>request|limits)-(?<resource>cpu|memory)$/,
    defaults: {
        requests: { cpu: "10m", memory: "64Mi" },
        limits: { cpu: "100m", memory: "64Mi" },
    },
};
const FAMILIES: readonly Family[] = [
    SOLVER,
    {
        // prometheus-operator v0.85: `cmd/operator/main.go`, where 0 means none.
        container: "config-reloader",
        argument: /^config-reloader-(?<resource>cpu|memory)(?:-(?<field>request|limit))?$/,
        defaults: {
            requests: { cpu: "10m", memory: "50Mi" },
            limits: { cpu: "10m", memory: "50Mi" },
        },
        zeroIsNone: true,
    },
];

function withDefaults(
    { container, defaults, zeroIsNone }: Family,
    given: readonly (readonly [field: string | undefined, resource: string, value: unknown])[],
): HandedContainer {
    const resources: Amounts = {
        requests: { ...defaults.requests },
        limits: { ...defaults.limits },
    };
    for (const [field, resource, value] of given) {
        if (!field?.startsWith("limit")) {
            resources.requests[resource] = value;
        }
        if (!field?.startsWith("request")) {
            resources.limits[resource] = value;
        }
    }
    const left = (amounts: Tree): Tree =>
        Object.fromEntries(
            Object.entries(amounts).filter(([, value]) => zeroIsNone !== true || value !== "0"),
        );
    return {
        container,
        resources: { requests: left(resources.requests), limits: left(resources.limits) },
    };
}

/** Containers whose resources an operator's arguments name. */
export function resourcesByArguments(
    given: readonly { readonly name: string; readonly value: unknown }[],
): HandedContainer[] {
    return FAMILIES.flatMap((family) => {
        const amounts = given.flatMap(({ name, value }) => {
            const { field, resource } = family.argument.exec(name)?.groups ?? {};
            return resource === undefined ? [] : [[field, resource, value] as const];
        });
        return amounts.length === 0 ? [] : [withDefaults(family, amounts)];
    });
}

/** Rook's `CSI_RBD_PROVISIONER_RESOURCE` and its siblings: a list of name and resource. */
const LIST_KEY = /^CSI_[A-Z_]+_RESOURCE$/;

function parsed(text: string): unknown {
    try {
        return yaml.load(text);
    } catch {
        return undefined;
    }
}

/** cert-manager's file of the same settings. */
function solverOf(file: Tree): HandedContainer[] {
    if (!String(file.apiVersion).startsWith("controller.config.cert-manager.io/")) {
        return [];
    }
    const settings = treeAt(file, "acmeHTTP01Config");
    const given = (["Request", "Limits"] as const).flatMap((field) =>
        (["CPU", "Memory"] as const).flatMap((resource) => {
            const value = settings[`solverResource${field}${resource}`];
            return value === undefined
                ? []
                : [[field.toLowerCase(), resource.toLowerCase(), value] as const];
        }),
    );
    return given.length === 0 ? [] : [withDefaults(SOLVER, given)];
}

/** Whether a key of a ConfigMap, or a variable, tells an operator of resources by its name. */
export function isResourceKey(key: string): boolean {
    return LIST_KEY.test(key);
}

/** Whether a key of a ConfigMap, or a variable, may tell an operator of resources. */
export function mayTellOfResources(key: string, value: string): boolean {
    return isResourceKey(key) || value.includes("controller.config.cert-manager.io/");
}

/** Containers whose resources a key of a ConfigMap names; of a list that cannot be read, none. */
export function resourcesInKey(key: string, value: string): HandedContainer[] {
    const tree = parsed(value);
    if (isResourceKey(key) && Array.isArray(tree)) {
        return listAt({ tree }, "tree")
            .filter(isTree)
            .map((entry) => ({
                container: String(entry.name),
                resources: treeAt(entry, "resource"),
            }));
    }
    return isTree(tree) ? solverOf(tree) : [];
}
