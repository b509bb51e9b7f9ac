/** Alerts of the load balancers' addresses. Their metrics are those of Cilium's operator. Pure. */
import type { Alert } from "../base/alert";

/** Metrics of cilium v1.20.0: operator/pkg/lbipam/metrics.go, scraped as `cilium-operator`. */
export const loadBalancerAlerts: readonly Alert[] = [
    {
        name: "LoadBalancerAddressMissing",
        expression: 'max(cilium_lbipam_services_unsatisfied{job="cilium-operator"}) > 0',
        for: "10m",
        severity: "warning",
        summary: "{{ $value }} Services of type LoadBalancer have no address",
        description:
            "No pool gives them the address that they ask for, so nobody outside of the cluster " +
            "reaches what is behind them.",
    },
    {
        name: "LoadBalancerPoolExhausted",
        expression: 'min by (pool) (cilium_lbipam_ips_available{job="cilium-operator"}) == 0',
        for: "30m",
        severity: "warning",
        summary: "Address pool {{ $labels.pool }} has no free address left",
        description:
            "The next Service of type LoadBalancer stays pending. Existing ones keep theirs.",
    },
];
