/** `docs/platform.md`: every system with what it takes, keeps and is reached by. Pure. */
import { table } from "../documents/tables";
import { byLayer, type Inventory, type InventoryRow } from "./inventory";

const HEADING = [
    "system",
    "purpose",
    "pods that last",
    "cores",
    "GiB",
    "volumes, GiB",
    "host names",
    "backup tier",
    "alerts",
    "asked for by",
];

function number(value: number): string {
    return value === 0 ? "" : String(Math.round(value * 100) / 100);
}

function alerts({ critical, warnings }: InventoryRow): string {
    const counted = [critical > 0 ? `${critical} critical` : "", warnings > 0 ? `${warnings}` : ""];
    return counted.filter((text) => text !== "").join(", ");
}

function cells(row: InventoryRow): string[] {
    const { definition, pods, cores, memory, claims, hosts, tiers } = row;
    return [
        `[${definition.name}](systems.md#${definition.name.toLowerCase()})`,
        definition.purpose,
        pods.join(", "),
        number(cores),
        number(memory),
        number(claims),
        hosts.map((host) => `\`${host}\``).join(", "),
        tiers.join(", "),
        alerts(row),
        definition.origin,
    ];
}

function total(rows: readonly InventoryRow[], of: "cores" | "memory" | "claims"): string {
    return String(Math.round(rows.reduce((sum, row) => sum + row[of], 0) * 10) / 10);
}

/** The document. */
export function inventoryMarkdown(inventory: Inventory): string {
    const { stack, nodes, rows } = inventory;
    const heads = `${total(rows, "cores")} cores and ${total(rows, "memory")} GiB`;
    return [
        "# The platform",
        `Every system, as the stack \`${stack}\` has it; written by \`make inventory\`. ![Every system, by layer](platform.svg)`,
        `The ${rows.length} systems ask for ${heads} on ${nodes} nodes and for ${total(rows, "claims")} GiB of volumes, each copy counted. A pod without a number runs on every node that admits it and is counted on each. Requests are what the scheduler keeps free; what is really used is on the dashboard of recommendations. What a system answers in words is in [systems](systems.md), its switch and settings in [settings](settings.md).`,
        "The last column names what asked for a system: the number of one of the five documents that define the platform and the section there, with what it says.",
        ...byLayer(inventory).flatMap(([layer, own]) => [
            `## ${layer}`,
            table(HEADING, own.map(cells)),
        ]),
        "",
    ].join("\n\n");
}
