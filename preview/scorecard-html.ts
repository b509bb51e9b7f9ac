/**
 * The scorecard as one self-contained page. It loads nothing: styles and script are part of it, and
 * its content security policy allows only them, by hash.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { criteriaSection } from "./scorecard/criteria-section";
import { html, Html, jsonBlock } from "./scorecard/html";
import { headlineOf, type Judged } from "./scorecard/judged";
import { readMends } from "./scorecard/mends";
import { filterBar, overviewSection } from "./scorecard/overview-section";
import { type PageModel, placedResources } from "./scorecard/page-model";
import { resourcesSection } from "./scorecard/resources-section";

/** Where the links lead. */
export interface HtmlOptions {
    /** Address of docs/criteria.md, seen from the page. */
    readonly documentation: string;
}

function asset(name: string): string {
    return fs.readFileSync(path.join(__dirname, "scorecard", name), "utf8");
}

/** An element whose text is not markup; the policy's hash holds for it to the letter. */
function raw(element: "style" | "script", text: string): Html {
    return new Html(`<${element}>${text}</${element}>`);
}

function hash(text: string): string {
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** For each criterion the resources that it judged, as numbers of their anchors. */
function evidence({ judged, places }: PageModel): Record<string, number[]> {
    return Object.fromEntries(
        judged.scorecard.criteria.map((criterion) => [
            criterion.id,
            criterion.judged.flatMap((urn) => {
                const place = places.get(urn);
                return place === undefined ? [] : [Number(place.anchor.slice(1))];
            }),
        ]),
    );
}

/** The whole page. */
export function toHtml(judged: Judged, { documentation }: HtmlOptions): string {
    const model: PageModel = {
        judged,
        mends: readMends(judged),
        documentation,
        places: placedResources(judged.resources),
    };
    const style = asset("page.css");
    const script = asset("page.js");
    const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
    const page = html`<!doctype html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content="${policy}" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="no-referrer" />
                <title>${judged.stack}: ${headlineOf(judged)}</title>
                ${raw("style", style)}
            </head>
            <body>
                <a class="skip" href="#criteria">Skip to the criteria</a>
                ${overviewSection(model)} ${filterBar(model)}
                <main>${criteriaSection(model)} ${resourcesSection(model)}</main>
                <footer>
                    Stack ${judged.stack}, judged by the policy pack of this repository. This page
                    works offline.
                </footer>
                ${jsonBlock("evidence", evidence(model))} ${raw("script", script)}
            </body>
        </html> `;
    return page.text;
}
