/** DR-03: who reads the store of backups reads nothing. */
import { secretComponents } from "../../../trust/secret-components";
import { type Finding, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { stackViewOf } from "../../engines/references/stack-view";
import { type Velero, veleroOf } from "./velero";

/** pkg/repository/keys/keys.go: all repositories share this Secret. */
const SECRET = "velero-repo-credentials";
const KEY = "repository-password";

function judgePassword(facts: Facts, { trace }: Velero): Finding[] {
    const namespace = trace.object.namespace ?? "";
    const entry = stackViewOf(facts).inventory.find("/Secret", namespace, SECRET);
    if (entry === undefined) {
        return [
            violated(
                trace,
                `no Secret ${SECRET} is in ${namespace === "" ? "the namespace of Velero" : `namespace ${namespace}`}, so Velero encrypts with the password that its source shows; make one with the key ${KEY}`,
            ),
        ];
    }
    const { fact, keys } = entry;
    if (fact !== undefined && keys !== undefined && !keys.includes(KEY)) {
        return [violated(fact, `it has no key ${KEY}, with which Velero encrypts`)];
    }
    const made =
        fact === undefined || secretComponents.has(facts.get(fact.parent ?? "")?.type ?? "");
    return made
        ? []
        : [
              violated(
                  fact,
                  "its password is written in the program; generate it with components/base/secret.ts",
              ),
          ];
}

/** DR-03. */
export const backupEncryption: StackCriterion = {
    id: "DR-03",
    name: "dr-03-encrypted-backups",
    description:
        "Checks that Velero encrypts the data of volumes with a password of this stack before it leaves the cluster.",
    severity: "critical",
    remediation: `Generate a Secret ${SECRET} with the key ${KEY} in Velero's namespace.`,
    judgeStack: (facts) => {
        const velero = veleroOf(facts);
        return velero === undefined
            ? { subjects: 0, findings: [] }
            : {
                  subjects: 1,
                  judged: [velero.trace],
                  findings: judgePassword(facts, velero),
              };
    },
};
