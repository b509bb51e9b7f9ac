import { defineSharedPostgres } from "./shared-postgres-definition";

/** The shared databases of whoever trains, tracks and serves models. */
export const mlDb = defineSharedPostgres({
    name: "mlDb",
    cluster: "ml-db",
    purpose: "PostgreSQL shared by the systems that train, track and serve models",
    size: 6,
    offIn: { dev: "a small site has no room for models" },
});
