// @ts-check
// The script of the page: filter, evidence, links into folded parts, theme. Without it everything
// but the evidence is readable.
(() => {
    "use strict";
    const root = document.documentElement;
    /** @template {Element} T @param {string} selector @param {ParentNode} [within] @returns {T[]} */
    const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
    /** @param {string} id @returns {any} */
    const byId = (id) => document.getElementById(id);

    /** @type {Record<string, number[]>} */
    const evidence = JSON.parse(byId("evidence").textContent);
    /** @type {Map<number, string[]>} */
    const judgedBy = new Map();
    for (const [criterion, numbers] of Object.entries(evidence)) {
        for (const number of numbers) {
            judgedBy.set(number, [...(judgedBy.get(number) ?? []), criterion]);
        }
    }

    /** @param {string} anchor @param {string} text @param {boolean} isCode */
    const link = (anchor, text, isCode) => {
        const element = document.createElement("a");
        element.href = `#${anchor}`;
        const inner = isCode ? document.createElement("code") : element;
        inner.textContent = text;
        if (isCode) {
            element.append(inner);
        }
        return element;
    };

    // Thousands of links are made only when somebody wants to see them.
    document.addEventListener(
        "toggle",
        ({ target }) => {
            if (!(target instanceof HTMLDetailsElement) || !target.open) {
                return;
            }
            const criterion = target.dataset.evidence;
            if (criterion !== undefined && target.querySelector("ul") === null) {
                const list = document.createElement("ul");
                for (const number of evidence[criterion] ?? []) {
                    const item = document.createElement("li");
                    const label = byId(`r${number}`).querySelector("summary code").textContent;
                    item.append(link(`r${number}`, label, true));
                    list.append(item);
                }
                target.append(list);
            }
            if (target.classList.contains("resource")) {
                showJudges(target);
            }
        },
        true,
    );

    /** @param {HTMLDetailsElement} resource */
    function showJudges(resource) {
        const [term, description] = all(".judged-by", resource);
        const criteria = judgedBy.get(Number(resource.id.slice(1))) ?? [];
        if (criteria.length > 0 && description?.childElementCount === 0) {
            criteria.forEach((criterion, index) => {
                description.append(index > 0 ? ", " : "", link(criterion, criterion, false));
            });
            /** @type {HTMLElement} */ (term).hidden = false;
            /** @type {HTMLElement} */ (description).hidden = false;
        }
    }

    const search = byId("search");
    const category = byId("category");
    const pills = /** @type {HTMLElement[]} */ (all(".pill"));
    const tiles = /** @type {HTMLElement[]} */ (all(".tile"));
    /** @param {HTMLElement} element */
    const isPressed = (element) => element.getAttribute("aria-pressed") === "true";
    /** @param {HTMLElement} element @param {boolean} value */
    const press = (element, value) => element.setAttribute("aria-pressed", String(value));
    /** @type {{ element: HTMLElement, text: string }[]} */
    const criteria = all(".criterion").map((element) => ({
        element: /** @type {HTMLElement} */ (element),
        text: (element.textContent ?? "").toLowerCase(),
    }));
    /** @type {{ element: HTMLElement, text: string }[]} */
    const resources = all(".resource").map((element) => ({
        element: /** @type {HTMLElement} */ (element),
        text: (element.textContent ?? "").toLowerCase(),
    }));

    function filter() {
        /** @type {string[]} */
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const wanted = pills.filter(isPressed).map(({ dataset }) => dataset.verdict);
        let shown = 0;
        for (const { element, text } of criteria) {
            const { verdict, category: own } = element.dataset;
            const fits =
                words.every((word) => text.includes(word)) &&
                (wanted.length === 0 || wanted.includes(verdict)) &&
                (category.value === "" || category.value === own);
            element.hidden = !fits;
            shown += fits ? 1 : 0;
        }
        const isFiltered = words.length > 0 || wanted.length > 0 || category.value !== "";
        for (const section of /** @type {HTMLElement[]} */ (all(".category"))) {
            const isWanted = category.value === "" || category.value === section.dataset.category;
            const isEmpty = section.querySelector(".criterion:not([hidden])") === null;
            section.hidden = isFiltered && (isEmpty ? category.value === "" || !isWanted : false);
        }
        let found = 0;
        for (const { element, text } of resources) {
            const fits = words.every((word) => text.includes(word));
            element.hidden = !fits;
            found += fits ? 1 : 0;
        }
        for (const system of /** @type {HTMLElement[]} */ (all(".system"))) {
            system.hidden = system.querySelector(".resource:not([hidden])") === null;
        }
        const [noCriterion, noResource] = /** @type {HTMLElement[]} */ (all(".nothing"));
        if (noCriterion && noResource) {
            noCriterion.hidden =
                shown > 0 || (isFiltered && category.value !== "" && !words.length);
            noResource.hidden = found > 0;
        }
        for (const tile of tiles) {
            press(tile, tile.dataset.category === category.value);
        }
        byId("shown").textContent = isFiltered
            ? `${shown} of ${criteria.length} criteria, ${found} of ${resources.length} resources`
            : "";
    }

    function reset() {
        search.value = "";
        category.value = "";
        pills.forEach((pill) => press(pill, false));
        filter();
    }

    /** Unfolds what hides the target of the address, and goes there. */
    function reveal() {
        const target = byId(decodeURIComponent(location.hash.slice(1)));
        if (target === null) {
            return;
        }
        if (target.closest("[hidden]") !== null) {
            reset();
        }
        for (let outer = target; outer !== null; outer = outer.parentElement) {
            if (outer instanceof HTMLDetailsElement) {
                outer.open = true;
            }
        }
        target.scrollIntoView({ block: target.offsetHeight > innerHeight ? "start" : "center" });
        const focused = target.querySelector(":scope > summary") ?? target;
        focused.focus({ preventScroll: true });
    }

    search.addEventListener("input", filter);
    category.addEventListener("change", filter);
    byId("reset").addEventListener("click", reset);
    for (const pill of pills) {
        pill.addEventListener("click", () => {
            press(pill, !isPressed(pill));
            filter();
        });
    }
    for (const tile of tiles) {
        tile.addEventListener("click", () => {
            category.value = isPressed(tile) ? "" : (tile.dataset.category ?? "");
            filter();
            byId("criteria").scrollIntoView();
        });
    }
    document.addEventListener("keydown", (event) => {
        const isTyping = event.target instanceof HTMLInputElement;
        if (event.key === "/" && !isTyping) {
            event.preventDefault();
            search.focus();
        } else if (event.key === "Escape" && isTyping) {
            reset();
        }
    });
    document.addEventListener("click", ({ target }) => {
        if (target instanceof HTMLElement && target.classList.contains("copy")) {
            const urn = target.parentElement?.querySelector(".urn")?.textContent ?? "";
            void navigator.clipboard.writeText(urn).then(() => {
                target.textContent = "Copied";
            });
        }
        // Going to the same anchor twice changes no address.
        const anchor = target instanceof Element ? target.closest('a[href^="#"]') : null;
        if (anchor?.getAttribute("href") === location.hash) {
            reveal();
        }
    });
    byId("search").form.addEventListener("submit", (/** @type {Event} */ event) => {
        event.preventDefault();
    });
    window.addEventListener("hashchange", reveal);

    const theme = byId("theme");
    const prefersDark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () =>
        (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
    const nameTheme = () => {
        theme.textContent = isDark() ? "Light" : "Dark";
        theme.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`);
    };
    theme.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        nameTheme();
    });
    prefersDark.addEventListener("change", nameTheme);
    nameTheme();
    theme.hidden = false;
    byId("search").form.hidden = false;
    if (navigator.clipboard !== undefined) {
        all(".copy").forEach((button) => {
            /** @type {HTMLElement} */ (button).hidden = false;
        });
    }
    reveal();
})();
