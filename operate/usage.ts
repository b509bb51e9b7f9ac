/** The help of the operations. */
import type { Command } from "./commands";

const SUBJECTS = {
    node: "  --node NAME         node of the settings\n",
    to: "  --to RELEASE        release of Kubernetes, such as 1.36.2\n",
    snapshot: "  --snapshot FILE     snapshot of etcd, opened if it was encrypted\n",
} as const;

/** The help of one operation. */
export function usageOf(name: string, { needs, help, ...rest }: Command): string {
    const subject = needs === undefined ? "" : ` --${needs} ${needs.toUpperCase()}`;
    const touches = "plan" in rest;
    return `Usage: npm run ${name} -- --stack NAME${subject} [${touches ? "--dry-run] [--yes] [" : ""}--json]

${help}

  --stack NAME        stack, Pulumi.NAME.yaml
${needs === undefined ? "" : SUBJECTS[needs]}${
        touches
            ? `  --dry-run           only show the plan; nothing is touched
  --yes               do not ask
`
            : ""
    }  --json              one JSON document on stdout, progress on stderr
  --talosconfig FILE  instead of the stack's output
  --kubeconfig FILE   instead of the stack's output

Ends with 0 when done${touches ? " or planned" : " and nothing was found"}, 1 when ${
        touches ? "the cluster is not well enough or a step failed" : "something was found"
    }, 2 on a mistake (docs/operations.md).`;
}
