/**
 * How the API server knows people: by an AuthenticationConfiguration or by the older flags. Whoever
 * may choose the names of groups without a prefix can choose `system:masters`.
 */
import * as yaml from "js-yaml";
import type { Expectation } from "../../../kernel/expectation";
import { read, readList, readString, readTree, type Tree } from "../../../kernel/tree";

/** Before a name it keeps the names of Kubernetes itself out of reach. */
function isPrefix(value: unknown): boolean {
    return typeof value === "string" && value !== "" && !value.startsWith("system:");
}

/** Whether a mapping puts a prefix before the names; an expression adds a text of its own. */
function isMappedApart(mapping: Tree): boolean {
    const expression = readString(mapping, "expression");
    return expression === undefined
        ? isPrefix(mapping.prefix)
        : [...expression.matchAll(/(['"])((?:(?!\1).)*)\1\s*\+/g)].some(([, , text]) =>
              isPrefix(text),
          );
}

function isIssuerSound(jwt: unknown): boolean {
    const mappings = readTree(jwt, "claimMappings");
    const groups = readTree(mappings, "groups");
    return (
        isMappedApart(readTree(mappings, "username")) &&
        (Object.keys(groups).length === 0 || isMappedApart(groups))
    );
}

/** The path on the machine of a path in the API server's container. */
function hostPath(main: Tree, file: string): string | undefined {
    return readList(main, "cluster", "apiServer", "extraVolumes").flatMap((volume) => {
        const mountPath = (readString(volume, "mountPath") ?? "").replace(/\/$/, "");
        const from = (readString(volume, "hostPath") ?? "").replace(/\/$/, "");
        return mountPath !== "" && file.startsWith(`${mountPath}/`)
            ? [`${from}${file.slice(mountPath.length)}`]
            : [];
    })[0];
}

/** Whether the file is there, and lets nobody in unnamed or under a name of Kubernetes. */
function isSound(main: Tree, file: string): boolean {
    const place = hostPath(main, file);
    const content = readList(main, "machine", "files").find(
        (entry) => place !== undefined && readString(entry, "path") === place,
    );
    let configuration: unknown;
    try {
        configuration = yaml.load(readString(content, "content") ?? "");
    } catch {
        return false;
    }
    return (
        readString(configuration, "kind") === "AuthenticationConfiguration" &&
        // With Talos' own flag beside it the API server would not start.
        read(configuration, ["anonymous"]).state === "absent" &&
        readList(configuration, "jwt").every(isIssuerSound)
    );
}

/** What the sign-on of people must be like, where there is any. */
export function signOn(main: Tree): Expectation[] {
    const flags = readTree(main, "cluster", "apiServer", "extraArgs");
    const flag = (name: string, good: Expectation["good"], wanted: string): Expectation => ({
        what: `apiServer.extraArgs.${name}`,
        reading: read(flags, [name]),
        good,
        wanted,
        absentIsGood: true,
    });
    const prefixed = "set a prefix such as oidc:, or its groups could be Kubernetes' own";
    return [
        flag(
            "authentication-config",
            (value) => isSound(main, String(value)),
            "name the issuers in cluster.issuers, or write the file by machine.files, mount it by extraVolumes, put a prefix before users and groups, and leave anonymous out",
        ),
        flag("oidc-username-prefix", (value) => value !== "-" && isPrefix(value), prefixed),
        flag("oidc-groups-prefix", isPrefix, prefixed),
        ...("oidc-groups-claim" in flags && !("oidc-groups-prefix" in flags)
            ? [flag("oidc-groups-claim", () => false, "set oidc-groups-prefix beside it")]
            : []),
    ];
}
