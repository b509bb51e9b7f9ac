/** The template by which people order a tenant: a file in the repository of the stack. Pure. */
import type { Entity } from "./backstage-catalog";

/** The repository in which the stack's files are. */
export interface OrderRepository {
    readonly owner: string;
    readonly name: string;
}

/** Name of the file beside the template; its last name is that of the tenant. */
export const TENANT_FILE = "tenant.yaml";

/** What is written, with what somebody filled in (scaffolder: `fetch:template`, Nunjucks). */
export const tenantFile = [
    "# Ordered in the portal by ${{ values.orderedBy }}.",
    "name: ${{ values.name }}",
    "kind: ${{ values.kind }}",
    "group: ${{ values.group }}",
    "backup: ${{ values.backup }}",
    "costLabel: ${{ values.costLabel }}",
    "",
].join("\n");

/** A value that somebody fills in, in the form of the settings' own (components/tenant-schema.ts). */
const field = (title: string, description: string, pattern: string, most: number) => ({
    title,
    description,
    type: "string",
    pattern,
    maxLength: most,
});

/**
 * The template (backstage.io: "Writing Templates"). It changes nothing: it asks for a change of the
 * repository, and whoever merges it and updates the stack makes the tenant, as by hand.
 */
export function tenantTemplate(
    { owner, name }: OrderRepository,
    { stack, hasVirtualClusters }: { readonly stack: string; readonly hasVirtualClusters: boolean },
): Entity {
    const path = `tenants/${stack}/\${{ parameters.name }}.yaml`;
    const parameter = (of: string) => `\${{ parameters.${of} }}`;
    return {
        apiVersion: "scaffolder.backstage.io/v1beta3",
        kind: "Template",
        metadata: {
            name: "tenant",
            title: "Order a place of your own",
            description: `A namespace${hasVirtualClusters ? " or a virtual cluster" : ""} with quota, limits and closed borders, for a group of people`,
        },
        spec: {
            owner: "group:platform-admin",
            type: "resource",
            parameters: [
                {
                    title: "The place",
                    required: ["name", "kind", "group", "costLabel", "backup"],
                    properties: {
                        name: field(
                            "Name",
                            "the namespace is called tenant-<name>",
                            "^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$",
                            20,
                        ),
                        kind: {
                            title: "Kind",
                            type: "string",
                            enum: ["namespace", ...(hasVirtualClusters ? ["virtual-cluster"] : [])],
                            default: "namespace",
                        },
                        group: field(
                            "Group",
                            "the group of the directory whose people may use it",
                            "^[a-z][a-z0-9_-]{0,62}$",
                            63,
                        ),
                        costLabel: field(
                            "Who pays",
                            "a label such as sales-4711",
                            "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
                            63,
                        ),
                        backup: {
                            title: "Backups",
                            description: "0: every six hours, 1: each day, 2: each week",
                            type: "integer",
                            enum: [0, 1, 2],
                            default: 1,
                        },
                    },
                },
            ],
            steps: [
                {
                    id: "write",
                    name: "Write the entry",
                    action: "fetch:template",
                    input: {
                        url: "./skeleton",
                        values: {
                            ...Object.fromEntries(
                                ["name", "kind", "group", "backup", "costLabel"].map((of) => [
                                    of,
                                    parameter(of),
                                ]),
                            ),
                            orderedBy: "${{ user.ref }}",
                        },
                    },
                },
                {
                    id: "place",
                    name: "Give it the name of the tenant",
                    action: "fs:rename",
                    input: { files: [{ from: TENANT_FILE, to: path }] },
                },
                {
                    id: "ask",
                    name: "Ask for the change",
                    action: "publish:github:pull-request",
                    input: {
                        repoUrl: `github.com?owner=${owner}&repo=${name}`,
                        branchName: `tenant-${parameter("name")}`,
                        title: `Tenant ${parameter("name")}`,
                        description: `Ordered in the portal for ${parameter("group")}, paid by ${parameter("costLabel")}.`,
                    },
                },
            ],
            output: {
                links: [{ title: "The change", url: "${{ steps.ask.output.remoteUrl }}" }],
            },
        },
    };
}
