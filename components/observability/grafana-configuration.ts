/** What Grafana is told in its configuration file. Pure. */
import type { ImagePin } from "../base/pins";
import type { SignOnProvider } from "../identity/sign-on";
import { signOnSection } from "./grafana-sign-on";
import type { DatabaseAccess } from "../data/postgres-database";

/** Where the servers find the certificate of the platform's own authority, `ca.crt`. */
export const AUTHORITY = "/etc/grafana-authority";

/** What the servers need to know. */
export interface GrafanaServers {
    readonly namespace: string;
    readonly image: ImagePin;
    readonly replicas: number;
    /** Address under which people open it. */
    readonly url: string;
    readonly database: DatabaseAccess;
    /** Secret with `user`, `password` and `secret-key`. */
    readonly administrator: string;
    /** Who signs people on, and the Secret of the client; without one only the administrator does. */
    readonly signOn?: {
        readonly provider: Pick<SignOnProvider, "authority" | "endpoints" | "groupsClaim">;
        readonly secret: string;
    };
}

/**
 * grafana.ini (grafana v13.1.3: conf/defaults.ini); the environment adds what is secret. Nothing is
 * asked of the internet, nothing is installed, and only Prometheus raises alerts.
 */
export function configuration({ url, database, signOn }: GrafanaServers) {
    const authority = `${AUTHORITY}/ca.crt`;
    return {
        analytics: {
            check_for_plugin_updates: "false",
            check_for_updates: "false",
            feedback_links_enabled: "false",
            reporting_enabled: "false",
        },
        "auth.anonymous": { enabled: "false" },
        ...(signOn === undefined
            ? {}
            : {
                  "auth.generic_oauth": signOnSection(
                      signOn.provider,
                      // The platform's own authority signs the database's certificate as well.
                      signOn.provider.authority && authority,
                  ),
              }),
        database: {
            ca_cert_path: authority,
            host: `${database.host}:${database.port}`,
            // Two servers with twenty each leave the database enough for others.
            max_open_conn: "20",
            name: database.database,
            ssl_mode: "verify-full",
            type: "postgres",
        },
        log: { mode: "console" },
        "log.console": { format: "json" },
        news: { news_feed_enabled: "false" },
        plugins: { plugin_admin_enabled: "false", preinstall_disabled: "true" },
        // Sessions and caches are shared by the servers.
        remote_cache: { type: "database" },
        security: {
            allow_embedding: "false",
            content_security_policy: "true",
            cookie_samesite: "lax",
            cookie_secure: "true",
            disable_gravatar: "true",
            strict_transport_security: "true",
        },
        server: { root_url: url },
        snapshots: { enabled: "false" },
        unified_alerting: { enabled: "false" },
        users: { allow_org_create: "false", allow_sign_up: "false" },
    };
}
