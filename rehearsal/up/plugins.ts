/** Whether this machine has the Pulumi CLI and the providers that a whole update needs. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../components/base/helm";
import { findPulumi } from "../../preview/engine/toolchain";

/** Packages whose SDK names the plugin and its release. */
const PACKAGES = [
    "@muhlba91/pulumi-proxmoxve",
    "@pulumi/kubernetes",
    "@pulumi/random",
    "@pulumiverse/talos",
];

interface Plugin {
    readonly name: string;
    readonly version: string;
}

const root = path.join(__dirname, "..", "..");

function pluginOf(name: string): Plugin {
    const file = path.join(root, "node_modules", name, "package.json");
    const content = JSON.parse(fs.readFileSync(file, "utf8")) as {
        version: string;
        pulumi?: { name?: string; version?: string };
    };
    return {
        name: content.pulumi?.name ?? name.split("/").at(-1) ?? name,
        version: (content.pulumi?.version ?? content.version).replace(/^v/, ""),
    };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a plugin is on the PATH, or where the CLI keeps those that it has fetched. */
function isThere({ name, version }: Plugin, { PATH = "", PULUMI_HOME }: Environment): boolean {
    const home = PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
    return (
        findExecutable(`pulumi-resource-${name}`, PATH.split(path.delimiter)) !== undefined ||
        fs.existsSync(path.join(home, "plugins", `resource-${name}-v${version}`))
    );
}

/** What is missing, in a sentence; undefined when everything is there. */
export function missingTools(environment: Environment = process.env): string | undefined {
    if (findPulumi(environment) === undefined) {
        return "there is no pulumi on the PATH (https://www.pulumi.com/docs/install/)";
    }
    const missing = PACKAGES.map(pluginOf).filter((plugin) => !isThere(plugin, environment));
    return missing.length === 0
        ? undefined
        : `the CLI has no plugin ${missing.map(({ name, version }) => `${name} ${version}`).join(", ")}: pulumi install`;
}

/** The talosctl that the operations find first; without one they fetch or build theirs. */
export function talosctlOf({ PATH = "" }: Environment): string | undefined {
    return findExecutable("talosctl", PATH.split(path.delimiter));
}
