/** The directory. Pure. */
import { answering, type Dashboard, number } from "../base/dashboard";

const JOB = 'job="lldap"';

/** It has no metrics beside whether it answers. */
export const lldapDashboards: readonly Dashboard[] = [
    {
        name: "directory",
        title: "Directory",
        purpose: "Whether people can be looked up when they sign on.",
        rows: [
            {
                title: "Servers",
                panels: [
                    number("Servers that answer", `sum(up{${JOB}}) or vector(0)`, {
                        thresholds: { warning: 2, bad: 1 },
                        overview: true,
                    }),
                    number("Share of the last day", `avg_over_time(max(up{${JOB}})[1d:1m])`, {
                        unit: "percentunit",
                        thresholds: { warning: 0.999, bad: 0.99 },
                    }),
                    answering("lldap"),
                ],
            },
        ],
    },
];
