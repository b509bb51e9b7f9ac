/**
 * What an audit policy logs: the first rule that matches a request decides, and no rule means
 * nothing (kubernetes v1.36: apiserver/pkg/audit/policy/checker.go).
 */
import { read, readList, readString } from "../../../kernel/tree";

/** Something that somebody may do, of which a log must know. */
interface Deed {
    readonly what: string;
    readonly verb: string;
    readonly group: string;
    /** With the subresource after a slash. */
    readonly resource: string;
}

const DEEDS: readonly Deed[] = [
    { what: "who reads Secrets", verb: "get", group: "", resource: "secrets" },
    { what: "who makes pods", verb: "create", group: "", resource: "pods" },
    { what: "who runs commands in pods", verb: "create", group: "", resource: "pods/exec" },
    {
        what: "who gives rights away",
        verb: "create",
        group: "rbac.authorization.k8s.io",
        resource: "clusterrolebindings",
    },
    { what: "who deletes workloads", verb: "delete", group: "apps", resource: "deployments" },
];

/** A person, in a namespace of whom no rule knows. */
const USER = { name: "somebody", groups: ["system:authenticated"] };

function has(rule: unknown, field: string, isOne: (value: string) => boolean): boolean {
    const list = readList(rule, field).map(String);
    return list.length === 0 || list.some(isOne);
}

function isMet(pattern: string, resource: string): boolean {
    const [kind, sub] = resource.split("/");
    return (
        pattern === resource ||
        pattern === "*" ||
        pattern === `${kind ?? ""}/*` ||
        (sub !== undefined && pattern === `*/${sub}`)
    );
}

function matches(rule: unknown, { verb, group, resource }: Deed): boolean {
    const resources = readList(rule, "resources");
    const paths = readList(rule, "nonResourceURLs");
    const isMeant = resources.some(
        (entry) =>
            (readString(entry, "group") ?? "") === group &&
            readList(entry, "resourceNames").length === 0 &&
            has(entry, "resources", (pattern) => isMet(pattern, resource)),
    );
    return (
        has(rule, "verbs", (value) => value === verb) &&
        has(rule, "users", (value) => value === USER.name) &&
        has(rule, "userGroups", (value) => USER.groups.includes(value)) &&
        readList(rule, "namespaces").length === 0 &&
        (resources.length > 0 ? isMeant : paths.length === 0)
    );
}

/** The first deed that a list of rules does not log; undefined when all are. */
export function unlogged(rules: unknown): string | undefined {
    const list = Array.isArray(rules) ? (rules as unknown[]) : [];
    return DEEDS.find((deed) => {
        const level = read(
            list.find((rule) => matches(rule, deed)),
            ["level"],
        );
        return level.state !== "known" || level.value === "None";
    })?.what;
}
