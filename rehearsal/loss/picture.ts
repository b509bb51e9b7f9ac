/** Losses as one picture: a line per Service, from the silence on. Self-contained SVG. Pure. */
import { plural } from "../../preview/scorecard/judged";
import type { ServiceOutcome } from "./outcome";
import type { Loss } from "./loss";
import type { ReadyStep } from "./timeline";

/** Pixels. */
const WIDTH = 1080;
const LABELS = 400;
/** Letters of a label. */
const LETTERS = 52;
const RIGHT = 20;
const ROW = 18;
const HEADER = 58;
const AXIS = 24;
const TOP = 84;
/** A piece narrower than this has no room for its number. */
const ROOM = 30;
/** Seconds between two marks of the axis. */
const MARKS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const MOST_MARKS = 10;

const STYLE = `
svg { font: 12px system-ui, sans-serif; background: #ffffff; }
text { fill: #1f2328; }
.dim { fill: #59636e; }
.title { font-size: 18px; font-weight: 600; }
.lost { font-size: 14px; font-weight: 600; }
.critical { font-weight: 600; }
.grid { stroke: #d1d9e0; }
.notice { stroke: #59636e; stroke-dasharray: 3 3; }
.all { fill: #aadfb5; } .fewer { fill: #f2d478; } .none { fill: #d1242f; }
.in { font-size: 11px; text-anchor: middle; fill: #1f2328; }
.in.none { fill: #ffffff; }
.at { text-anchor: middle; }
@media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #e6edf3; }
    .dim { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .notice { stroke: #9198a1; }
    .all { fill: #1b5e32; } .fewer { fill: #7a5b06; } .none { fill: #da3633; }
    .in { fill: #e6edf3; } .in.none { fill: #ffffff; }
}`;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
    return text.replace(/[&<>]/g, (character) => escapes[character] ?? character);
}

/** Without the digits that no eye sees, so that equal data give equal pictures. */
const px = (value: number) => String(Math.round(value * 10) / 10);

/** Services of the same pods that fared alike: one row. */
interface Row extends ServiceOutcome {
    readonly label: string;
}

function shownSteps({ steps }: ServiceOutcome): ReadyStep[] {
    return steps.filter(({ ready }, index) => index === 0 || ready !== steps[index - 1]?.ready);
}

/** A row for each course; who lost more comes first. */
function rowsOf({ services }: Loss): Row[] {
    const alike = new Map<string, ServiceOutcome[]>();
    for (const service of services.filter(({ minimumReady, before }) => minimumReady < before)) {
        const { workloads, before } = service;
        const course = shownSteps(service).map(({ at, ready }) => [at.toFixed(0), ready]);
        const key = JSON.stringify([workloads, before, course]);
        alike.set(key, [...(alike.get(key) ?? []), service]);
    }
    return [...alike.values()]
        .flatMap(([first, ...others]): Row[] =>
            first === undefined
                ? []
                : [
                      {
                          ...first,
                          label: `${first.name}${others.length > 0 ? ` and ${others.length} more` : ""}`,
                      },
                  ],
        )
        .sort(
            (one, other) =>
                other.secondsWithoutEndpoint - one.secondsWithoutEndpoint ||
                one.label.localeCompare(other.label, "en"),
        );
}

/** The distance between two marks of an axis so long. */
function markEvery(end: number): number {
    return MARKS.find((seconds) => end / seconds <= MOST_MARKS) ?? end;
}

function rowOf(row: Row, y: number, end: number, xOf: (seconds: number) => number): string[] {
    const { label, critical, before, needed } = row;
    const steps = shownSteps(row);
    const name = label.length > LETTERS ? `${label.slice(0, LETTERS - 1)}…` : label;
    return [
        `<text class="${critical ? "critical" : "dim"}" x="${LABELS - 8}" y="${px(y + 13)}" text-anchor="end">${escaped(name)}<title>${escaped(label)}</title></text>`,
        ...steps.flatMap(({ at, ready }, index) => {
            const until = Math.min(steps[index + 1]?.at ?? end, end);
            const from = xOf(at);
            const width = xOf(until) - from;
            const state = ready < needed ? "none" : ready < before ? "fewer" : "all";
            const title = `${label}: ${ready} of ${before} ready from ${at.toFixed(0)} s to ${until.toFixed(0)} s`;
            return [
                `<rect class="${state}" x="${px(from)}" y="${px(y + 2)}" width="${px(Math.max(width, 1))}" height="${ROW - 4}"><title>${escaped(title)}</title></rect>`,
                ...(width >= ROOM
                    ? [
                          `<text class="in ${state}" x="${px(from + width / 2)}" y="${px(y + 13)}">${ready}/${before}</text>`,
                      ]
                    : []),
            ];
        }),
    ];
}

