import { defineSharedPostgres } from "./shared-postgres-definition";

/** The shared databases of what looks after the platform. */
export const platformDb = defineSharedPostgres({
    name: "platformDb",
    cluster: "platform-db",
    purpose: "PostgreSQL shared by the tools of those who run the platform",
    size: 6,
    offIn: { dev: "a small site has room for one cluster: identityDb holds these databases too" },
});
