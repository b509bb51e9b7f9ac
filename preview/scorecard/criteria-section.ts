/** The criteria on the HTML page, by category, each with findings, exceptions, mend and evidence. */
import { categories } from "../../policy/kernel/criterion";
import type { CriterionVerdict, RecordedFinding } from "../../policy/kernel/ledger";
import { type Content, html, prose } from "./html";
import { isMetSoFar, judgedCount, plural } from "./judged";
import { chip, type PageModel, resourceLink, soFarChip, styleName } from "./page-model";

function finding(
    id: string,
    { verdict, urn, resource, message }: RecordedFinding,
    model: PageModel,
) {
    return html`<li>
        ${chip(verdict)}
        <div>
            ${resourceLink(urn, resource, model)}
            <p>${message}</p>
        </div>
        ${verdict === "violated" ? html`<a class="mend-link" href="#mend-${id}">How to mend</a>` : ""}
    </li>`;
}

function exceptions(id: string, model: PageModel): Content {
    const own = model.judged.scorecard.exceptions.filter(({ criterion }) => criterion === id);
    return own.length === 0
        ? ""
        : html`<h4>Exceptions</h4>
              <ul class="exceptions">
                  ${own.map(
                      ({ resource, reason, guard, expires, state, declaredBy }) =>
                          html`<li>
                              <p>
                                  <code>${resource}</code>
                                  <span class="tag">${state}, until ${expires}</span>
                              </p>
                              <dl>
                                  <dt>Why</dt>
                                  <dd>${reason}</dd>
                                  <dt>Guarded by</dt>
                                  <dd>${guard}</dd>
                                  <dt>Declared by</dt>
                                  <dd>
                                      ${resourceLink(declaredBy, declaredBy.split("::").at(-1) ?? "", model)}
                                  </dd>
                              </dl>
                          </li>`,
                  )}
              </ul>`;
}

function mend(id: string, { mends, documentation }: PageModel): Content {
    const help = mends.get(id);
    return html`<section class="mend" id="mend-${id}" tabindex="-1">
        <h4>How to mend</h4>
        ${help === undefined ? "" : html`<p>${prose(help.steps)}</p>`}
        <p><a href="${documentation}#${id.toLowerCase()}">${id} in docs/criteria.md</a></p>
    </section>`;
}

function evidence({ id, judged, subjects }: CriterionVerdict): Content {
    const resources = plural(judged.length, "resource");
    const parts = subjects === judged.length ? "" : ` (${plural(subjects, "subject")} in all)`;
    return judged.length === 0
        ? html`<p class="quiet">Judged: ${plural(subjects, "subject")}.</p>`
        : html`<details class="evidence" data-evidence="${id}">
              <summary>Evidence: ${resources} judged${parts}</summary>
          </details>`;
}

function criterion(entry: CriterionVerdict, model: PageModel): Content {
    const { id, verdict, description, findings } = entry;
    const help = model.mends.get(id);
    const level = model.judged.policies.find((policy) => policy.criterion === id)?.level;
    return html`<details
        class="criterion ${isMetSoFar(entry) ? "so-far" : styleName(verdict)}"
        id="${id}"
        data-verdict="${verdict}"
        data-category="${entry.category}"
        ${verdict === "violated" ? "open" : ""}
    >
        <summary>
            <h3>
                ${isMetSoFar(entry) ? soFarChip() : chip(verdict)}
                <span class="id">${id}</span>
                <span class="title">${help?.title ?? entry.policy}</span>
            </h3>
            <span class="subjects">${verdict === "not applicable" ? "" : judgedCount(entry)}</span>
        </summary>
        <div class="body">
            <p class="lead">${prose(description)}</p>
            ${help?.protects === undefined ? "" : html`<p><b>Protects from</b> ${prose(help.protects)}</p>`}
            <p class="tags">
                <span class="tag">${level ?? "mandatory"}</span>
                ${help === undefined ? "" : html`<span class="tag">severity: ${help.severity}</span>`}
                <span class="tag">policy: <code>${entry.policy}</code></span>
            </p>
            ${
                findings.length === 0
                    ? ""
                    : html`<h4>Findings</h4>
                          <ul class="findings">
                              ${findings.map((one) => finding(id, one, model))}
                          </ul>`
            }
            ${exceptions(id, model)} ${mend(id, model)} ${evidence(entry)}
        </div>
    </details>`;
}

/** All ten categories, those with nothing to judge included. */
export function criteriaSection(model: PageModel): Content {
    return html`<section aria-labelledby="criteria">
        <h2 id="criteria">Criteria</h2>
        ${Object.entries(categories).map(([id, title]) => {
            const own = model.judged.scorecard.criteria.filter(({ category }) => category === id);
            return html`<section
                class="category"
                data-category="${id}"
                aria-labelledby="category-${id}"
            >
                <h3 class="category-title" id="category-${id}">${title}</h3>
                ${
                    own.length === 0
                        ? html`<p class="quiet">No criterion of this category is judged yet.</p>`
                        : own.map((entry) => criterion(entry, model))
                }
            </section>`;
        })}
        <p class="nothing" hidden>No criterion matches the filter.</p>
    </section>`;
}
