/** The top of the HTML page: the verdict, how much it covers, the ring and the ten categories. */
import { categories } from "../../policy/kernel/criterion";
import type { CriterionVerdict, Verdict } from "../../policy/kernel/ledger";
import { type Content, html, prose } from "./html";
import {
    countVerdicts,
    coverageOf,
    exceptionCount,
    headlineOf,
    isMetSoFar,
    missingByCause,
    plural,
    resourceCount,
    standingOf,
    verdicts,
} from "./judged";
import { type PageModel, signs, styleName } from "./page-model";

const RADIUS = 54;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;
/** Of a category's tenth of the ring, what is left blank. */
const GAP = 0.08;
/** The pieces of a segment or bar in their order, each with its style. */
function pieces(judged: readonly CriterionVerdict[]): readonly (readonly [string, number])[] {
    const soFar = judged.filter(isMetSoFar).length;
    return [
        ["met", countVerdicts(judged, "met")],
        ["excepted", countVerdicts(judged, "excepted")],
        ["so-far", soFar],
        ["not-judged", countVerdicts(judged, "not judged") - soFar],
        ["violated", countVerdicts(judged, "violated")],
    ];
}

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
    return pieces(judged).map(([style, count]) => {
        const length = (count / judged.length) * share;
        const piece = length === 0 ? "" : arc(style, from, length);
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
        ${pieces(judged).map(([style, width]) => {
            const piece = html`<rect class="${style}" x="${x}" width="${width}" height="1"></rect>`;
            x += width;
            return width === 0 ? "" : piece;
        })}
    </svg>`;
}

function tile(id: string, title: string, { judged: { scorecard } }: PageModel): Content {
    const own = scorecard.criteria.filter(({ category }) => category === id);
    const judged = own.filter(({ verdict }) => verdict !== "not applicable");
    const fine = countVerdicts(own, "met");
    const soFar = own.filter(isMetSoFar).length;
    const notes = (
        [
            [countVerdicts(own, "violated"), "violated"],
            [soFar, "met so far"],
            [countVerdicts(own, "not judged") - soFar, "not judged"],
            [countVerdicts(own, "excepted"), "excepted"],
        ] as const
    )
        .filter(([count]) => count > 0)
        .map(([count, what]) => `${count} ${what}`);
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

function fact(amount: number, noun: string): Content {
    return html`<li><b>${amount}</b> ${plural(amount, noun).replace(/^\d+ /, "")}</li>`;
}

/** What is violated, before anything else: on most pages nobody scrolls. */
function violatedList({ judged, mends }: PageModel): Content {
    const levels = new Map(judged.policies.map(({ criterion, level }) => [criterion, level]));
    const own = judged.scorecard.criteria.filter(({ verdict }) => verdict === "violated");
    const isMandatory = (id: string) => levels.get(id) !== "advisory";
    const sorted = [
        ...own.filter(({ id }) => isMandatory(id)),
        ...own.filter(({ id }) => !isMandatory(id)),
    ];
    return own.length === 0
        ? ""
        : html`<nav class="violations" aria-label="Violated criteria">
              <h2>Violated</h2>
              <ul>
                  ${sorted.map(
                      ({ id, policy, findings }) =>
                          html`<li>
                              <span class="id">${id}</span
                              ><a href="#${id}">${mends.get(id)?.title ?? policy}</a>
                              <span class="quiet"
                                  >${levels.get(id) ?? "mandatory"},
                                  ${plural(findings.filter(({ verdict }) => verdict === "violated").length, "finding")}</span
                              >
                          </li>`,
                  )}
              </ul>
          </nav>`;
}

/** The verdict in one view. */
export function overviewSection(model: PageModel): Content {
    const { judged } = model;
    const standing = standingOf(judged);
    const mood = standing.partial ? "partial" : standing.ready ? "ready" : "not-ready";
    return html`<header class="${mood}">
        <button type="button" id="theme" hidden>Dark</button>
        <div class="hero">
            ${ring(model)}
            <div>
                <p class="over">Readiness of the stack <b>${judged.stack}</b></p>
                <h1>${headlineOf(judged)}</h1>
                <p class="coverage ${standing.missingCharts.length > 0 ? "partial" : ""}">
                    ${coverageOf(judged)}
                </p>
                ${missingByCause(standing.missingCharts).map(([cause, names]) => html`<p class="quiet">Not rendered, ${prose(cause)}: ${names}</p>`)}
                ${judged.warnings.map((warning) => html`<p class="quiet">Pulumi warns: ${warning}</p>`)}
                <ul class="facts">
                    ${fact(resourceCount(judged), "resource")}
                    ${fact(judged.charts.length, "chart")}
                    ${fact(standing.mandatory.length, "mandatory violation")}
                    ${fact(standing.advisory.length, "advisory violation")}
                    <li>excepted: ${exceptionCount(judged)}</li>
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
        ${violatedList(model)}
        <ul class="tiles" aria-label="Categories">
            ${Object.entries(categories).map(([id, title]) => tile(id, title, model))}
        </ul>
    </header>`;
}
