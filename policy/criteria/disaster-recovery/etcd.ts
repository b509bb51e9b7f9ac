/** DR-05: the state of the cluster itself is saved. */
import { judgeSchedule } from "../../kubernetes/cron-job";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Facts } from "../../kernel/facts";
import { type Program, type Variable, variableOf } from "../../kubernetes/programs";
import { machineSite } from "../../kernel/site";
import type { Reading } from "../../kernel/tree";
import { faultOfStore } from "./places";
import { backsUp, snapshotJobs } from "./presence";

const HOURS = 6;

/** A value that only a Secret holds is there, and cannot be looked at. */
function seen(variable: Variable): Reading {
    return variable.state === "hidden" ? { state: "unknown" } : variable;
}

function judgeEncryption(facts: Facts, program: Program): Finding[] {
    const { fact } = program;
    const off = variableOf(facts, program, "DISABLE_ENCRYPTION");
    const key = variableOf(facts, program, "AGE_X25519_PUBLIC_KEY");
    const expectation: Expectation = {
        what: "the variable DISABLE_ENCRYPTION",
        reading: seen(off),
        good: (value) => value !== "true",
        wanted: "leave it out, so that snapshots are encrypted",
        absentIsGood: true,
    };
    const findings = judgeExpectation(fact, expectation);
    if (findings.length > 0 || key.state === "hidden") {
        return findings;
    }
    return judgeExpectation(fact, {
        what: "the variable AGE_X25519_PUBLIC_KEY",
        reading: key,
        good: (value) => /^age1[a-z0-9]+$/.test(String(value)),
        wanted: "set it to the public key of an age key that is kept outside of the cluster",
    });
}

/** pkg/s3/s3.go: only `http://` means without TLS, and no endpoint means Amazon's. */
function judgeStore(facts: Facts, program: Program): Finding[] {
    const { fact } = program;
    const endpoint = seen(variableOf(facts, program, "CUSTOM_S3_ENDPOINT"));
    if (endpoint.state === "unknown") {
        return [notJudged(fact, "the variable CUSTOM_S3_ENDPOINT is known only at the update")];
    }
    if (endpoint.state === "absent" || endpoint.value === "") {
        return [];
    }
    const address = String(endpoint.value);
    const fault = faultOfStore(
        /^https?:\/\//.test(address) ? address : `https://${address}`,
        facts,
    );
    return fault === undefined
        ? []
        : [violated(fact, `its store is no place outside of the cluster: ${fault}`)];
}

/** DR-05. */
export const etcdSnapshots: StackCriterion = {
    id: "DR-05",
    name: "dr-05-etcd-snapshots",
    description:
        "Checks that etcd is saved at least every 6 h, encrypted, to a store outside of the cluster.",
    severity: "critical",
    remediation:
        "Run talos-backup as a CronJob with a schedule, AGE_X25519_PUBLIC_KEY and an https:// CUSTOM_S3_ENDPOINT.",
    judgeStack: (facts) => {
        const jobs = snapshotJobs(facts);
        const site = machineSite(facts);
        if (jobs.length === 0) {
            const missing = site !== undefined && backsUp(facts);
            return {
                subjects: missing ? 1 : 0,
                findings: missing
                    ? [violated(site, "nothing saves etcd; add a CronJob of talos-backup")]
                    : [],
            };
        }
        return {
            subjects: jobs.length,
            judged: jobs.map(({ fact }) => fact),
            findings: jobs.flatMap((job) => [
                ...judgeSchedule(
                    job.fact,
                    (hours) => hours <= HOURS,
                    `take a snapshot at least every ${HOURS} h`,
                ),
                ...judgeEncryption(facts, job),
                ...judgeStore(facts, job),
            ]),
        };
    },
};
