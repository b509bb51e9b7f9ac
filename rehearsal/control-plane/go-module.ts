/** Reads `go.mod` files as far as the rehearsal needs it. Pure. */

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * The version of a requirement in a `go.mod`, as written there (`v1.35.4`); for the name `go` the
 * language version (`1.26.0`).
 *
 * @throws Error when the file has no such requirement
 */
export function moduleVersion(goMod: string, name: string): string {
    const version = new RegExp(`^\\s*(?:require\\s+)?${escaped(name)} (v?\\d\\S*)`, "m").exec(
        goMod,
    );
    if (version?.[1] === undefined) {
        throw new Error(`go.mod does not require ${name}`);
    }
    return version[1];
}

/** Every `replace` of a `go.mod`: the module's path to the version that takes its place. */
export function replacements(goMod: string): Map<string, string> {
    const lines = goMod.matchAll(/^\s*(?:replace\s+)?(\S+) => (\S+) (v\S+)$/gm);
    return new Map([...lines].map(([, name, , version]) => [name ?? "", version ?? ""]));
}
