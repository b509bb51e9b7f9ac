/** What scans have found. Pure. */
import { controllerRow, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = 'job="trivy-operator"';

function images(severity: string): string {
    return (
        "max by (image_registry, image_repository, image_tag) " +
        `(trivy_image_vulnerabilities{${JOB}, severity="${severity}"})`
    );
}

function bySeverity(metric: string): string {
    return `sum by (severity) (${metric}{${JOB}})`;
}

/** Vulnerabilities, secrets, and objects that are less strict than they could be. */
export const trivyOperatorDashboards: readonly Dashboard[] = [
    {
        name: "vulnerabilities",
        title: "Vulnerabilities",
        purpose: "Which images have known vulnerabilities that a newer version mends.",
        from: "7d",
        rows: [
            {
                title: "Images",
                panels: [
                    number("Critical", `sum(${images("Critical")})`, {
                        thresholds: { warning: 1, bad: 1 },
                    }),
                    number("High", `sum(${images("High")})`, {
                        thresholds: { warning: 1, bad: 100 },
                    }),
                    table("Images with critical ones", `topk(20, ${images("Critical")} > 0)`),
                    table(
                        "Images with the most of severity high",
                        `topk(20, ${images("High")} > 0)`,
                    ),
                ],
            },
            {
                title: "Over time",
                panels: [
                    lines(
                        "By severity",
                        bySeverity("trivy_image_vulnerabilities"),
                        "{{ severity }}",
                    ),
                    lines(
                        "Secrets in images",
                        bySeverity("trivy_image_exposedsecrets"),
                        "{{ severity }}",
                    ),
                ],
            },
            {
                title: "Objects",
                panels: [
                    lines(
                        "Checks of objects that fail",
                        bySeverity("trivy_resource_configaudits"),
                        "{{ severity }}",
                    ),
                    lines(
                        "Checks of roles that fail",
                        bySeverity("trivy_role_rbacassessments"),
                        "{{ severity }}",
                    ),
                ],
            },
            controllerRow("trivy-operator"),
        ],
    },
];
