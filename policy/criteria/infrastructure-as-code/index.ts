/** Category IAC: infrastructure as code. */
import type { Criterion } from "../../kernel/criterion";
import { plainTextSecrets } from "./plain-text-secrets";
import { protection } from "./protection";
import { pinnedCharts, pinnedImages } from "./sources";
import { definitionsFirst, structure } from "./structure";

export const infrastructureAsCode: readonly Criterion[] = [
    pinnedCharts,
    pinnedImages,
    structure,
    plainTextSecrets,
    protection,
    definitionsFirst,
];
