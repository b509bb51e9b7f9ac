/** The login. Pure. */
import { answering, type Dashboard, lines, number, rates, slowest } from "../base/dashboard";

const JOB = 'job="authelia"';

/** Sign-ons, failures and errors. */
export const autheliaDashboards: readonly Dashboard[] = [
    {
        name: "login",
        title: "Login",
        purpose: "Whether people can sign on, and who fails to.",
        rows: [
            {
                title: "Login",
                panels: [
                    number(
                        "Share of errors",
                        `(sum(rate(authelia_request{${JOB}, code=~"5.."}[5m])) or vector(0)) / (sum(rate(authelia_request{${JOB}}[5m])) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.001, bad: 0.01 },
                            overview: true,
                        },
                    ),
                    lines(
                        "Passwords by success",
                        `sum by (success) (rate(authelia_authn{${JOB}}[$__rate_interval]))`,
                        "{{ success }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Second factors by success",
                        `sum by (success) (rate(authelia_authn_second_factor{${JOB}}[$__rate_interval]))`,
                        "{{ success }}",
                        { unit: "ops" },
                    ),
                    answering("authelia"),
                ],
            },
        ],
    },
    {
        name: "login-requests",
        title: "Requests to the login",
        purpose: "How fast the login vouches for requests and tokens, and what it refuses.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("By code", `authelia_request{${JOB}}`, "code", { unit: "reqps" }),
                    slowest(
                        "Slowest of a hundred",
                        `authelia_request_duration_bucket{${JOB}}`,
                        "code",
                    ),
                    rates("Asked by the gateway", `authelia_authz{${JOB}}`, "code", {
                        unit: "reqps",
                    }),
                ],
            },
            {
                title: "Sign-ons",
                panels: [
                    slowest(
                        "Slowest of a hundred tokens",
                        `authelia_request_duration_openid_connect_bucket{${JOB}}`,
                        "endpoint",
                    ),
                    rates("Banned", `authelia_authn{${JOB}, banned="true"}`, "pod"),
                    rates(
                        "Second factors by kind",
                        `authelia_authn_second_factor{${JOB}}`,
                        "type, success",
                    ),
                    slowest(
                        "Slowest passwords",
                        `authelia_authn_duration_bucket{${JOB}}`,
                        "success",
                    ),
                ],
            },
        ],
    },
];
