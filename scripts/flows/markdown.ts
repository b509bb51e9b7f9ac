/** `docs/flows.md`: an explanation, the matrix between namespaces, and every flow with its reason. */
import type { FlowEnd, Group, NamespaceInfo } from "./ends";
import type { FlowMap } from "./flow-map";
import { linksOf, type LinkPort } from "./links";
import { textOf } from "./ports";
import { type Row, rowsOf, type Side } from "./rows";
import { summaryOf } from "./summary";

/** Text that Markdown must not read as markup. */
export function escapeMarkdown(text: string): string {
    return text.replace(/\s+/g, " ").replace(/[\\`*<>|[\]]/g, "\\$&");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function list(items: readonly string[]): string {
    const last = items.at(-1) ?? "";
    return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

function showPorts(ports: readonly LinkPort[]): string {
    return ports.map(({ text, isNeeded }) => (isNeeded ? `**${text}**` : text)).join(", ");
}

/** Some groups of a namespace in few words. */
function showGroups(
    own: readonly Group[],
    { name, groups }: NamespaceInfo,
    prefix: string,
): string {
    const missing = groups.filter((group) => !own.includes(group));
    const where = prefix === "" ? "" : ` of ${name}`;
    if (groups.length > 1 && missing.length === 0) {
        return `every pod${where}`;
    }
    if (missing.length < 3 && own.length > 2 * missing.length + 2) {
        return `every pod${where} but ${list(missing.map((group) => escapeMarkdown(group.name)))}`;
    }
    return own.map((group) => `${prefix}${escapeMarkdown(group.name)}`).join(", ");
}

function showEnds(ends: readonly FlowEnd[], map: FlowMap, home: string): string {
    const groups = ends.filter((end) => end.kind === "pods");
    const outside = ends
        .filter((end) => end.kind === "outside")
        .map(({ id }) => escapeMarkdown(id));
    const present = map.namespaces
        .map((info) => ({ info, own: groups.filter(({ namespace }) => namespace === info.name) }))
        .filter(({ own }) => own.length > 0);
    const whole = present.filter(({ info, own }) => own.length === info.groups.length);
    // A long list of namespaces is shorter without the names of their pods.
    const short = whole.length > 2 ? whole : [];
    return [
        ...(short.length > 0 ? [`every pod of ${list(short.map(({ info }) => info.name))}`] : []),
        ...present
            .filter((item) => !short.includes(item))
            .map(({ info, own }) =>
                showGroups(own, info, info.name === home ? "" : `${info.name}/`),
            ),
        ...outside,
    ].join(", ");
}

/** A policy without its namespace, and the flow in it that is meant. */
function showPolicy(text: string): string {
    const [key = "", ...flow] = text.split(" ");
    const [kind = "", ...rest] = key.split("/");
    const name = rest.at(-1) ?? "";
    const policy = kind === "NetworkPolicy" ? `\`${name}\`` : `\`${kind}/${name}\``;
    return [policy, ...flow.map(escapeMarkdown)].join(" ");
}

const HEADINGS: Readonly<Record<Side, string>> = { in: "In", out: "Out", inside: "Inside" };

function showSide(map: FlowMap, { name }: NamespaceInfo, side: Side): string[] {
    const rows = rowsOf(map.flows, name, side);
    const cells = ({ from, to, ports, reasons, policies }: Row) => [
        showEnds(from, map, name),
        showEnds(to, map, name),
        showPorts(ports),
        reasons.map(escapeMarkdown).join("; ") || "only declared",
        policies.map(showPolicy).join(", ") || "none governs it",
    ];
    const head = ["From", "To", "Ports", "What for", "Allowed by"];
    return rows.length === 0 ? [] : [`**${HEADINGS[side]}**`, table(head, rows.map(cells))];
}

function showNamespace(map: FlowMap, info: NamespaceInfo): string[] {
    const { name, layer, tier, groups } = info;
    const facts = [
        ...(layer === undefined ? [] : [`Layer ${layer}`]),
        ...(tier === undefined ? [] : [`tier ${tier}`]),
    ].join(", ");
    const pods = groups.map((group) => escapeMarkdown(group.name)).join(", ");
    return [
        `### ${name}`,
        `${facts === "" ? "Not declared by the stack" : facts}. Pods: ${pods}.`,
        ...(["in", "out", "inside"] as const).flatMap((side) => showSide(map, info, side)),
    ];
}

const MOST_PORTS = 4;

function matrix(map: FlowMap): string {
    const links = linksOf(map);
    const names = new Set(links.flatMap(({ from, to }) => [from, to]));
    const own = map.namespaces.map(({ name }) => name).filter((name) => names.has(name));
    const order = [...own, ...[...names].filter((name) => !own.includes(name)).sort()];
    const columns = order.filter((name) =>
        links.some(({ from, to }) => to === name && from !== to),
    );
    const cell = (row: string, column: string) => {
        const { ports = [] } = links.find(({ from, to }) => from === row && to === column) ?? {};
        const more = ports.length > MOST_PORTS ? [`${ports.length - MOST_PORTS} more`] : [];
        return [showPorts(ports.slice(0, MOST_PORTS)), ...more].join(", ");
    };
    const rows = order
        .filter((name) => links.some(({ from }) => from === name))
        .map((row) => [`**${row}**`, ...columns.map((column) => cell(row, column))]);
    return table(["from \\ to", ...columns], rows);
}

function refusals({ refused, open }: FlowMap): string[] {
    const lines = refused.map(({ from, to, port, reason, isUnknown }) => {
        const answer = isUnknown ? "known only at the update" : "refused";
        return `- ${escapeMarkdown(`${from.id} to ${to.id} on ${textOf(port)} (${reason})`)}: ${answer}`;
    });
    return [
        ...(lines.length > 0 ? ["## Needed and not allowed", lines.join("\n")] : []),
        ...(open.length > 0
            ? [
                  "## Open",
                  "No policy governs these pods in at least one direction, so more gets through than is listed here:",
                  open.map((id) => `- ${escapeMarkdown(id)}`).join("\n"),
              ]
            : []),
    ];
}

function explanation({ stack, onNodes }: FlowMap): string[] {
    return [
        `Who can reach whom in the ${stack} stack, computed from what it declares, before anything exists. Written by \`make flows\`; do not edit.`,
        "![The flows between namespaces and to what is outside](flows.svg)",
        [
            "- **A flow** gets through when a policy at its source lets it out and a policy at its destination lets it in. What is not listed is denied. Replies need no policy, and the node that a pod runs on always reaches it, so probes are not listed.",
            "- **A group** is all pods of a namespace that carry the same labels: no policy can tell them apart. It has the name of what makes the pods.",
            "- **Bold ports are needed**: a name to resolve, a role in the Kubernetes API, a webhook, a route, a Service or address in a variable or argument, what an operator does with its pods. The others are only declared: nothing in the stack says what for, as with a webhook that its controller registers while it runs. Ports are TCP unless they say otherwise.",
            "- The port of [the mesh](mesh.md), 15008, is open beside each TCP port between two of its members, and left out here.",
            `- **Outside of the pod network** are the API server (the control planes and their virtual IP), the nodes (the whole network that they are in), the Gateway, the internet and single addresses. No policy governs what runs on the network of a node; to all others it is the node: ${list(onNodes.map(escapeMarkdown)) || "nothing in this stack"}.`,
        ].join("\n"),
    ];
}

/** Writes the document. */
export function flowsMarkdown(map: FlowMap): string {
    return `${[
        "# Network flows",
        ...explanation(map),
        `${summaryOf(map)}.`,
        ...refusals(map),
        "## Between namespaces",
        matrix(map),
        "## By namespace",
        "Each list names the policies of the namespace itself, and in brackets the flow: the annotation `platform/flows` lists the flows of a policy in the order of its rules. Those of the other end stand in its own list.",
        ...map.namespaces.flatMap((info) => showNamespace(map, info)),
    ].join("\n\n")}\n`;
}
