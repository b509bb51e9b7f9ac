/** The scenarios of docs/chaos.md, as they follow from what the systems promise. Pure. */
import {
    type Damage,
    damages,
    damagesOf,
    sparedPromises,
    subjects,
} from "../../components/backup/chaos-scenarios";
import { systems } from "../../components/systems";
import { table } from "./tables";

const all = () => subjects(systems);

function runbook(alert: string): string {
    return `[${alert}](runbooks/${alert}.md)`;
}

/** What must hold while pods are broken. */
export function steadyStateTable(): string {
    return table(
        ["pods, by their `job`", "system", "promise", "no alert may fire of"],
        all().map(({ job, system, objectives, silent }) => [
            `\`${job}\``,
            `\`${system}\``,
            objectives.map(({ description }) => description).join(" "),
            [...objectives.map(({ alert }) => alert), ...silent].map(runbook).join(", "),
        ]),
    );
}

/** The scenarios of one way to break something. */
function names(damage: Damage): string {
    const { name } = damage;
    if (damage === damages.nodeLost) {
        return `\`${name}-<worker>\`, one for each worker`;
    }
    const jobs = all().filter((subject) => damagesOf(subject).includes(damage));
    const listed = jobs.map(({ job }) => `\`${job}\``).join(", ");
    return `\`${name}-<namespace>-<monitor>\`, one for each place of ${listed}`;
}

function lasting({ minutes }: Damage): string {
    return minutes === 0
        ? "Kubernetes makes anew what was killed."
        : `It lasts ${minutes} minutes and is mended by itself.`;
}

/** A section for each way to break something. */
export function damageSections(): string {
    return Object.values<Damage>(damages)
        .map((damage) =>
            [
                `### ${damage.title}`,
                `${damage.does} ${lasting(damage)}`,
                [
                    `- **Shows**: ${damage.shows}`,
                    `- **Scenarios**: ${names(damage)}.`,
                    `- **When it does not hold**: ${damage.look}`,
                ].join("\n"),
            ].join("\n\n"),
        )
        .join("\n\n");
}

/** What is left alone, and what is only killed. */
export function sparedTable(): string {
    return table(
        ["promise", "system", "what is not done", "why"],
        [
            ...sparedPromises(systems).map(({ objective, system, reason }) => [
                objective,
                `\`${system}\``,
                "anything",
                reason,
            ]),
            ...all().flatMap(({ objectives, system, butKilled }) =>
                butKilled === undefined
                    ? []
                    : [
                          [
                              objectives.map(({ name }) => name).join(", "),
                              `\`${system}\``,
                              "anything but killing",
                              butKilled,
                          ],
                      ],
            ),
        ],
    );
}
