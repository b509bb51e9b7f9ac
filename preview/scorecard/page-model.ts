/** What the sections of the HTML page share. */
import type { Verdict } from "../../policy/kernel/ledger";
import { type Judged, labelOf, type PlannedResource } from "./judged";
import type { Content } from "./html";
import { html } from "./html";
import type { Mend } from "./mends";

/** A resource with its place on the page. */
export interface PlacedResource extends PlannedResource {
    readonly anchor: string;
    readonly label: string;
}

/** Everything that a section is made of. */
export interface PageModel {
    readonly judged: Judged;
    readonly mends: ReadonlyMap<string, Mend>;
    /** Address of docs/criteria.md. */
    readonly documentation: string;
    readonly places: ReadonlyMap<string, PlacedResource>;
}

/** How a verdict is written; the sign says it to whoever does not see the colour. */
export const signs: Readonly<Record<Verdict, string>> = {
    met: "✓",
    violated: "✕",
    excepted: "◐",
    "not judged": "?",
    "not applicable": "–",
};

/** Name of the style of a verdict. */
export function styleName(verdict: Verdict): string {
    return verdict.replace(" ", "-");
}

/** A verdict as a small label. */
export function chip(verdict: Verdict): Content {
    return html`<span class="chip ${styleName(verdict)}"
        ><span aria-hidden="true">${signs[verdict]}</span> ${verdict}</span
    >`;
}

/** The label of a criterion that is met by what was seen, while a part was not. */
export function soFarChip(): Content {
    return html`<span class="chip so-far"><span aria-hidden="true">✓</span> met so far</span>`;
}

/** Places of all resources by URN. */
export function placedResources(
    resources: readonly PlannedResource[],
): ReadonlyMap<string, PlacedResource> {
    return new Map(
        resources.map((resource, index): [string, PlacedResource] => [
            resource.urn,
            { ...resource, anchor: `r${index}`, label: labelOf(resource) },
        ]),
    );
}

/** A link to a resource of the page, or its name when the stack does not hold it. */
export function resourceLink(urn: string, text: string, { places }: PageModel): Content {
    const place = places.get(urn);
    return place === undefined
        ? html`<code>${text}</code>`
        : html`<a href="#${place.anchor}"><code>${text}</code></a>`;
}
