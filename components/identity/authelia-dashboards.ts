/** The login. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

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
];