function panel(loss: Loss, top: number, end: number): { lines: string[]; height: number } {
    const rows = rowsOf(loss);
    const xOf = (seconds: number) => LABELS + (seconds / end) * (WIDTH - LABELS - RIGHT);
    const { lost, nodes, services, evicted, moments, unplaced } = loss;
    const untouched = services.filter(({ minimumReady, before }) => minimumReady >= before).length;
    const first = top + HEADER;
    const bottom = first + rows.length * ROW;
    const every = markEvery(end);
    const marks = Array.from({ length: Math.floor(end / every) + 1 }, (_, index) => index * every);
    const noticed = moments.notReady;
    const numbers = [
        `${plural(evicted, "pod")} evicted`,
        `${unplaced.length} without a place`,
        `${plural(untouched, "service")} untouched`,
    ].join(", ");
    return {
        height: HEADER + rows.length * ROW + AXIS + 24,
        lines: [
            `<text class="lost" x="20" y="${px(top + 18)}">${escaped(lost)} lost${nodes.length > 1 ? ` (${escaped(nodes.join(", "))})` : ""}</text>`,
            `<text class="dim" x="20" y="${px(top + 36)}">${escaped(numbers)}</text>`,
            ...marks.map(
                (seconds) =>
                    `<line class="grid" x1="${px(xOf(seconds))}" x2="${px(xOf(seconds))}" y1="${px(first)}" y2="${px(bottom)}"/>`,
            ),
            ...rows.flatMap((row, index) => rowOf(row, first + index * ROW, end, xOf)),
            ...(noticed === undefined
                ? []
                : [
                      `<line class="notice" x1="${px(xOf(noticed))}" x2="${px(xOf(noticed))}" y1="${px(first - 4)}" y2="${px(bottom)}"/>`,
                      `<text class="dim at" x="${px(xOf(noticed))}" y="${px(first - 8)}">NotReady</text>`,
                  ]),
            ...marks.map(
                (seconds) =>
                    `<text class="dim at" x="${px(xOf(seconds))}" y="${px(bottom + 16)}">${seconds} s</text>`,
            ),
        ],
    };
}

function legend(): string[] {
    const entries = [
        ["all", "all endpoints ready"],
        ["fewer", "fewer than before"],
        ["none", "fewer than needed"],
    ] as const;
    return entries.map(
        ([state, text], index) =>
            `<rect class="${state}" x="${20 + index * 170}" y="56" width="14" height="14"/><text class="dim" x="${40 + index * 170}" y="67">${text}</text>`,
    );
}

/** The picture; all panels have the same scale. */
export function lossPicture(stack: string, losses: readonly Loss[]): string {
    const end = Math.max(1, ...losses.map(({ moments }) => moments.end));
    const lines: string[] = [];
    let top = TOP;
    for (const loss of losses) {
        const { lines: own, height } = panel(loss, top, end);
        lines.push(...own);
        top += height;
    }
    const isComputed = losses.some(({ computed }) => computed);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img">`,
        `<title>Ready endpoints of ${escaped(stack)} while nodes are lost</title>`,
        `<style>${STYLE}</style>`,
        `<text class="title" x="20" y="30">Ready endpoints of ${escaped(stack)} while nodes are lost</text>`,
        `<text class="dim" x="20" y="48">Seconds since the silence${isComputed ? ", computed from shorter waits" : ", measured"}; an endpoint on a silent node is gone at once. Critical services are bold.</text>`,
        ...legend(),
        ...lines,
        "</svg>",
        "",
    ].join("\n");
}
