/** Where JupyterHub departs from the criteria, and what protects instead. Pure. */
import type { Exception } from "../base/exceptions";
import { JUPYTERHUB } from "./jupyterhub-names";

/** Hub and proxy are single by upstream's design. */
export const jupyterhubExceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${JUPYTERHUB}/hub`,
        reason: "The hub keeps in its memory which notebooks run and starts; two would fight over them.",
        guard:
            "Notebooks that run go on without it; it leaves a dead node after 30 s, finds them again " +
            "in its database, and JupyterHubDown tells of one that does not come back.",
        expires: "2027-05-31",
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${JUPYTERHUB}/proxy`,
        reason: "The proxy keeps in its memory which notebook is whose; the hub tells one of them only.",
        guard:
            "It leaves a dead node after 30 s and is told everything anew by the hub within a minute; " +
            "notebooks run on meanwhile, and its route is opened from outside every minute.",
        expires: "2027-05-31",
    },
];
