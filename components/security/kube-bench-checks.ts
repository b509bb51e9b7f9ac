/** What is compared with the CIS benchmark, and what of it cannot hold here. Pure. */

/** A kind of node, and what of the benchmark is about it. */
export interface BenchmarkTarget {
    /** Name of the CronJob and of the ConfigMap with its last result. */
    readonly name: string;
    /** Parts of the benchmark, as `kube-bench run --targets` has them. */
    readonly parts: readonly string[];
    readonly onControlPlanes: boolean;
    /** Checks that fail here and are not told, with the reason. */
    readonly expected: Readonly<Record<string, string>>;
}

/**
 * The benchmark by its name: kube-bench v0.15.6 knows none for Kubernetes 1.35 (cfg/config.yaml,
 * version_mapping ends at 1.34), and would stop.
 */
export const BENCHMARK = "cis-1.12";

const NO_FILE =
    "machined hands static pods to the kubelet by an address, and etcd is no pod: there is no file";
const NO_ADMIN = "no credentials of an administrator lie on a node of Talos";
const IN_MEMORY =
    "Talos keeps it in memory below /system/secrets, for the user of the program alone; it is a credential, so it is not mounted here";
const AUTHORIZATION =
    "Talos names Node and RBAC in a file, --authorization-config, and the benchmark knows the old flag alone";
const SCRAPED =
    "Prometheus reads its metrics; the port asks for a token, and the firewall of the machine lets the pod network in alone";

/** Checks of cfg/cis-1.12/{master,etcd,controlplane}.yaml against Talos v1.13.9. */
const onControlPlanes: BenchmarkTarget["expected"] = {
    "1.1.1": NO_FILE,
    "1.1.2": NO_FILE,
    "1.1.3": NO_FILE,
    "1.1.4": NO_FILE,
    "1.1.5": NO_FILE,
    "1.1.6": NO_FILE,
    "1.1.7": NO_FILE,
    "1.1.8": NO_FILE,
    "1.1.12": "the folder belongs to user 60, as etcd runs, and no name for it is known in the pod",
    "1.1.13": NO_ADMIN,
    "1.1.14": NO_ADMIN,
    "1.1.15": IN_MEMORY,
    "1.1.16": IN_MEMORY,
    "1.1.17": IN_MEMORY,
    "1.1.18": IN_MEMORY,
    "1.2.5":
        "the certificates of kubelets are approved by a pod, which could never start if the API server trusted no kubelet before",
    "1.2.6": AUTHORIZATION,
    "1.2.7": AUTHORIZATION,
    "1.2.8": AUTHORIZATION,
    "1.2.30":
        "programs that read their token once would lose the API after an hour; the audit log names each that uses an old one",
    "1.3.7": SCRAPED,
    "1.4.2": SCRAPED,
};

/** Checks of cfg/cis-1.12/node.yaml against Talos v1.13.9. */
const onWorkers: BenchmarkTarget["expected"] = {
    "4.1.1": "the kubelet is a service of machined, without a unit of systemd",
    "4.3.1": "Cilium does what kube-proxy would, which does not run",
};

/** One pod for each kind of node: all of a kind have the same machine configuration. */
export const benchmarkTargets: readonly BenchmarkTarget[] = [
    {
        name: "kube-bench-control-plane",
        parts: ["master", "etcd", "controlplane"],
        onControlPlanes: true,
        expected: onControlPlanes,
    },
    {
        name: "kube-bench-worker",
        parts: ["node"],
        onControlPlanes: false,
        expected: onWorkers,
    },
];

/** The checks that are not told, a line each: the number first. */
export function expectedLines({ expected }: BenchmarkTarget): string {
    return Object.entries(expected)
        .map(([check, reason]) => `${check} ${reason}\n`)
        .join("");
}

/** Results of which the ConfigMap has the numbers. */
export const KEPT_RESULTS = 12;

/**
 * Runs the benchmark and compares what fails with what failed before.
 *
 * A check that failed in no accepted result and is not expected to is new: the run fails, and so does
 * each one after it until the check passes again or somebody accepts it. The ConfigMap `RECORD` holds
 * what is accepted (`failed`), the whole report, and the results so far. Without it everything that
 * fails is new, once: it is written then, so that deleting it accepts what fails now. What passes
 * again is no longer accepted.
 *
 * Variables: `TARGETS`, `BENCHMARK`, `RECORD`, `EXPECTED` (file with a number a line), `WORK` (folder
 * that it may write to).
 */
export const compareScript = `set -eu
cd "$WORK"

kube-bench run --targets "$TARGETS" --benchmark "$BENCHMARK" \\
    --noremediations --nosummary --nototals >report
if ! grep -q '^\\[PASS\\]' report; then
    echo "kube-bench has checked nothing: see above." >&2
    exit 1
fi

cut -d ' ' -f 1 "$EXPECTED" | sort -u >expected
sed -n 's/^\\[FAIL\\] \\([0-9.]*[0-9]\\).*/\\1/p' report | sort -u >all
comm -23 all expected >failing

found=$(kubectl get configmap "$RECORD" --ignore-not-found -o name)
: >accepted
: >history.before
if [ -n "$found" ]; then
    kubectl get configmap "$RECORD" -o 'jsonpath={.data.failed}' | sed '/^$/d' | sort -u >accepted
    kubectl get configmap "$RECORD" -o 'jsonpath={.data.history}' | sed '/^$/d' >history.before
fi
comm -23 failing accepted >new

if [ -n "$found" ]; then
    comm -12 failing accepted >failed
else
    cp failing failed
fi
{
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) failing: $(tr '\\n' ' ' <failing)new: $(tr '\\n' ' ' <new)"
    cat history.before
} | head -n ${KEPT_RESULTS} >history
kubectl create configmap "$RECORD" --from-file=failed --from-file=report --from-file=history \\
    --dry-run=client -o yaml | kubectl apply -f - >/dev/null

# Into the log, and with it to wherever logs are kept.
cat report
if [ -s new ]; then
    while read -r check; do
        echo "NEW $(grep -F "[FAIL] $check " report)" >&2
    done <new
    exit 1
fi
echo "Nothing new fails."
`;
