/** Where Matrix departs from a criterion on purpose. Pure. */
import type { Exception } from "../base/exceptions";
import { MATRIX } from "./matrix-names";

const EXPIRES = "2027-05-31";

/** Parts of which upstream has one pod. */
export const matrixExceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `StatefulSet/${MATRIX}/${MATRIX}-synapse-main`,
        reason: "Synapse writes with one main process; two would give events the same places (docs/workers.md).",
        guard:
            "It leaves a dead node after 30 s; meanwhile workers answer what people read, and " +
            "MatrixDown tells, by the other channels.",
        expires: EXPIRES,
    },
    {
        criterion: "HA-04",
        resource: `StatefulSet/${MATRIX}/${MATRIX}-hookshot`,
        reason: "Two bridges would tell everything twice (matrix-hookshot: docs/advanced/workers.md).",
        guard: "Alerts go by another channel too; Alertmanager tries again what was not taken.",
        expires: EXPIRES,
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${MATRIX}/${MATRIX}-redis`,
        reason: "Synapse knows one Redis by one name; it keeps nothing there, but tells its processes what is new.",
        guard: "It leaves a dead node after 30 s; what was written meanwhile is in the database.",
        expires: EXPIRES,
    },
];
