/** How people reach Airflow and sign on to it; who may do what is in `scripts/airflow_sign_on.py`. Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import { AIRFLOW } from "./airflow-names";

const groups: readonly [string, ...string[]] = [
    "platform-admin",
    "app-developer",
    "monitoring-reader",
];

/** Tasks run what people wrote, with what they wrote of credentials. */
export const airflowPage: GuardedPage = {
    what: "Airflow: pipelines of the repository, their runs and what they said",
    host: AIRFLOW,
    guard: "second factor",
    groups,
};

/** Airflow as a client of the login (providers/fab: auth_manager/views/auth_oauth.py). */
export const airflowClient: OidcClient = {
    id: AIRFLOW,
    name: "Airflow",
    host: airflowPage.host,
    redirects: ["/auth/oauth-authorized/platform"],
    scopes: ["openid", "profile", "email", "groups"],
    groups,
};
