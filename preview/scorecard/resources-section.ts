/** The charts and resources on the HTML page: what every verdict links to. */
import { type Content, html } from "./html";
import { groupBy, plural, resourceCount } from "./judged";
import type { PageModel, PlacedResource } from "./page-model";

/** The components above a resource, outermost first, without the stack. */
function pathOf(
    { parent }: PlacedResource,
    places: ReadonlyMap<string, PlacedResource>,
): PlacedResource[] {
    const above = places.get(parent);
    return above === undefined || above.parent === "" ? [] : [...pathOf(above, places), above];
}

function resource(place: PlacedResource, model: PageModel): Content {
    const path = pathOf(place, model.places);
    return html`<details class="resource" id="${place.anchor}">
        <summary>
            <code>${place.label}</code
            >${place.protect ? html` <span class="tag">protected</span>` : ""}
        </summary>
        <dl>
            <dt>Type</dt>
            <dd><code>${place.type}</code></dd>
            <dt>Component</dt>
            <dd>
                ${path.map(
                    ({ anchor, name }, index) =>
                        html`${index > 0 ? " › " : ""}<a href="#${anchor}">${name}</a>`,
                )}${path.length === 0 ? "the stack itself" : ""}
            </dd>
            <dt>URN</dt>
            <dd>
                <code class="urn">${place.urn}</code>
                <button type="button" class="copy" hidden>Copy</button>
            </dd>
            <dt class="judged-by" hidden>Judged by</dt>
            <dd class="judged-by" hidden></dd>
        </dl>
    </details>`;
}

/** The system that a resource belongs to: the component below the platform, or the nearest one. */
function systemOf(place: PlacedResource, model: PageModel): string {
    const path = [...pathOf(place, model.places), ...(place.custom ? [] : [place])];
    return (path[1] ?? path[0])?.name ?? "stack";
}

function charts({ judged }: PageModel): Content {
    return html`<section aria-labelledby="charts">
        <h2 id="charts">Charts</h2>
        <div class="scroll" tabindex="0">
            <table>
                <thead>
                    <tr>
                        <th scope="col">Chart</th>
                        <th scope="col">Version</th>
                        <th scope="col">Objects</th>
                        <th scope="col">Repository</th>
                    </tr>
                </thead>
                <tbody>
                    ${judged.charts.map(
                        ({ chart, version, rendered, objects, repo, reason }) =>
                            html`<tr>
                                <th scope="row">${chart}</th>
                                <td>${version}</td>
                                <td>
                                    ${rendered ? objects : html`<b>not rendered</b>: ${reason ?? "no reason given"}`}
                                </td>
                                <td><code>${repo}</code></td>
                            </tr>`,
                    )}
                </tbody>
            </table>
        </div>
    </section>`;
}

/** Charts and resources, the latter by system. */
export function resourcesSection(model: PageModel): Content {
    const groups = groupBy([...model.places.values()], (place) => systemOf(place, model));
    return html`${charts(model)}
        <section aria-labelledby="resources">
            <h2 id="resources">Resources</h2>
            <p class="quiet">
                What the program declares, by system; inputs are not shown, so no secret is on this
                page.
            </p>
            ${[...groups].map(
                ([system, own]) =>
                    html`<details class="system">
                        <summary>
                            <h3>${system}</h3>
                            <span class="subjects"
                                >${plural(resourceCount({ resources: own }), "resource")}</span
                            >
                        </summary>
                        <div class="resources">${own.map((place) => resource(place, model))}</div>
                    </details>`,
            )}
            <p class="nothing" hidden>No resource matches the filter.</p>
        </section>`;
}
