/** The top of the HTML page: the verdict, how much it covers, the ring and the ten categories. */
import { categories } from "../../policy/kernel/criterion";
import type { CriterionVerdict, Verdict } from "../../policy/kernel/ledger";
import { type Content, html } from "./html";
import { countVerdicts, coverageOf, headlineOf, plural, standingOf, verdicts } from "./judged";
import { type PageModel, signs, styleName } from "./page-model";

const RADIUS = 54;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;
/** Of a category's tenth of the ring, what is left blank. */
const GAP = 0.08;
/** In the order in which a segment shows them. */
const SHOWN = ["met", "excepted", "not judged", "violated"] as const;

/** A tenth of the ring, divided by the verdicts of its category. */
function segment(own: readonly CriterionVerdict[], index: number, of: number): Content {
    const share = (1 - GAP) / of;
    const start = index / of;
    const judged = own.filter(({ verdict }) => verdict !== "not applicable");
    const arc = (style: string, from: number, length: number) =>
        html`<circle
            class="${style}"
            r="${RADIUS}"
            cx="70"
            cy="70"
            stroke-dasharray="${(length * CIRCUMFERENCE).toFixed(2)} ${CIRCUMFERENCE.toFixed(2)}"
            stroke-dashoffset="${(-from * CIRCUMFERENCE).toFixed(2)}"
        ></circle>`;
    if (judged.length === 0) {
        return arc("idle", start, share);
    }
    let from = start;
    return SHOWN.map((verdict) => {
        const length = (countVerdicts(judged, verdict) / judged.length) * share;
        const piece = length === 0 ? "" : arc(styleName(verdict), from, length);
        from += length;
        return piece;
    });
}

function ring({ judged: { scorecard } }: PageModel): Content {
    const { criteria } = scorecard;
    const judged = criteria.filter(({ verdict }) => verdict !== "not applicable");
    const fine = countVerdicts(criteria, "met");
    const ids = Object.keys(categories);
    // Apart, so that no formatter puts a space into it.
    const score = html`${fine}<tspan class="of">/${judged.length}</tspan>`;
    return html`<svg
        class="ring"
        viewBox="0 0 140 140"
        role="img"
        aria-label="${fine} of ${judged.length} criteria met"
    >
        <g transform="rotate(-90 70 70)">
            ${ids.map((id, index) =>
                segment(
                    criteria.filter(({ category }) => category === id),
                    index,
                    ids.length,
                ),
            )}
        </g>
        <text x="70" y="70" class="big">${score}</text>
        <text x="70" y="88" class="small">criteria met</text>
    </svg>`;
}

/** The verdicts of a category as one bar; the words beside it say the same. */
function bar(judged: readonly CriterionVerdict[]): Content {
    let x = 0;
    return html`<svg
        class="bar"
        viewBox="0 0 ${Math.max(judged.length, 1)} 1"
        preserveAspectRatio="none"
        aria-hidden="true"
    >
        ${SHOWN.map((verdict) => {
            const width = countVerdicts(judged, verdict);
            const piece = html`<rect
                class="${styleName(verdict)}"
                x="${x}"
                width="${width}"
                height="1"
            ></rect>`;
            x += width;
            return width === 0 ? "" : piece;
        })}
    </svg>`;
}

function tile(id: string, title: string, { judged: { scorecard } }: PageModel): Content {
    const own = scorecard.criteria.filter(({ category }) => category === id);
    const judged = own.filter(({ verdict }) => verdict !== "not applicable");
    const fine = countVerdicts(own, "met");
    const notes = (["violated", "not judged", "excepted"] as const)
        .filter((verdict) => countVerdicts(own, verdict) > 0)
        .map((verdict) => `${countVerdicts(own, verdict)} ${verdict}`);
    return html`<li>
        <button type="button" class="tile" data-category="${id}" aria-pressed="false">
            <span class="name">${title}</span>
            <span class="score"
                >${judged.length === 0 ? "nothing to judge yet" : html`<b>${fine}</b> of ${judged.length} met`}</span
            >
            ${bar(judged)}
            <span class="note">${notes.join(", ")}</span>
        </button>
    </li>`;
}

function filterButton(verdict: Verdict, { judged }: PageModel): Content {
    return html`<button
        type="button"
        class="pill ${styleName(verdict)}"
        data-verdict="${verdict}"
        aria-pressed="false"
    >
        <span aria-hidden="true">${signs[verdict]}</span> ${verdict}
        <b>${countVerdicts(judged.scorecard.criteria, verdict)}</b>
    </button>`;
}

/** The bar that filters criteria and resources; without scripts it is not there. */
export function filterBar(model: PageModel): Content {
    return html`<form class="filter" role="search" hidden>
        <label class="search">
            <span class="hidden">Search criteria, findings and resources</span>
            <input
                type="search"
                id="search"
                placeholder="Search ( / )"
                autocomplete="off"
                spellcheck="false"
            />
        </label>
        <div class="pills" role="group" aria-label="Verdicts">
            ${verdicts.map((verdict) => filterButton(verdict, model))}
        </div>
        <label class="hidden-narrow">
            <span class="hidden">Category</span>
            <select id="category">
                <option value="">All categories</option>
                ${Object.entries(categories).map(([id, title]) => html`<option value="${id}">${title}</option>`)}
            </select>
        </label>
        <button type="button" id="reset">Reset</button>
        <output id="shown" aria-live="polite"></output>
    </form>`;
}

/** The verdict in one view. */
export function overviewSection(model: PageModel): Content {
    const { judged } = model;
    const standing = standingOf(judged);
    return html`<header class="${standing.ready ? "ready" : "not-ready"}">
        <button type="button" id="theme" hidden>Dark</button>
        <div class="hero">
            ${ring(model)}
            <div>
                <p class="over">Readiness of the stack <b>${judged.stack}</b></p>
                <h1>${headlineOf(judged)}</h1>
                <p class="coverage ${standing.missingCharts.length > 0 ? "partial" : ""}">
                    ${coverageOf(judged)}
                </p>
                <ul class="facts">
                    <li><b>${judged.resources.length}</b> resources</li>
                    <li><b>${judged.charts.length}</b> charts</li>
                    <li><b>${standing.mandatory.length}</b> mandatory violations</li>
                    <li><b>${standing.advisory.length}</b> advisory</li>
                    <li><b>${judged.scorecard.exceptions.length}</b> exceptions</li>
                </ul>
                <p class="quiet">
                    Planned and judged by the ${judged.previewedBy} in ${judged.seconds.toFixed(1)}
                    s, before anything exists.
                    ${judged.missingSecrets.length > 0 ? html`Not set yet: ${judged.missingSecrets.join(", ")}.` : ""}
                </p>
            </div>
        </div>
        ${
            standing.broken.length === 0
                ? ""
                : html`<section class="broken">
                      <h2>${plural(standing.broken.length, "policy run")} failed</h2>
                      <ul>
                          ${standing.broken.map(({ message, urn }) => html`<li>${message} <code>${urn}</code></li>`)}
                      </ul>
                  </section>`
        }
        <ul class="tiles" aria-label="Categories">
            ${Object.entries(categories).map(([id, title]) => tile(id, title, model))}
        </ul>
    </header>`;
}
