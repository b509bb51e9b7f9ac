import type { Stage } from "./stage";

/** One scenario. */
export interface Scenario {
    readonly name: string;
    /** What it shows, as a sentence. */
    readonly shows: string;
    /** It begins with an empty Proxmox of its own. */
    readonly alone?: boolean;
    /** Without a talosctl on the PATH it is left out. */
    readonly needsTalosctl?: boolean;
    readonly run: (stage: Stage) => Promise<void>;
}
