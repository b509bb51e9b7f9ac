/** Routes of the simulated Proxmox that are about the firewall of a machine. Pure. */
import { configOf, ofMachine, type Route } from "./proxmox-route";

/** Of the firewall of a machine. */
export const FIREWALL_ROUTES: readonly Route[] = [
    [
        "GET",
        "/nodes/*/qemu/*/firewall/options",
        (context) => numbers(ofMachine(context, "VM.Audit").firewall.options),
    ],
    [
        "PUT",
        "/nodes/*/qemu/*/firewall/options",
        (context) => {
            const { sent, deleted } = configOf(context);
            ofMachine(context, "VM.Config.Network").firewall.setOptions(sent, deleted);
            return null;
        },
    ],
    [
        "GET",
        "/nodes/*/qemu/*/firewall/rules",
        (context) =>
            ofMachine(context, "VM.Audit").firewall.rules.map((rule, pos) => ({
                ...numbers(rule),
                pos,
            })),
    ],
    [
        "POST",
        "/nodes/*/qemu/*/firewall/rules",
        (context) => {
            ofMachine(context, "VM.Config.Network").firewall.addRule(configOf(context).sent);
            return null;
        },
    ],
    [
        "GET",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            const [, , position = ""] = context.at;
            const rule = ofMachine(context, "VM.Audit").firewall.rule(Number(position));
            // A text here, a number in the list (bpg v0.111.1: proxmox/firewall/rules_types.go).
            return { ...numbers(rule), pos: position };
        },
    ],
    [
        "PUT",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            const { sent, deleted } = configOf(context);
            const position = Number(context.at[2]);
            ofMachine(context, "VM.Config.Network").firewall.changeRule(position, sent, deleted);
            return null;
        },
    ],
    [
        "DELETE",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            ofMachine(context, "VM.Config.Network").firewall.removeRule(Number(context.at[2]));
            return null;
        },
    ],
];

const FLAGS = ["enable", "dhcp", "ipfilter", "macfilter", "ndp", "radv"];

function numbers(fields: Readonly<Record<string, string>>): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(fields).map(([key, value]) => [
            key,
            FLAGS.includes(key) ? Number(value) : value,
        ]),
    );
}
