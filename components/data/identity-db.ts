import { defineSharedPostgres } from "./shared-postgres-definition";

/** The shared databases of everybody who signs people on. */
export const identityDb = defineSharedPostgres({
    name: "identityDb",
    cluster: "identity-db",
    purpose: "PostgreSQL shared by the systems that sign people on",
    size: 4,
});
