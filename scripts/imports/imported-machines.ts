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

/** A resource of a state as it is, but for a machine that was imported: with what the program says of it. */
export function asProgrammed(resource: Tree, recorded: readonly StackResource[]): Tree {
    const { type, urn, importID, outputs } = resource;
    const wanted = recorded.find((one) => one.urn === urn)?.inputs;
    if (type !== TYPE || importID === undefined || wanted === undefined || !isRecord(outputs)) {
        return resource;
    }
    const read = Object.entries(outputs).filter(([name]) => name !== BRIDGE);
    const own = Object.entries(wanted).filter(([name]) => OF_THE_PROVIDER.includes(name));
    const agents = [outputs.agent, wanted.agent].filter(isRecord);
    return {
        ...resource,
        outputs: {
            watchdog: WATCHDOG,
            ...Object.fromEntries([...read, ...own]),
            ...(agents.length === 0 ? {} : { agent: Object.assign({}, ...agents) as Tree }),
        },
    };
}
