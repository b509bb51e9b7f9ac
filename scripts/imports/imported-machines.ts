/**
 * What an import does not read of a machine, because Proxmox has no place for it: an update would write it
 * into the state, and restart the machine where an update may (bpg/terraform-provider-proxmox v0.111.1,
 * proxmoxtf/resource/vm/vm.go: each change of `agent` or `watchdog` asks for a restart). Pure.
 */
import { isRecord } from "../../components/base/object";
import type { StackResource } from "../../preview/recorded-stack";

const TYPE = "proxmoxve:index/vmLegacy:VmLegacy";
/** How the bridge would read the outputs back; without it, it goes by the schema. */
const BRIDGE = "__pulumi_raw_state_delta";
/** What only the provider knows, by name (`setDefaultIfNotExists`). */
const OF_THE_PROVIDER = [
    "migrate",
    "stopOnDestroy",
    "purgeOnDestroy",
    "deleteUnreferencedDisksOnDestroy",
    "rebootAfterUpdate",
    "rebootAfterCreation",
];
/** A machine without one, as a new machine is written down. */
const WATCHDOG = { action: "none", enabled: false, model: "i6300esb" };

type Tree = Readonly<Record<string, unknown>>;

/** Whether a machine was imported: one that was made has all that the program says of its agent. */
function isImported(read: unknown, wanted: unknown): boolean {
    const known = isRecord(read) ? read : {};
    return isRecord(wanted) && Object.keys(wanted).some((name) => (known[name] ?? null) === null);
}

/** A resource of a state as it is, but for a machine that was imported: with what the program says of it. */
export function asProgrammed(resource: Tree, recorded: readonly StackResource[]): Tree {
    const { type, urn, outputs } = resource;
    if (type !== TYPE) {
        return resource;
    }
    const wanted = recorded.find((one) => one.urn === urn)?.inputs;
    if (wanted === undefined || !isRecord(outputs) || !isImported(outputs.agent, wanted.agent)) {
        return resource;
    }
    const own = Object.entries(wanted).filter(([name]) => OF_THE_PROVIDER.includes(name));
    const read = Object.entries(outputs).filter(
        ([name, value]) => name !== BRIDGE && !(name === "watchdog" && value === null),
    );
    const agents = [outputs.agent, wanted.agent].filter(isRecord);
    return {
        ...resource,
        outputs: {
            watchdog: WATCHDOG,
            ...Object.fromEntries([...read, ...own]),
            agent: Object.assign({}, ...agents) as Tree,
        },
    };
}
