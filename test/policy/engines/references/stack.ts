/** Stacks of one namespace as HA-14 alone judges them. */
import { references } from "../../../../policy/criteria/high-availability/references";
import {
    type Inputs,
    judge,
    object,
    type Resource,
    type ResourceOptions,
    type Result,
} from "../../harness";
import { namespace } from "../../objects";
import type { Manifest } from "./rows";

function isResource(item: Manifest | Resource): item is Resource {
    return typeof item.urn === "string";
}

/** Judges the objects beside the Namespace apps. */
export function judged(...manifests: (Manifest | Resource)[]): Promise<Result> {
    const resources = manifests.map((item) => (isResource(item) ? item : object(item)));
    return judge([namespace("apps", { team: "web" }), ...resources], { judgedBy: [references] });
}

/** What HA-14 says against them. */
export async function violations(...manifests: (Manifest | Resource)[]): Promise<string[]> {
    return (await judged(...manifests)).of("HA-14");
}

/** What HA-14 does not know of them. */
export async function unknowns(...manifests: (Manifest | Resource)[]): Promise<string[]> {
    return (await judged(...manifests)).notJudged("HA-14");
}

/** A Deployment `apps/web` with port `http`, 8080, and what is changed in its pods. */
export function web(
    changes: {
        name?: string;
        namespace?: string;
        labels?: unknown;
        pod?: Inputs;
        container?: Inputs;
    } = {},
    options: ResourceOptions = {},
): Resource {
    const { name = "web", namespace: space = "apps", labels = { app: "web" } } = changes;
    const ports = [
        { name: "http", containerPort: 8080 },
        { name: "dns", containerPort: 5353, protocol: "UDP" },
    ];
    return object(
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace: space },
            spec: {
                template: {
                    metadata: { labels },
                    spec: {
                        containers: [{ name: "main", ports, ...changes.container }],
                        ...changes.pod,
                    },
                },
            },
        },
        options,
    );
}
