import { defineSharedPostgres } from "./shared-postgres-definition";

/** The shared databases of what people use every day, and lose nothing of. */
export const appsDb = defineSharedPostgres({
    name: "appsDb",
    cluster: "apps-db",
    purpose: "PostgreSQL shared by the applications in which people write to each other",
    size: 10,
    offUnlessNeeded: true,
});
