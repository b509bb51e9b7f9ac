/** How the password of a role of PostgreSQL is renewed. */
import type { Renewal } from "../base/secret-plan";

/**
 * PostgreSQL asks for the password when a connection begins, and never again; CloudNativePG gives the
 * role the new one seconds after its Secret has changed (label `cnpg.io/reload`).
 */
export const loginRenewal: Renewal = {
    how: "server first",
    server: "the operator gives the role of PostgreSQL the new password within seconds",
    notice:
        "connections that are open stay; a pod that still knows the old password and needs another " +
        "connection tries again until its turn to be replaced, at most a few minutes",
};
