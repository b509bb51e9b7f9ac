/** Small recorded stacks for the tests of comparisons. */
import * as assert from "node:assert/strict";
import { comparePlans, type StackChanges } from "../../../scripts/diff/changes";
import { type Plan, readPlan } from "../../../scripts/diff/plan";

const PREFIX = "urn:pulumi:test::platform::";
export const STACK = `${PREFIX}pulumi:pulumi:Stack::platform-test`;
const PLATFORM = `${PREFIX}platform:base:Platform::platform`;

/** A resource as the document of a preview has it. */
export interface Recorded {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly custom: boolean;
    readonly inputs: object;
    readonly dependsOn: readonly string[];
    readonly protect: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly replaceOnChanges?: readonly string[];
    readonly replaceWith?: readonly string[];
    readonly retainOnDelete?: boolean;
}

/** A system's component. */
export function system(name: string): Recorded {
    const type = "platform:apps:System";
    return {
        urn: `${PREFIX}platform:base:Platform$${type}::${name}`,
        type,
        name,
        parent: PLATFORM,
        custom: false,
        inputs: {},
        dependsOn: [],
        protect: false,
    };
}

/** Something that is made below a system. */
export function made(
    below: string,
    type: string,
    name: string,
    inputs: object,
    options: Partial<Recorded> = {},
): Recorded {
    const { urn: parent } = system(below);
    return {
        urn: `${PREFIX}platform:base:Platform$platform:apps:System$${type}::${below}:${name}`,
        type,
        name: `${below}:${name}`,
        parent,
        custom: true,
        inputs,
        dependsOn: [],
        protect: false,
        ...options,
    };
}

/** An object of Kubernetes below a system. */
export function object(
    below: string,
    apiVersion: string,
    kind: string,
    name: string,
    fields: object = {},
    options: Partial<Recorded> = {},
): Recorded {
    const version = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    const metadata = { name, namespace: below };
    return made(
        below,
        `kubernetes:${version}:${kind}`,
        `${kind}/${below}/${name}`,
        { apiVersion, kind, metadata, ...fields },
        options,
    );
}

/** The document of a preview of resources, with the components around them. */
export function document(resources: readonly Recorded[], more: object = {}) {
    const systems = [...new Set(resources.map(({ parent }) => parent))]
        .filter((parent) => parent.includes("platform:apps:System"))
        .map((parent) => system(parent.split("::").at(-1) ?? ""));
    const stack = {
        ...system("platform-test"),
        urn: STACK,
        type: "pulumi:pulumi:Stack",
        parent: "",
    };
    const platform = {
        ...system("platform"),
        urn: PLATFORM,
        type: "platform:base:Platform",
        parent: STACK,
    };
    return {
        stack: "test",
        resources: [stack, platform, ...systems, ...resources],
        charts: [],
        policies: [],
        violations: [],
        exceptions: [],
        scorecard: { categories: [], criteria: [] },
        ...more,
    };
}

/** A plan of resources. */
export function plan(resources: readonly Recorded[], more: object = {}): Plan {
    const read = readPlan(JSON.parse(JSON.stringify(document(resources, more))));
    assert.ok(read);
    return read;
}

/** What changes from some resources to others. */
export function changesOf(before: readonly Recorded[], after: readonly Recorded[]): StackChanges {
    return comparePlans(plan(before), plan(after), () => undefined);
}
