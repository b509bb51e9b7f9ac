/** Colours of the picture, by layer, for light and dark surroundings. */
import type { Layer } from "../../../components/base/component";

/** What a namespace belongs to; `other` where nothing of the stack declares it. */
export type Hue = Layer | "other";

/** The colours of one scheme. */
export interface Scheme {
    readonly page: string;
    readonly card: string;
    readonly border: string;
    readonly text: string;
    readonly muted: string;
    readonly rail: string;
    readonly layers: Readonly<Record<Hue, string>>;
}

const light: Scheme = {
    page: "#ffffff",
    card: "#ffffff",
    border: "#d1d9e0",
    text: "#1f2328",
    muted: "#59636e",
    rail: "#b7bfc8",
    layers: {
        base: "#475569",
        machines: "#57534e",
        cluster: "#3f3f46",
        foundation: "#1e3a5f",
        network: "#1d4ed8",
        gateway: "#0369a1",
        storage: "#a14a07",
        security: "#c81e1e",
        identity: "#be185d",
        scaling: "#86198f",
        secrets: "#9d174d",
        observability: "#7c3aed",
        data: "#047857",
        backup: "#0e7490",
        delivery: "#c2410c",
        tenancy: "#a21caf",
        apps: "#4d7c0f",
        ml: "#4338ca",
        edge: "#0f766e",
        other: "#59636e",
    },
};

const dark: Scheme = {
    page: "#0d1117",
    card: "#161b22",
    border: "#3d444d",
    text: "#f0f6fc",
    muted: "#9198a1",
    rail: "#4c545e",
    layers: {
        base: "#94a3b8",
        machines: "#a8a29e",
        cluster: "#a1a1aa",
        foundation: "#9fb8d9",
        network: "#6cb0ff",
        gateway: "#38bdf8",
        storage: "#fbbf24",
        security: "#ff8080",
        identity: "#f472b6",
        scaling: "#f0abfc",
        secrets: "#fda4c8",
        observability: "#b79dff",
        data: "#34d399",
        backup: "#22d3ee",
        delivery: "#fb923c",
        tenancy: "#e879f9",
        apps: "#a3e635",
        ml: "#8f9bff",
        edge: "#2dd4bf",
        other: "#9198a1",
    },
};

/** Both schemes. */
export const schemes = { light, dark } as const;

/** The layers from the ground up; the picture has them from top to bottom. */
export const HUES = Object.keys(light.layers) as readonly Hue[];

function rules({ page, card, border, text, muted, rail, layers }: Scheme, used: readonly Hue[]) {
    return [
        `.page{fill:${page}}`,
        `.gap{stroke:${page}}`,
        `.card{fill:${card};stroke:${border}}`,
        `.text{fill:${text}}`,
        `.muted{fill:${muted}}`,
        `.rail{fill:${rail}}`,
        `.railhead{fill:${muted}}`,
        `.railname{fill:${page}}`,
        `.open{fill:${page}}`,
        ...used.map((hue) => `.${hue}{color:${layers[hue]}}`),
    ].join("");
}

const SHAPES = [
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif;font-size:12px}",
    ".strong{font-weight:700}",
    ".heading{font-size:20px;font-weight:700}",
    ".name{font-size:15px;font-weight:700}",
    ".layer{font-size:11px;font-weight:700;letter-spacing:.09em;fill:currentColor}",
    ".end{text-anchor:end}",
    ".middle{text-anchor:middle}",
    ".band{fill:currentColor;fill-opacity:.07}",
    ".stripe{fill:currentColor}",
    ".line{fill:none;stroke:currentColor;stroke-width:2}",
    ".declared{stroke-width:1}",
    ".gap{fill:none;stroke-width:8}",
    ".head{fill:currentColor;stroke:currentColor;stroke-width:1.25;stroke-linejoin:round}",
    // Where the file is looked at by itself, a flow under the pointer stands out.
    "svg:has(.flow:hover) .flow:not(:hover){opacity:.15}",
].join("");

/** The style sheet of a picture with these layers. */
export function styleSheet(used: readonly Hue[]): string {
    const darkRules = rules(schemes.dark, used);
    return `${SHAPES}${rules(schemes.light, used)}@media(prefers-color-scheme:dark){${darkRules}}`;
}
