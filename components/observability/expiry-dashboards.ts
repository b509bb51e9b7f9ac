/** What ends on a day, and what is to be renewed. Pure. */
import { type Dashboard, number, table } from "../base/dashboard";
import { expiryMetric, secretDue, secretMade } from "./expiry-alerts";

/** For whoever plans the week. */
export const expiryDashboards: readonly Dashboard[] = [
    {
        name: "expiries",
        title: "Expiries",
        purpose: "Which secret is to be renewed next, how old each is, and which token ends when.",
        rows: [
            {
                title: "Secrets",
                panels: [
                    number("Overdue", `count(${secretDue} < time()) or vector(0)`, {
                        thresholds: { warning: 1, bad: 3 },
                    }),
                    table("Due in", `sort(min by (secret_name, owner) (${secretDue}) - time())`, {
                        unit: "s",
                    }),
                    table(
                        "Age",
                        `sort_desc(time() - max by (secret_name, owner) (${secretMade}))`,
                        {
                            unit: "s",
                        },
                    ),
                ],
            },
            {
                title: "Tokens and the talosconfig",
                panels: [
                    table("Ends in", `sort(min by (what) (${expiryMetric}) - time())`, {
                        unit: "s",
                    }),
                ],
            },
        ],
    },
];
