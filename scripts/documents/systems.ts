/** The tables of docs/systems.md: what each system answers, and every pin. Pure. */
import {
    type Capabilities,
    isLack,
    type Lack,
    type Page,
} from "../../components/base/capabilities";
import type { AnyDefinition } from "../../components/base/definition";
import { systems } from "../../components/systems";
import { helmVersion, kubernetesVersion, talosVersion } from "../../components/versions";
import { table } from "./tables";

function lack(answer: Lack): string {
    return "none" in answer ? answer.none : `with \`${answer.awaits}\`: ${answer.then}`;
}

function route(page: Page): string {
    return page.guard === "public"
        ? `${page.what} (public)`
        : `${page.what} (\`${page.host}\`, ${page.guard}, for ${list(page.groups)})`;
}

function signOn(answer: Capabilities["signOn"]): string {
    if (isLack(answer)) {
        return lack(answer);
    }
    return "atGateway" in answer
        ? `at the gateway: ${answer.atGateway}`
        : `as the client \`${answer.client.id}\`, for ${list(answer.client.groups)}`;
}

function list(names: readonly string[]): string {
    return names.map((name) => `\`${name}\``).join(", ");
}

/** What a system answers, capability by capability. */
function answers({ capabilities }: AnyDefinition): [capability: string, answer: string][] {
    const { metrics, alerts, backup, sizing, flows, retention, routes, ...others } = capabilities;
    const { objectives = [] } = others;
    return [
        ["metrics", isLack(metrics) ? lack(metrics) : list(metrics.map(({ name }) => name))],
        [
            "alerts",
            isLack(alerts)
                ? lack(alerts)
                : alerts
                      .map(({ name, severity }) => `[${name}](runbooks/${name}.md) (${severity})`)
                      .join(", "),
        ],
        [
            "objectives",
            objectives
                .map(
                    ({ name, percent, alert }) =>
                        `${name}: ${percent} % ([${alert}](runbooks/${alert}.md))`,
                )
                .join(", ") || "none",
        ],
        [
            "dashboards",
            isLack(others.dashboards)
                ? lack(others.dashboards)
                : others.dashboards.map(({ title, purpose }) => `${title}: ${purpose}`).join(" "),
        ],
        ["routes", isLack(routes) ? lack(routes) : routes.map(route).join("; ")],
        ["sign-on", signOn(others.signOn)],
        ["backup", isLack(backup) ? lack(backup) : `by \`${backup.by}\`: ${backup.what}`],
        ["sizing", isLack(sizing) ? lack(sizing) : sizing.by],
        ["flows", isLack(flows) ? lack(flows) : "declared, see [flows](flows.md)"],
        [
            "retention",
            isLack(retention)
                ? lack(retention)
                : retention.map(({ what, for: time }) => `${what}: ${time}`).join(", "),
        ],
    ];
}

/** A section for each system. */
export function systemSections(): string {
    return systems
        .map((definition: AnyDefinition) =>
            [
                `### ${definition.name}`,
                `${definition.purpose}. Layer: ${definition.layer}.`,
                table(["capability", "answer"], answers(definition)),
            ].join("\n\n"),
        )
        .join("\n\n");
}

/** Every pin of a version, by what uses it. */
export function pinRows(): string[][] {
    const ground = [
        ["platform", "Talos", talosVersion, "https://github.com/siderolabs/talos"],
        ["platform", "Kubernetes", kubernetesVersion, "https://github.com/kubernetes/kubernetes"],
        ["platform", "helm", helmVersion, "https://github.com/helm/helm"],
    ];
    const pinned = systems.flatMap((definition: AnyDefinition) => [
        ...Object.values(definition.charts).map(({ chart, version, repository }) => [
            definition.name,
            `chart ${chart}`,
            version,
            repository,
        ]),
        ...Object.values(definition.images).map(({ repository, tag }) => [
            definition.name,
            "image",
            tag,
            repository,
        ]),
    ]);
    return [...ground, ...pinned];
}

/** The table of every pin. */
export function pinsTable(): string {
    return table(["used by", "what", "version", "from"], pinRows());
}
